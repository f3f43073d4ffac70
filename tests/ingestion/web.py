"""A web server on loopback that does what a test scripts it to, misbehaviour included."""

from __future__ import annotations

import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Answer = Callable[[BaseHTTPRequestHandler], None]


def reply(
    body: bytes | str = b"", status: int = 200, content_type: str = "text/html", **headers: str
) -> Answer:
    """Return an ordinary answer. Header names are written with underscores."""
    raw = body.encode() if isinstance(body, str) else body

    def answer(request: BaseHTTPRequestHandler) -> None:
        request.send_response(status)
        request.send_header("Content-Type", content_type)
        request.send_header("Content-Length", str(len(raw)))
        for name, value in headers.items():
            request.send_header(name.replace("_", "-"), value)
        request.end_headers()
        request.wfile.write(raw)

    return answer


def redirect(to: str, status: int = 302) -> Answer:
    return reply(status=status, Location=to)


class Web:
    """`web["/feed"] = reply(...)` scripts an address; `requests` are (path, headers) as they came."""

    def __init__(self) -> None:
        self.answers: dict[str, Answer | list[Answer]] = {"/robots.txt": reply(status=404)}
        self.requests: list[tuple[str, dict[str, str]]] = []
        self._over = threading.Event()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.0"

            def do_GET(self) -> None:
                outer.requests.append((self.path, {k.lower(): v for k, v in self.headers.items()}))
                answer = outer.answers.get(self.path, reply("nothing here", 404))
                if isinstance(answer, list):  # one after the other, the last for ever
                    answer = answer.pop(0) if len(answer) > 1 else answer[0]
                try:
                    answer(self)
                except OSError:
                    self.close_connection = True

            def log_message(self, *args: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    def __setitem__(self, path: str, answer: Answer | list[Answer]) -> None:
        self.answers[path] = answer

    def url(self, path: str = "/") -> str:
        return f"http://127.0.0.1:{self._server.server_port}{path}"

    def asked(self, path: str) -> int:
        return sum(1 for asked, _ in self.requests if asked == path)

    def dripping(self, first: bytes, drop: bytes = b"x") -> Answer:
        """Send something, then a byte every 20 ms until the connection or the test is over."""

        def answer(request: BaseHTTPRequestHandler) -> None:
            request.wfile.write(first)
            while not self._over.wait(0.02):
                request.wfile.write(drop)
                request.wfile.flush()

        return answer

    def endless(self, first: bytes) -> Answer:
        def answer(request: BaseHTTPRequestHandler) -> None:
            request.wfile.write(first)
            while not self._over.is_set():
                request.wfile.write(b"x" * 65_536)

        return answer

    def stop(self) -> None:
        self._over.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
