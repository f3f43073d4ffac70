"""The connection under `fetch`: resolved once, checked, pinned to the checked address, cut off in time."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from typing import Any

import requests
from requests_hardened.ip_filter_adapter import IPFilterAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection

from positions.ingestion.addresses import check_address

RESOLVE = 10.0  # seconds; the system's own resolver may take minutes and cannot be interrupted

_cutter: ContextVar[Cutter | None] = ContextVar("cutter", default=None)


class Cutter:
    """Cuts every connection made within `cut_after` when the time is over, whatever it is waiting for.

    A timeout on a socket counts from the last byte, so that a server which drips holds it for ever.
    """

    def __init__(self, seconds: float) -> None:
        self.over = False
        self._ends = time.monotonic() + seconds
        self._sockets: list[socket.socket] = []

    @property
    def left(self) -> float:
        return max(0.0, self._ends - time.monotonic())

    def watch(self, connection: socket.socket) -> None:
        # A second handle on the same connection: TLS takes the first one over.
        self._sockets.append(connection.dup())
        if self.over:  # it was opened while the time ran out
            self.cut()

    def cut(self) -> None:
        self.over = True
        for handle in self._sockets:
            with contextlib.suppress(OSError):
                handle.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        for handle in self._sockets:
            handle.close()


@contextlib.contextmanager
def cut_after(seconds: float) -> Iterator[Cutter]:
    """Bound everything that is fetched inside by one deadline. `over` tells that it was reached."""
    cutter = Cutter(seconds)
    timer = threading.Timer(seconds, cutter.cut)
    timer.daemon = True
    token = _cutter.set(cutter)
    timer.start()
    try:
        yield cutter
    finally:
        timer.cancel()
        _cutter.reset(token)
        cutter.close()


class _Watched:
    """A connection that can be cut and that looks again whom it reached."""

    loopback = False

    def _new_conn(self) -> socket.socket:
        made: socket.socket = super()._new_conn()  # type: ignore[misc]
        check_address(made.getpeername()[0], loopback=self.loopback)
        if (cutter := _cutter.get()) is not None:
            cutter.watch(made)
        return made


class _Http(_Watched, HTTPConnection):
    pass


class _Https(_Watched, HTTPSConnection):
    pass


class _LoopbackHttp(_Http):
    loopback = True


class _LoopbackHttps(_Https):
    loopback = True


class _HttpPool(HTTPConnectionPool):
    ConnectionCls = _Http


class _HttpsPool(HTTPSConnectionPool):
    ConnectionCls = _Https


class _LoopbackHttpPool(HTTPConnectionPool):
    ConnectionCls = _LoopbackHttp


class _LoopbackHttpsPool(HTTPSConnectionPool):
    ConnectionCls = _LoopbackHttps


class PublicOnlyAdapter(IPFilterAdapter):
    """Resolves a host once, refuses what is not public, and connects to the address that was checked."""

    def __init__(self, *, is_https_proto: bool, allow_loopback: bool) -> None:
        super().__init__(is_https_proto=is_https_proto, allow_loopback=allow_loopback)
        pools = (_LoopbackHttpPool, _LoopbackHttpsPool) if allow_loopback else (_HttpPool, _HttpsPool)
        self.poolmanager.pool_classes_by_scheme = {"http": pools[0], "https": pools[1]}

    def build_connection_pool_key_attributes(self, request: Any, verify: Any, cert: Any = None) -> Any:
        resolve = super().build_connection_pool_key_attributes
        cutter = _cutter.get()
        seconds = min(RESOLVE, cutter.left) if cutter is not None else RESOLVE
        host, pool = within(seconds, lambda: resolve(request, verify, cert))
        check_address(host["host"], loopback=self._allow_loopback)
        return host, pool


def within(seconds: float, call: Callable[[], Any]) -> Any:
    """Return what the call returns, or raise what it raises; TimeoutError where it takes too long.

    A call that hangs is left to its thread, which ends with it or with the process.
    """
    done: list[Any] = []
    failed: list[BaseException] = []

    def run() -> None:
        try:
            done.append(call())
        except BaseException as error:  # handed to the caller
            failed.append(error)

    thread = threading.Thread(target=run, name="resolve", daemon=True)
    thread.start()
    thread.join(seconds)
    if failed:
        raise failed[0]
    if not done:
        raise TimeoutError(f"the name was not resolved in {seconds:.2g} seconds")
    return done[0]


def session(*, loopback: bool) -> requests.Session:
    """Return a session that reaches public addresses only; it knows no proxies, cookies or logins of ours."""
    made = requests.Session()
    made.trust_env = False
    made.mount("http://", PublicOnlyAdapter(is_https_proto=False, allow_loopback=loopback))
    made.mount("https://", PublicOnlyAdapter(is_https_proto=True, allow_loopback=loopback))
    return made
