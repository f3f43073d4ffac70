from __future__ import annotations

import importlib.util
import json
import os
import sys
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from positions.evaluation import Rate, evaluate, load
from positions.matching import Example, match, same_day, same_holder, sentence_ends, touched

DATA = Path(settings.BASE_DIR) / "positions" / "data"
SHARED = Path(os.environ.get("OPENDOOR_SHARED", settings.BASE_DIR.parent / "shared"))
BODY = 'Ruritania wants in. "No," said the U.S. envoy. The third sentence.\nA fourth.\n'


def finding(**fields: Any) -> dict[str, Any]:
    values = {"holder": "ruritania", "topic": "nato-membership", "position": 1, "mode": "indirect",
              "kind": "statement", "date": "2024-03-04", "evidence": "Ruritania wants in."}  # fmt: skip
    return {**values, **fields}


def example(gold: list[dict[str, Any]], read: list[dict[str, Any]]) -> Example:
    return Example("a", BODY, {"stances": gold}, {"stances": read})


def test_sentences_end_where_they_end():
    ends = sentence_ends(BODY)
    starts = [0, *ends[:-1]]
    assert [BODY[a:b] for a, b in zip(starts, ends, strict=True)] == [
        "Ruritania wants in. ", '"No," said the U.S. envoy. ', "The third sentence.\n", "A fourth.\n", "",
    ]  # fmt: skip


def test_touched_goes_by_the_given_start_or_the_first_place():
    ends = sentence_ends("A b. A b. ")
    assert touched(ends, "A b. A b. ", {"evidence": "A b."}) == {0}
    assert touched(ends, "A b. A b. ", {"evidence": "A b.", "start": 5}) == {1}
    assert touched(ends, "A b. A b. ", {"evidence": "C"}) == set()


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        ("us", "us", True),
        ("us", "uk", False),
        ("unnamed-us-officials", "unnamed-american-officials", True),
        ("unnamed-us-officials", "unnamed-european-diplomats", False),
        ("european-leaders", "world-leaders", True),
        ("unnamed-us-officials", "us", False),
    ],
)
def test_same_holder(a: str, b: str, same: bool):
    assert same_holder(a, b) is same


def test_same_day_is_within_one_or_accepted():
    assert same_day({"date": "2024-03-04"}, {"date": "2024-03-05"})
    assert not same_day({"date": "2024-03-04"}, {"date": "2024-03-06"})
    assert same_day({"date": "2024-03-04", "date_accept": ["2024-01-01"]}, {"date": "2024-01-01"})
    assert not same_day({"date": "2024-03-04"}, {"date": "March"})


def test_matches_are_one_to_one_and_the_right_sign_wins():
    gold = [finding()]
    read = [finding(position=-2), finding(position=2)]
    matching = match(example(gold, read))
    assert matching.pairs == [(gold[0], read[1])]
    assert matching.spurious == [read[0]]


def test_optional_gold_costs_and_earns_nothing():
    hit = evaluate([example([finding(optional=True)], [finding()])])
    missed = evaluate([example([finding(optional=True)], [])])
    for result in (hit, missed):
        assert result.signed == Rate(0, 0, 0)
        assert result.required == 0


def test_a_wrong_sign_is_found_but_not_signed():
    result = evaluate([example([finding()], [finding(position=-1)])])
    assert (result.found, result.signed) == (Rate(1, 0, 0), Rate(0, 1, 1))
    assert result.confusion == {(1, -1): 1}
    assert result.mistakes[0].what == "sign"


def test_positions_that_the_gold_accepts_are_exact():
    result = evaluate([example([finding(accept=[1, 2])], [finding(position=2)])])
    assert result.shares["exact"] == (1, 1)


def test_intervals_hold_the_figure_and_do_not_change():
    examples = [example([finding()], [finding(position=p)]) for p in (1, 1, 1, -1, 2)]
    low, high = evaluate(examples).intervals["signed"]
    assert low < evaluate(examples).signed.f1 < high
    assert evaluate(examples).intervals == evaluate(examples).intervals


def test_the_shipped_gold_scores_itself_perfectly():
    examples = [Example(d.guid, d.text, gold, gold) for d, gold in load(DATA / "digests", DATA / "gold")]
    result = evaluate(examples, rounds=0)
    assert (result.signed.f1, result.events.f1) == (1.0, 1.0)
    assert result.articles == len(list((DATA / "gold").glob("*.json")))


def test_absent_gold_is_an_error(tmp_path: Path):
    (tmp_path / "a.md").write_text("---\nid: a\npublished: 2024-01-01\n---\nBody")
    with pytest.raises(ValueError, match=r"a\.json: no gold"):
        load(tmp_path, tmp_path)


def disturbed(gold: dict[str, Any], seed: int) -> dict[str, Any]:
    """Return the gold with every kind of mistake in it, the same ones every time."""
    stances = []
    for n, row in enumerate(gold["stances"]):
        what = (n * 7 + seed) % 9
        row = {k: v for k, v in row.items() if k not in ("accept", "optional")}
        if what == 0:
            continue
        if what == 1:
            row["position"] = -row["position"]
        elif what == 2:
            row["holder"] = "nobody"
        elif what == 3:
            row["date"] = "2001-01-01"
        elif what == 4:
            row["mode"], row["kind"] = "direct", "demand"
        elif what == 5:
            row.pop("source", None)
            row.pop("condition", None)
            stances.append(dict(row))
        stances.append(row)
    return {"stances": stances, "events": gold["events"][seed % 3 :]}


def test_the_figures_are_those_of_the_reference_tool():
    tool = SHARED / "tools" / "score_stances.py"
    if not tool.is_file():
        pytest.skip("no reference data (OPENDOOR_SHARED)")
    spec = importlib.util.spec_from_file_location("score_stances", tool)
    reference = importlib.util.module_from_spec(spec)
    before, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    spec.loader.exec_module(reference)
    sys.dont_write_bytecode = before
    loaded = load(DATA / "digests", DATA / "gold")
    reads = [disturbed(gold, n) for n, (_, gold) in enumerate(loaded)]
    ours = evaluate(
        [Example(d.guid, d.text, g, r) for (d, g), r in zip(loaded, reads, strict=True)], rounds=0
    ).as_dict()
    copies = [({"id": d.guid}, d.text, json.loads(json.dumps(g)), json.loads(json.dumps(r)))
              for (d, g), r in zip(loaded, reads, strict=True)]  # fmt: skip
    theirs, _ = reference.score(copies)
    assert {name: ours[name] for name in theirs} == theirs
    assert 0.3 < ours["signed"]["f1"] < 0.9


def test_evaluate_prints_the_table_for_stored_predictions(tmp_path: Path):
    out = StringIO()
    call_command("evaluate", predictions=DATA / "gold", stdout=out, show=0)
    lines = out.getvalue().splitlines()
    assert lines[1].startswith("signed     precision 1.000  recall 1.000  f1 1.000  (95 % 1.000–1.000)")
    out = StringIO()
    call_command("evaluate", predictions=tmp_path, stdout=out, json=True)
    assert json.loads(out.getvalue())["predicted"] == 0


def test_evaluate_without_gold_says_what_is_missing(tmp_path: Path):
    (tmp_path / "a.md").write_text("---\nid: a\npublished: 2024-01-01\n---\nBody")
    with pytest.raises(CommandError, match="no gold for this article"):
        call_command("evaluate", tmp_path, tmp_path)
