"""A form over a large catalog: a draft is ticked box by box, and its tree is drawn."""

from __future__ import annotations

from collections.abc import Callable

import rolegate
from benchmarks.findings import Figure, Section, duration
from benchmarks.plan import Plan
from benchmarks.timing import median_time
from rolegate import Draft

GROUPS, PERMISSIONS = 55, 20
TICKS = 1000
LIMITS = {"ticks": 1.0, "tree": 0.3}
"""Seconds, of the processor."""


def measure(plan: Plan) -> list[Section]:
    section = Section(
        "Drafts of roles",
        ("a catalog of 1,100 permissions", "time"),
        notes=["Three in ten permissions have scopes, and one in five requires the first of its group."],
    )
    folder = plan.room("drafts")
    (folder / "catalog.yaml").write_text(catalog(), encoding="utf-8")
    (folder / "domains.yaml").write_text("domains: {acme: {}}\n", encoding="utf-8")
    blank = rolegate.load(folder).draft(domain="acme", name="form")
    boxes = [box.id for box in blank.tree().walk() if box.kind == "permission"][:TICKS]
    full = _ticked(blank, boxes)
    if len(full.grants) != TICKS or full.tree().state != "partial":
        raise AssertionError("not each box is ticked")
    ticks = median_time(lambda: _ticked(blank, boxes), plan.rounds)
    tree = median_time(full.tree, plan.rounds)
    rows = {
        "1,000 boxes ticked one after the other, the grants read each time": ticks,
        "the tree of such a draft, with what each box says of itself": tree,
        "one box unticked below the star of everything": median_time(
            _untick(blank.tick("*"), boxes[500]), plan.rounds
        ),
        "the role validated in memory": median_time(lambda: full.findings, plan.rounds),
    }
    section.rows = [(name, duration(seconds)) for name, seconds in rows.items()]
    section.figures += [
        Figure(
            "1,000 boxes of a draft ticked, the grants read each time", LIMITS["ticks"], ticks, "s", False
        ),
        Figure("a tree of 1,100 permissions drawn", LIMITS["tree"], tree, "s", False),
    ]
    return [section]


def catalog() -> str:
    """Groups of permissions, some with scopes, some of which require the first of their group."""
    lines = ["catalog: large", "scopes: {reach: [all, team, my]}", "permissions:"]
    for group in range(GROUPS):
        lines += [f"  group{group}:", "    permissions:"]
        for number in range(PERMISSIONS):
            keys = ["scopes: reach"] * (number % 10 in (0, 3, 6))
            keys += [f"requires: group{group}.p0"] * (number % 5 == 4)
            lines.append(f"      p{number}: {{{', '.join(keys) or f'title: Box {number}'}}}")
    return "\n".join(lines) + "\n"


def _ticked(draft: Draft, boxes: list[str]) -> Draft:
    for box in boxes:
        draft = draft.tick(box)
        _ = draft.grants
    return draft


def _untick(draft: Draft, box: str) -> Callable[[], object]:
    return lambda: draft.untick(box)
