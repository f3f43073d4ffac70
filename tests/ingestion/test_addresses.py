"""No spelling of a private address is reached. Sockets are replaced: nothing leaves the machine."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from typing import Any

import pytest

from positions.ingestion.addresses import Refused, check_address, check_url
from positions.ingestion.fetch import FetchError, fetch


class Sockets:
    """Answers look-ups from a table and records connections instead of making them."""

    def __init__(self, names: dict[str, list[str]]) -> None:
        self.names = names
        self.reached: list[str] = []
        self._literal = socket.getaddrinfo

    def getaddrinfo(self, host: Any, port: Any, *args: Any, **kwargs: Any) -> Any:
        name = host.decode() if isinstance(host, bytes) else str(host)
        answers = self.names.get(name)
        if answers:  # the next answer each time, the last for ever: a name that changes its mind
            name = answers.pop(0) if len(answers) > 1 else answers[0]
        elif name != "localhost" and not _numeric(name):
            raise socket.gaierror("no such name")
        family = socket.AF_INET6 if ":" in name else socket.AF_INET
        address = name if _numeric(name) else "127.0.0.1"
        plain = address if ":" in address else socket.inet_ntoa(socket.inet_aton(address))
        return [(family, socket.SOCK_STREAM, 6, "", (plain, port, 0, 0)[: 4 if ":" in plain else 2])]

    def connect(self, sock: socket.socket, address: Any) -> None:
        self.reached.append(address[0])
        raise ConnectionRefusedError("not in a test")


def _numeric(name: str) -> bool:
    try:
        socket.inet_pton(socket.AF_INET6, name) if ":" in name else socket.inet_aton(name)
    except OSError:
        return False
    return True


@pytest.fixture
def sockets(monkeypatch: pytest.MonkeyPatch) -> Iterator[Sockets]:
    made = Sockets({})
    monkeypatch.setattr(socket, "getaddrinfo", made.getaddrinfo)
    monkeypatch.setattr(socket.socket, "connect", lambda sock, address: made.connect(sock, address))
    yield made


def why(url: str) -> str:
    with pytest.raises(FetchError) as caught:
        fetch(url, deadline=5)
    return caught.value.why


PRIVATE = [
    "http://127.0.0.1/", "http://127.1/", "http://127.000.000.1/", "http://2130706433/", "http://0x7f000001/",
    "http://0177.0.0.1/", "http://0/", "http://0.0.0.0/", "http://localhost/", "http://LOCALHOST./",
    "http://[::1]/", "http://[::]/", "http://[::ffff:127.0.0.1]/", "http://[::ffff:7f00:1]/",
    "http://[0:0:0:0:0:ffff:127.0.0.1]/", "http://[::127.0.0.1]/", "http://[64:ff9b::7f00:1]/",
    "http://[2002:7f00:1::]/", "http://[fe80::1]/", "http://[fd00::1]/", "http://10.0.0.1/",
    "http://172.16.0.1/", "http://192.168.1.1/", "http://169.254.169.254/latest/", "http://2852039166/",
    "http://0xA9FEA9FE/", "http://100.100.100.200/", "http://192.0.0.192/", "http://198.18.0.1/",
    "http://224.0.0.1/", "http://255.255.255.255/", "http://240.0.0.1/", "http://[ff02::1]/",
]  # fmt: skip


@pytest.mark.parametrize("url", PRIVATE)
@pytest.mark.scenario(16)
def test_an_address_that_is_not_public_is_refused(sockets: Sockets, url: str):
    assert why(url) in ("refused", "network")
    assert sockets.reached == []


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd", "ftp://example.org/", "gopher://example.org/", "//example.org/", "example.org",
        "http://", "http:///x", "http://user@example.org/", "http://user:pass@example.org/",
        "http://example.org:22/", "https://example.org:80@10.0.0.1/", "http://example.org\\@10.0.0.1/",
        "http://exa mple.org/", "http://example.org\r\nX: y/", "http://example.org:99999/", "http://[::1%25lo]/",
        "http://example.org#@10.0.0.1/" + "x" * 3000,
    ],
)  # fmt: skip
def test_an_odd_address_is_refused_before_anything_is_looked_up(sockets: Sockets, url: str):
    assert why(url) == "refused"
    assert sockets.reached == []


def test_a_public_address_is_connected_to_as_checked(sockets: Sockets):
    sockets.names = {"news.example": ["93.184.216.34"]}
    assert why("http://news.example/") == "network"
    assert sockets.reached == ["93.184.216.34"]


@pytest.mark.scenario(17)
def test_a_name_that_changes_its_answer_is_connected_to_as_first_checked(sockets: Sockets):
    sockets.names = {"rebind.example": ["93.184.216.34", "127.0.0.1"]}
    why("http://rebind.example/")
    assert sockets.reached == ["93.184.216.34"]
    sockets.names = {"rebind.example": ["169.254.169.254", "93.184.216.34"]}
    assert why("http://rebind.example/") == "refused"
    assert sockets.reached == ["93.184.216.34"]


@pytest.mark.scenario(17)
def test_even_a_connection_that_reached_elsewhere_is_dropped():
    for address in ("127.0.0.1", "::ffff:10.0.0.1", "not an address"):
        with pytest.raises(Refused):
            check_address(address)
    check_address("93.184.216.34")
    check_address("127.0.0.1", loopback=True)
    with pytest.raises(Refused):
        check_address("10.0.0.1", loopback=True)


def test_ordinary_addresses_pass():
    for url in (
        "http://example.org",
        "https://example.org:443/a?b=c#d",
        "http://93.184.216.34:80/",
        "https://xn--e1afmkfd.org/ä",
    ):
        check_url(url)
