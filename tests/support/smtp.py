"""A mail server on loopback that keeps what it gets: just enough SMTP for Django's backend."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import Message


class _Talk(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        self.say("220 catcher")
        while line := self.rfile.readline().decode().strip():
            verb = line.split()[0].upper()
            if verb == "DATA":
                self.say("354 go on")
                self.server.letters.append(message_from_bytes(self.letter()))
            if verb == "QUIT":
                self.say("221 bye")
                return
            self.say("250 ok")

    def letter(self) -> bytes:
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            lines.append(line[1:] if line.startswith(b"..") else line)
        return b"".join(lines)

    def say(self, text: str) -> None:
        self.wfile.write(text.encode() + b"\r\n")


class Catcher(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Talk)
        self.letters: list[Message] = []

    @property
    def port(self) -> int:
        return self.server_address[1]


@contextmanager
def catcher() -> Iterator[Catcher]:
    with Catcher() as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()
