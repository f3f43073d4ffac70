from __future__ import annotations

import gzip
import resource
import socket
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from positions.ingestion import fetch as module
from positions.ingestion import transport
from positions.ingestion.fetch import FetchError, fetch, parse_retry_after
from tests.ingestion.web import Web, redirect, reply

OK = b"HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n"
NOW = datetime(2024, 3, 4, 12, tzinfo=UTC)


def refused(url: str, **options: float) -> FetchError:
    with pytest.raises(FetchError) as caught:
        fetch(url, **options)
    return caught.value


def test_an_answer_with_its_headers(web: Web):
    web["/a"] = reply("Hällo", ETag='"1"', content_type="text/html; charset=utf-8")
    answer = fetch(web.url("/a"))
    assert (answer.status, answer.body.decode(), answer.headers["etag"]) == (200, "Hällo", '"1"')
    assert (answer.content_type, answer.url, answer.moved_to) == ("text/html", web.url("/a"), "")


def test_it_says_who_asks_and_what_it_has(web: Web):
    web["/a"] = reply(status=304)
    assert fetch(web.url("/a"), etag='"1"', last_modified="Mon, 04 Mar 2024 10:00:00 GMT").status == 304
    headers = web.requests[0][1]
    assert headers["if-none-match"] == '"1"'
    assert headers["if-modified-since"] == "Mon, 04 Mar 2024 10:00:00 GMT"
    assert headers["accept-encoding"] == "gzip"
    assert headers["user-agent"].startswith("OpenDoor/0.1 (+http")


def test_permanent_moves_are_told_from_others(web: Web):
    web["/a"], web["/b"], web["/c"] = redirect("/b", 301), redirect("/c", 308), reply("here")
    web["/x"] = redirect("/b", 302)
    assert fetch(web.url("/a")).moved_to == web.url("/c")
    assert fetch(web.url("/x")).moved_to == ""
    assert fetch(web.url("/x")).url == web.url("/c")


@pytest.mark.scenario(16)
def test_five_redirects_are_followed_and_not_six(web: Web):
    for n in range(6):
        web[f"/{n}"] = redirect(f"/{n + 1}")
    web["/6"] = reply("far")
    assert fetch(web.url("/1")).body == b"far"
    assert (refused(web.url("/0")).why, web.asked("/6")) == ("redirects", 1)


@pytest.mark.parametrize(
    "target",
    [
        "http://169.254.169.254/latest/meta-data/", "http://10.0.0.1/", "file:///etc/passwd", "ftp://x.org/",
        "http://[::ffff:10.0.0.1]/", "http://127.0.0.1:22@10.0.0.1/", "gopher://127.0.0.1/", "http://0.0.0.0/",
    ],
)  # fmt: skip
@pytest.mark.scenario(16)
def test_a_redirect_to_what_is_not_public_is_refused(web: Web, target: str):
    web["/a"] = redirect(target)
    assert refused(web.url("/a")).why == "refused"


def test_gzip_is_inflated_also_in_several_members(web: Web):
    body = gzip.compress(b"one ") + gzip.compress(b"two")
    web["/a"] = reply(body, Content_Encoding="gzip")
    assert fetch(web.url("/a")).body == b"one two"


@pytest.mark.parametrize(("encoding", "body"), [("br", b"x"), ("gzip", b"not gzip"), ("deflate", b"x")])
def test_other_encodings_are_refused(web: Web, encoding: str, body: bytes):
    web["/a"] = reply(body, Content_Encoding=encoding)
    assert refused(web.url("/a")).why == "encoding"


@pytest.mark.scenario(15)
def test_a_gzip_bomb_costs_no_memory(web: Web):
    bomb = gzip.compress(b"\0" * 400_000_000, 9)
    web["/a"] = reply(bomb, Content_Encoding="gzip")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    error = refused(web.url("/a"))
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert (error.why, str(error)) == ("too_big", "inflates to more than 10 MB")
    assert grown < 150_000  # kB


@pytest.mark.scenario(15)
def test_an_endless_body_is_cut_at_the_cap(web: Web):
    web["/a"] = web.endless(OK + b"\r\n")
    assert str(refused(web.url("/a"))) == "larger than 10 MB"


@pytest.mark.parametrize("first", [OK + b"\r\n", OK + b"X: ", b"", OK + b"Content-Length: 99999\r\n\r\n"])
@pytest.mark.scenario(14)
def test_a_dripping_answer_is_cut_at_the_deadline(web: Web, first: bytes):
    web["/a"] = web.dripping(first)
    began = time.monotonic()
    error = refused(web.url("/a"), deadline=0.4)
    assert (error.why, str(error)) == ("timeout", "took longer than 0.4 seconds")
    assert time.monotonic() - began < 2


def test_a_body_shorter_than_promised_is_no_answer(web: Web):
    def cut(request) -> None:
        request.wfile.write(OK + b"Content-Length: 100\r\n\r\nhalf")

    web["/a"] = cut
    assert refused(web.url("/a")).why == "network"


def test_a_closed_port_is_a_network_error(web: Web):
    url = web.url("/a")
    web.stop()
    assert str(refused(url)) == "the connection failed or broke off"


@pytest.mark.scenario(17)
def test_a_name_that_is_never_resolved_does_not_hold_us(web: Web, monkeypatch: pytest.MonkeyPatch):
    """The system's resolver cannot be interrupted: the wait for it is what must end."""
    never = threading.Event()
    monkeypatch.setattr(transport, "RESOLVE", 0.3)
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: never.wait(20) or [])
    with pytest.raises(FetchError, match=r"not resolved in 0\.3 seconds") as caught:
        fetch("http://strelsau.example/feed")
    never.set()
    assert (caught.value.why, web.requests) == ("timeout", [])


def test_no_connection_is_left_open(web: Web):
    web["/a"] = reply("x")
    fetch(web.url("/a"))
    before = len(list(Path("/proc/self/fd").iterdir()))
    for _ in range(20):
        fetch(web.url("/a"))
    assert len(list(Path("/proc/self/fd").iterdir())) <= before + 1


def test_loopback_needs_the_explicit_setting(web: Web, settings):
    web["/a"] = reply("x")
    settings.FETCH_ALLOW_LOOPBACK = False
    assert refused(web.url("/a")).why == "refused"
    assert web.requests == []


def test_proxies_and_logins_of_the_environment_are_not_used(web: Web, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    web["/a"] = reply("x")
    assert fetch(web.url("/a")).body == b"x"
    assert "authorization" not in web.requests[0][1]


@pytest.mark.parametrize(
    ("value", "wait"),
    [
        ("", None),
        ("soon", None),
        ("120", timedelta(seconds=120)),
        ("-1", timedelta(minutes=1)),
        ("999999999999999999999", timedelta(hours=24)),
        ("315360000", timedelta(hours=24)),
        ("Mon, 04 Mar 2024 13:00:00 GMT", timedelta(hours=1)),
        ("Mon, 04 Mar 2013 13:00:00 GMT", timedelta(minutes=1)),
        ("Mon, 04 Mar 2099 13:00:00 GMT", timedelta(hours=24)),
    ],
)
@pytest.mark.scenario(20)
def test_retry_after_is_read_and_clamped(value: str, wait: timedelta | None):
    assert parse_retry_after(value, NOW) == wait


def test_the_limits_are_those_promised():
    assert (module.DEADLINE, module.MAX_BYTES, module.MAX_REDIRECTS) == (30.0, 10_000_000, 5)
