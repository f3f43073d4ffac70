"""A wire to a server that a test can cut or let go dead: a TCP proxy on loopback."""

from __future__ import annotations

import contextlib
import socket
import threading
from typing import Self


class Wire:
    """Passes bytes on to `target`, a loopback port, until told otherwise.

    `deaden`: who is connected, and who connects until `revive`, stays so and is never answered.
    `cut_after`: every connection is cut when so many bytes of answers have passed, within a reply or not.
    """

    def __init__(self, target: int) -> None:
        self._target = target
        self.cut_after: int | None = None
        self._dead = False
        self._ends: list[socket.socket] = []
        self._muted: set[int] = set()
        self._door = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._door.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def deaden(self) -> None:
        self._dead = True
        self._muted |= {id(end) for end in self._ends}

    def revive(self) -> None:
        """Let new connections pass; those that went dead stay so."""
        self._dead = False

    def close(self) -> None:
        for end in [self._door, *self._ends]:
            _end(end)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                self._connect(self._door.accept()[0])

    def _connect(self, client: socket.socket) -> None:
        self._ends.append(client)
        if self._dead:
            self._muted.add(id(client))
            return
        try:
            server = socket.create_connection(("127.0.0.1", self._target), timeout=5)
        except OSError:
            _end(client)
            return
        server.settimeout(None)
        self._ends.append(server)
        for source, sink, answers in ((client, server, False), (server, client, True)):
            threading.Thread(target=self._pump, args=(source, sink, answers), daemon=True).start()

    def _pump(self, source: socket.socket, sink: socket.socket, answers: bool) -> None:
        passed = 0
        with contextlib.suppress(OSError):
            while data := source.recv(65_536):
                if id(source) in self._muted:
                    continue
                if answers and self.cut_after is not None:
                    data = data[: max(0, self.cut_after - passed)]
                passed += len(data)
                sink.sendall(data)
                if answers and self.cut_after is not None and passed >= self.cut_after:
                    break
        if id(source) not in self._muted:
            _end(source)
            _end(sink)


def _end(connection: socket.socket) -> None:
    with contextlib.suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
    connection.close()
