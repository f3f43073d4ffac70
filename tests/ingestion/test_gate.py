from __future__ import annotations

import pytest

from positions.ingestion.gate import language_of, why_set_aside

FRENCH = (
    "Le ministre a déclaré mardi que l'Ukraine devait pouvoir se défendre, et que de nouvelles armes "
    "lui seraient livrées dans les semaines qui viennent."
)
ENGLISH = (
    "The minister said on Tuesday that Ukraine must be able to defend itself and that new arms would be sent."
)


@pytest.mark.parametrize(
    ("text", "declared", "language"),
    [
        (ENGLISH, "", "en"),
        (ENGLISH, "en-GB", "en"),
        (FRENCH, "", "fr"),
        (FRENCH, "en", "fr"),  # templates declare what the page is not in
        ("Oui.", "fr", "fr"),
        ("Oui.", "", ""),
    ],
)
def test_language_of(text: str, declared: str, language: str):
    assert language_of(text, declared) == language


def test_another_language_is_set_aside_with_a_reason():
    assert why_set_aside("", FRENCH, "fr") == "Written in another language (fr); only English is read."


def test_an_article_on_something_else_is_set_aside_with_a_reason():
    reason = why_set_aside("Bread", "Bread prices rose in Strelsau.", "en")
    assert reason == "Names neither Ukraine nor Russia nor NATO, so no topic can be at issue."


@pytest.mark.parametrize("text", ["Kyiv spoke.", "the ALLIANCE met", "Zelenskyy left", "Nato’s door"])
def test_whatever_may_concern_a_topic_is_read(text: str):
    assert why_set_aside("", text, "en") == ""
    assert why_set_aside(text, "", "") == ""
