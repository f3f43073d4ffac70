from __future__ import annotations

import pytest

from positions.ingestion import identity


@pytest.mark.parametrize(
    ("url", "canonical"),
    [
        ("https://www.example.org/a/b/?utm_source=x&id=3#top", "https://example.org/a/b/?id=3"),
        ("http://example.org:80/a?b=1&a=2", "https://example.org/a?a=2&b=1"),
        ("HTTPS://Example.org/Path/", "https://example.org/Path"),
        ("https://example.org/story?fbclid=3", "https://example.org/story"),
        ("ftp://example.org/x", ""),
        ("javascript:alert(1)", ""),
        ("", ""),
        ("http://[", ""),
    ],
)
def test_canonical(url: str, canonical: str):
    assert identity.canonical(url) == canonical


def test_fingerprint_ignores_layout_and_punctuation_only():
    one = identity.fingerprint("“Ukraine should join,”\nsaid the Minister.")
    assert one == identity.fingerprint('"Ukraine  should join" said the minister')
    assert one != identity.fingerprint("Ukraine should not join, said the minister.")


def test_short_guid_keeps_long_guids_apart():
    a, b = ("g" * 600 + end for end in "ab")
    assert len(identity.short_guid(a)) == identity.MAX_GUID
    assert identity.short_guid(a) != identity.short_guid(b)
    assert identity.short_guid("plain") == "plain"


def test_resemblance():
    text = "one two three four five six seven eight nine ten"
    assert identity.resemblance(text, text.upper()) == 1.0
    assert identity.resemblance(text, "quite another text about nothing of the kind") == 0.0
    assert 0 < identity.resemblance(text, text.replace("ten", "eleven")) < 1
