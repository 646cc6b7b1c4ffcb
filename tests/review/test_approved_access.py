"""What is approved of one change approves nothing of another one but the same access."""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import permutations
from pathlib import Path

import pytest

import rolegate
from desks import NOW
from drawing import some
from git_desk import FILES
from reading import write
from rolegate import Policy, judge_change
from rolegate.review import gains
from rolegate.review.cells import UNNAMED, Cell, Cells
from rolegate.review.differences import PolicySide, SubjectDifference, differences, moments
from rolegate.review.paired_permissions import paired_permissions

TIMES = ("", "2026-09-01", "2026-10-01T12:00:00Z", "2027-01-01T00:00:00+02:00")
LINES = (
    "user: eve, grants: [tickets.show@team]",
    "user: eve, grants: [tickets.show@my]",
    "user: eve, grants: ['inboxes.access[*]']",
    "user: eve, grants: ['inboxes.access[Support]']",
    "user: eve, restrict: ['inboxes.access[Support]']",
    "user: eve, restrict: [tickets.show]",
    "user: eve, role: agent",
    "team: helpers, role: viewer",
    "everyone: true, grants: [tickets.show@my]",
)


PERIODS = [(begins, ends) for begins in range(len(TIMES)) for ends in (0, *range(begins + 1, len(TIMES)))]
CHOICES: dict[str, tuple[object, ...]] = {
    "grants": ("[tickets.show@my]", "[tickets.show@my]", "[tickets.show@my, tickets.export]"),
    "plan": ("free", "free", "pro"),
    "people": ("[eve]", "[]"),
    **dict.fromkeys(LINES, (None, *PERIODS)),
}


def files_of(chosen: dict[str, object]) -> dict[str, str]:
    """The desk with more lines, some of which begin later or end, and with other roles, teams and plans."""
    lines = ""
    for line in LINES:
        period = chosen.get(line)
        if isinstance(period, tuple):
            begins, ends = period
            times = f", from: '{TIMES[begins]}'" * (begins > 0) + f", until: '{TIMES[ends]}'" * (ends > 0)
            lines += f"  - {{{line}, domain: beta{times}}}\n"
    plan = f"plan: {chosen['plan']}, teams: {{helpers: {chosen['people']}}}"
    return {
        **FILES,
        "bindings.yaml": FILES["bindings.yaml"] + lines,
        "roles/viewer.yaml": f"role: viewer\ngrants: {chosen['grants']}\n",
        "domains.yaml": FILES["domains.yaml"].replace("plan: free", plan),
    }


def drawn(draw: random.Random) -> list[dict[str, str]]:
    """The files before a change, and after each of four changes that differ in one thing."""
    chosen = {key: draw.choice(values) for key, values in CHOICES.items() if key not in LINES}
    old = dict(chosen)
    chosen |= {line: draw.choice(PERIODS) for line in draw.sample(LINES, 2)}
    sides = [old]
    for _ in range(4):
        key = draw.choice([*chosen, *[line for line in LINES if line in chosen] * 2])
        sides.append({**chosen, key: draw.choice(CHOICES[key])})
    return list(map(files_of, sides))


def loaded(files: dict[str, str], folder: Path) -> Policy:
    return rolegate.load(write(folder, files), at=NOW)


def approving(old: Policy, new: Policy) -> str:
    """The file that approves everything that is refused of a change."""
    rest = {"reason": "x", "until": "2999-01-01"}
    refusals = judge_change(old, new, at=NOW).refusals
    return f"approvals: {[{**(known.approval or {}), **rest} for known in refusals]}\n".replace(
        "True", "true"
    )


def not_approved(old: Policy, approved: Policy, new: Policy) -> Iterator[str]:
    """Everything that somebody gains from *old* to *new* that they do not hold in *approved* either."""
    for moment in moments([side.resolved for side in (old, approved, new)], NOW):
        sides = [PolicySide.at(side.resolved, moment) for side in (old, approved, new)]
        gained = by_subject(sides[0], sides[2])
        for names, more in by_subject(sides[1], sides[2]).items():
            if names in gained:
                here = gained[names]
                known = set(map(said, here.cells.of(here.gained)))
                for cell in more.cells.of(more.gained):
                    if said(cell, here.cells) in known:
                        yield f"{names} {said(cell)} at {moment}"


def by_subject(old: PolicySide, new: PolicySide) -> dict[tuple[str, str], SubjectDifference]:
    pairs = paired_permissions(old.resolved.catalog, new.resolved.catalog)
    return {(found.sub, found.dom): found for found in differences(old, new, pairs)}


def said(cell: Cell, others: Cells | None = None) -> tuple[object, ...]:
    """What a cell asks, of an instance as *others* have it, which may not name it."""
    known = None if others is None else {other.on for other in others.all}
    on: tuple[str, ...] = ()
    for step in cell.on:
        on = (*on, step if known is None or (*on, step) in known else UNNAMED)
    return cell.permission.path, on, cell.scope


def wrongly_approved(top: Path, tries: int) -> set[str]:
    """What changes are allowed by approvals of others that gave something else."""
    draw, found = random.Random(7), set()
    for number in range(tries):
        files = drawn(draw)
        sides = [loaded(known, top / f"{number}-{at}") for at, known in enumerate(files)]
        for at, (one, other) in enumerate(permutations(range(1, 5), 2)):
            known = {**files[other], "approvals.yaml": approving(sides[0], sides[one])}
            new = loaded(known, top / f"{number}-{at}-new")
            if judge_change(sides[0], new, at=NOW):
                found |= set(not_approved(sides[0], sides[one], new))
    return found


def test_an_approval_of_one_change_approves_no_more_of_another(tmp_path: Path) -> None:
    """LAW: whoever gains by a change that is allowed by the approvals of another one holds that there too."""
    assert wrongly_approved(tmp_path, some(90)) == set()


def test_what_the_gate_proposes_names_what_the_set_has(tmp_path: Path) -> None:
    """LAW: RG743 is never about an approval that was written as the gate says it."""
    draw, proposed, wrong = random.Random(11), 0, []
    for number in range(some(40)):
        files = drawn(draw)
        old, new = (loaded(known, tmp_path / f"{number}-{at}") for at, known in enumerate(files[:2]))
        text = approving(old, new)
        proposed += text.count("gains")
        said = rolegate.validate(
            [write(tmp_path / f"{number}-1", {"approvals.yaml": text})], at=NOW
        ).diagnostics
        wrong += [str(one) for one in said if one.code == "RG743"]
    assert [] == wrong
    assert proposed > 3


def test_texts_without_times_would(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """So the law looks at changes that differ in these alone."""
    monkeypatch.setattr(gains, "period_words", lambda since, until: "")
    assert wrongly_approved(tmp_path, 4)
