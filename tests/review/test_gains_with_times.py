"""An approval of a gain says from when to when it is held, so that no other time is approved by it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest

import rolegate
from desks import NOW
from git_desk import FILES
from reading import write
from rolegate import GateVerdict, Policy, judge_change
from rolegate.review.gains import from_then_on

LINES, DOMAINS = FILES["bindings.yaml"], FILES["domains.yaml"]
EVE = "  - {user: eve, grants: [billing.pay], domain: beta%s}\n"
RESTRICTED = "  - {user: cy, restrict: ['inboxes.access[Complaints]'], domain: acme"
IN_BERLIN = {"domains.yaml": DOMAINS.replace("beta: {", "beta: {zone: Europe/Berlin, ")}


def desk(folder: Path, *lines: str, **files: str) -> Policy:
    """The desk with more lines of bindings, and other texts in some files."""
    named = {f"{name}.yaml": text for name, text in files.items()}
    return rolegate.load(write(folder, {**FILES, "bindings.yaml": LINES + "".join(lines), **named}), at=NOW)


def gained(verdict: GateVerdict) -> list[str]:
    """The texts of every gain that is refused."""
    return [text for refusal in verdict.refusals for text in refusal.what]


def approvals_of(verdict: GateVerdict) -> str:
    """The entries that a gate prints, completed."""
    entries = [
        {**(refusal.approval or {}), "reason": "x", "until": "2999-01-01"} for refusal in verdict.refusals
    ]
    return f"approvals: {entries}\n".replace("True", "true")


TIMES: dict[str, tuple[str, Mapping[str, str], str]] = {
    "without times": ("", {}, "billing.pay"),
    "until a date": (", until: 2026-09-01", {}, "billing.pay until 2026-09-01"),
    "from a date": (", from: 2026-09-01", {}, "billing.pay from 2026-09-01"),
    "from one to another": (
        ", from: 2026-09-01, until: 2026-10-01",
        {},
        "billing.pay from 2026-09-01 until 2026-10-01",
    ),
    "begun already": (", from: 2026-05-01, until: 2026-10-01", {}, "billing.pay until 2026-10-01"),
    "until a moment": (
        ", until: '2026-09-01T12:30:15Z'",
        {},
        "billing.pay until 2026-09-01 12:30:15 UTC",
    ),
    "until a moment with an offset": (
        ", until: '2026-09-01T02:00+02:00'",
        {},
        "billing.pay until 2026-09-01",
    ),
    "until a date of a zone": (", until: 2026-09-01", IN_BERLIN, "billing.pay until 2026-08-31 22:00:00 UTC"),
    "until a moment of a zone": (
        ", from: '2026-09-01T02:00', until: 2026-12-01",
        IN_BERLIN,
        "billing.pay from 2026-09-01 until 2026-11-30 23:00:00 UTC",
    ),
}


@pytest.mark.parametrize("name", TIMES)
def test_a_gain_says_from_when_to_when_it_is_held(name: str, tmp_path: Path) -> None:
    """In UTC, as the diff does; a date is the moment at which it begins where the domain is."""
    period, files, expected = TIMES[name]
    before: dict[str, str] = {**FILES, **files}
    after = {**before, "bindings.yaml": LINES + EVE % period}
    old, new = write(tmp_path / "old", before), write(tmp_path / "new", after)
    verdict = judge_change(rolegate.load(old), rolegate.load(new), at=NOW)
    assert gained(verdict) == [expected]


@pytest.mark.parametrize("approved", TIMES)
def test_an_approval_of_one_time_approves_no_other(approved: str, tmp_path: Path) -> None:
    """Each time is approved by its own text alone: with an end moved or taken away it is another gain."""
    old = desk(tmp_path / "old")
    for name, (period, files, _) in TIMES.items():
        if not files and not TIMES[approved][1]:
            text = TIMES[approved][2]
            entry = f"- {{user: eve, domain: beta, gains: ['{text}'], reason: x, until: 2999-01-01}}"
            new = desk(tmp_path / name, EVE % period, approvals=f"approvals:\n  {entry}\n")
            same = text == TIMES[name][2]
            verdict = judge_change(old, new, at=NOW)
            assert (bool(verdict), len(verdict.findings)) == (same, not same)


def test_what_a_restriction_held_back_is_gained_when_it_ends(tmp_path: Path) -> None:
    """An end that is given to it is a gain from then on, an earlier end is one for the time between."""
    sides = []
    for number, end in enumerate(("", ", until: 2026-09-01", ", until: 2026-08-01")):
        files = {**FILES, "bindings.yaml": LINES.replace(RESTRICTED, f"{RESTRICTED}{end}")}
        sides.append(rolegate.load(write(tmp_path / str(number), files), at=NOW))
    assert [gained(judge_change(*pair, at=NOW)) for pair in pairwise(sides)] == [
        ["inboxes.access[*] from 2026-09-01"],
        ["inboxes.access[*] from 2026-08-01 until 2026-09-01"],
    ]


def test_a_gain_in_two_lines_of_the_diff_is_one_entry(tmp_path: Path) -> None:
    """The lines of the diff say what goes on with something else: each gain says its whole time, once."""
    old = desk(tmp_path / "old")
    lines = [
        EVE % ", until: 2026-10-01",
        EVE.replace("billing.pay", "'inboxes.access[*]'") % ", until: 2026-09-01",
    ]
    verdict = judge_change(old, desk(tmp_path / "new", *lines), at=NOW)
    assert gained(verdict) == ["inboxes.access[*] until 2026-09-01", "billing.pay until 2026-10-01"]
    assert len(verdict.diff.subjects) == 2
    assert verdict.refusals[0].lines == verdict.diff.subjects
    approved = desk(tmp_path / "approved", *lines, approvals=approvals_of(verdict))
    found = judge_change(old, approved, at=NOW)
    assert (bool(found), found.findings) == (True, ())


def test_two_subjects_of_one_line_have_each_their_own_times(tmp_path: Path) -> None:
    """What one of them gains for longer is an entry of its own."""
    lines = [EVE % ", until: 2026-09-01", (EVE % ", until: 2026-10-01").replace("eve", "fay")]
    lines += [(EVE.replace("billing.pay", "billing.refund") % ", until: 2026-09-01").replace("eve", "fay")]
    lines += [EVE.replace("billing.pay", "billing.refund") % ", until: 2026-09-01"]
    verdict = judge_change(desk(tmp_path / "old"), desk(tmp_path / "new", *lines), at=NOW)
    found = [(known.subjects and known.subjects.names, sorted(known.what)) for known in verdict.refusals]
    assert sorted(found, key=str) == [
        (("eve",), ["billing.pay until 2026-09-01", "billing.refund until 2026-09-01"]),
        (("fay",), ["billing.pay until 2026-10-01", "billing.refund until 2026-09-01"]),
    ]


def test_what_is_held_again_later_is_another_gain(tmp_path: Path) -> None:
    """The time in between is not approved by either."""
    lines = [EVE % ", until: 2026-09-01", EVE % ", from: 2026-10-01"]
    verdict = judge_change(desk(tmp_path / "old"), desk(tmp_path / "new", *lines), at=NOW)
    assert sorted(gained(verdict)) == ["billing.pay from 2026-10-01", "billing.pay until 2026-09-01"]


def test_an_approval_of_what_begins_later_is_one_of_what_has_begun(tmp_path: Path) -> None:
    """A change that is judged again after that day is approved as it was; before, no other one is."""
    entry = "- {user: eve, domain: beta, gains: [billing.pay from 2026-09-01], reason: x, until: 2999-01-01}"
    old, later = desk(tmp_path / "old"), datetime(2026, 9, 2, tzinfo=UTC)
    for number, (line, at, allowed) in enumerate(
        [
            (EVE % ", from: 2026-09-01", NOW, True),
            (EVE % ", from: 2026-09-01", later, True),
            (EVE % "", later, True),
            (EVE % "", NOW, False),
        ]
    ):
        new = desk(tmp_path / f"new-{number}", line, approvals=f"approvals:\n  {entry}\n")
        assert bool(judge_change(old, new, at=at)) is allowed


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a.b from 2026-06-15", "a.b"),
        ("a.b from 2026-06-15 12:00:00 UTC until 2027-01-01", "a.b until 2027-01-01"),
        ("a.b from 2026-06-15 12:00:01 UTC", None),
        ("a.b[x from 2026-01-01]", None),
        ("a.b (user was x from 2026-01-01)", None),
        ("a.b from 2026-01-01 until 2026-13-01 or later", None),
        ("a.b from 2026-13-01", None),
        ("a.b from 2026-01-01\n", None),
    ],
)
def test_only_the_words_at_the_end_are_times(text: str, said: str | None) -> None:
    """An id may look like one, and what no calendar has is not one."""
    assert from_then_on(text, NOW) == (text if said is None else said)
