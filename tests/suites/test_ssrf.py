"""Every listed spelling of a private address (PayloadsAllTheThings) is refused before any connection."""

from __future__ import annotations

import pytest

from tests.ingestion.test_addresses import Sockets, sockets, why
from tests.suites.reference import say, suite

__all__ = ["sockets"]
PUBLIC = "93.184.216.34"


@pytest.mark.slow
@pytest.mark.scenario(16)
def test_every_spelling_of_the_reference_list_is_refused(
    sockets: Sockets,
    capsys: pytest.CaptureFixture[str],
) -> None:
    lines = (suite("ssrf") / "addresses.txt").read_text().splitlines()
    urls = [line for line in lines if line.strip()]
    sockets.names = {"www.example.test": [PUBLIC], "example.com": [PUBLIC]}
    leaked = {}
    for url in urls:
        sockets.reached.clear()
        why(url)
        bad = [address for address in sockets.reached if address != PUBLIC]
        if bad:
            leaked[url] = bad
    say(capsys, f"spellings of private addresses: {len(urls) - len(leaked)}/{len(urls)} refused unasked")
    assert len(urls) > 400
    assert leaked == {}
