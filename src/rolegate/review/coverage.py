"""Coverage: which answers of a policy are looked at, so that another answer would not go unnoticed.

A cell is covered if an expectation fails once the answer to this one question is another one. A table that
asks for it is not enough: who may do something of many things is the same whether one of them is missing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from rolegate.answers.who_can import askable_subjects
from rolegate.compiled.names import FULL, STRANGER, parse_subject
from rolegate.encoding import decode
from rolegate.engine.translation import translate
from rolegate.expect.expectations import (
    Expectation,
    ExpectedAnswer,
    ExpectedHolders,
    ExpectedRights,
    ExpectedTree,
)
from rolegate.policy.policy import Policy
from rolegate.review.expectation_results import ExpectationResult
from rolegate.review.extents import extent
from rolegate.review.policy_cells import CellsOfDomain, PolicyCells
from rolegate.review.tree_coverage import claim_of_tree

WhyUncovered = Literal[
    "no expectation is about the subject",
    "expected at another time, see `--at`",
    "not asked",
    "asked only beside more that is allowed",
]

_NOTHING: WhyUncovered = "no expectation is about the subject"

Place = tuple[str, str]
"""A domain and a subject, by their names in lines."""


@dataclass(frozen=True, slots=True)
class UncoveredCells:
    """Cells of one permission that no expectation would miss, and why; each as a grant is written."""

    permission: str
    parts: tuple[str, ...]
    why: WhyUncovered

    def to_dict(self) -> dict[str, Any]:
        """The same as JSON."""
        return {"permission": self.permission, "parts": list(self.parts), "why": self.why}


@dataclass(frozen=True, slots=True)
class SubjectCoverage:
    """How many of the cells of one subject are covered; `kind` is `everyone` for whom no line names."""

    kind: str
    name: str
    domain: str | None
    cells: int
    covered: int
    uncovered: tuple[UncoveredCells, ...]
    masks: tuple[int, int] = field(repr=False, compare=False)
    """The cells, and those that are covered."""

    def to_dict(self) -> dict[str, Any]:
        """The same as JSON."""
        return {
            "kind": self.kind,
            **({"name": self.name} if self.name else {}),
            **({} if self.domain is None else {"domain": self.domain}),
            "cells": self.cells,
            "covered": self.covered,
            "uncovered": [cells.to_dict() for cells in self.uncovered],
        }


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much of a policy its expectations look at, at one time."""

    subjects: tuple[SubjectCoverage, ...]

    @property
    def cells(self) -> int:
        """How many answers the policy can give."""
        return sum(subject.cells for subject in self.subjects)

    @property
    def covered(self) -> int:
        """How many of them make an expectation fail if they change."""
        return sum(subject.covered for subject in self.subjects)

    @property
    def percent(self) -> float:
        """The share of `covered`, never rounded up."""
        return self.covered * 1000 // self.cells / 10 if self.cells else 100.0

    def to_dict(self) -> dict[str, Any]:
        """The same as JSON."""
        return {
            "cells": self.cells,
            "covered": self.covered,
            "percent": self.percent,
            "subjects": [subject.to_dict() for subject in self.subjects],
        }


def coverage_of(policy: Policy, results: Sequence[ExpectationResult], at: date | None = None) -> Coverage:
    """The coverage of *policy* by the expectations that are met; those about another time do not count."""
    table = PolicyCells(policy.snapshot(at))
    asked: dict[Place, int] = {}
    killed: dict[Place, int] = {}
    held: dict[Place, int] = {}
    another_time = {place for one in results for place in _at_other_times(one.expectation, policy, table, at)}
    for result in results:
        tree = result.expectation.tree
        if tree is not None and result.met and _is_now(tree, policy, table, at):
            claim = claim_of_tree(tree, policy, table, at)
            if claim is not None:
                asked[claim.place] = asked.get(claim.place, 0) | claim.asked
                killed[claim.place] = killed.get(claim.place, 0) | claim.killed
        for place, mask, expected in _claims(result.expectation, policy, table, at) if result.met else ():
            if place not in held:
                held[place] = table.held(place[1], place[0])
            asked[place] = asked.get(place, 0) | mask
            killed[place] = killed.get(place, 0) | _deciding(mask, held[place], expected)
    return Coverage(
        tuple(
            _of_subject(
                table.domains[dom],
                sub,
                counted,
                asked.get((dom, sub), 0),
                killed.get((dom, sub), 0),
                _NOTHING if (dom, sub) not in another_time else "expected at another time, see `--at`",
            )
            for dom, sub, counted in table.counted()
        )
    )


def _at_other_times(
    expectation: Expectation, policy: Policy, table: PolicyCells, at: date | None
) -> Iterator[Place]:
    """Those about whom something is expected at a time that is not looked at."""
    said = (*expectation.answers, expectation.rights, expectation.tree)
    for one in said:
        if one is not None and not _is_now(one, policy, table, at):
            asked = translate(one.question, policy.resolved)
            place = table.place(asked.sub, asked.dom)
            if place is not None:
                yield place


def _deciding(mask: int, held: int, expected: bool) -> int:
    """Those cells of *mask* that decide by themselves whether one of all of them is held."""
    if not expected:
        return mask
    of_them = mask & held
    return of_them if of_them.bit_count() == 1 else 0


def _claims(
    expectation: Expectation, policy: Policy, table: PolicyCells, at: date | None
) -> Iterator[tuple[Place, int, bool]]:
    """What an expectation says of cells: of which subject, and whether it should hold one of some cells."""
    for answer in expectation.answers:
        # A record has answers of its own, which are no cells.
        if answer.record is None and _is_now(answer, policy, table, at):
            asked = translate(answer.question, policy.resolved)
            place = table.place(asked.sub, asked.dom)
            if place is not None:
                yield place, table.mask(asked, place[0], alone=True), answer.allowed
    holders = expectation.holders
    if holders is not None and _is_now(holders, policy, table, at):
        yield from _claims_of_holders(holders, policy, table)
    rights = expectation.rights
    if rights is not None and _is_now(rights, policy, table, at):
        yield from _claims_of_rights(rights, policy, table)


def _claims_of_holders(
    holders: ExpectedHolders, policy: Policy, table: PolicyCells
) -> Iterator[tuple[Place, int, bool]]:
    question, snapshot = holders.question, table.snapshot
    asked = translate(question, policy.resolved)
    if "users" in holders.lists or holders.everyone is not None:
        place = table.place(STRANGER, asked.dom)
        if place is not None:
            yield place, table.mask(asked, place[0]), bool(holders.everyone)
    for kind, name in askable_subjects(decode(asked.dom), snapshot):
        if f"{kind}s" not in holders.lists:
            continue
        about = translate(question.about(kind, name, question.domain), policy.resolved)
        place = table.place(about.sub, about.dom)
        if place is not None:
            yield place, table.mask(about, place[0]), name in holders.lists[f"{kind}s"]


def _claims_of_rights(
    rights: ExpectedRights, policy: Policy, table: PolicyCells
) -> Iterator[tuple[Place, int, bool]]:
    """Each cell: without one that is held, or with one that is not, the list is another one."""
    asked = translate(rights.question, policy.resolved)
    place = table.place(asked.sub, asked.dom)
    if place is None:
        return
    dom, sub = place
    here, held = table.domains[dom], table.held(sub, dom)
    # INVARIANT: no two answers of one cell have the same texts, so that a list covers every cell.
    yield place, here.counted & ~held, False
    for number in range(here.counted.bit_length()):
        if here.counted & held & (1 << number):
            yield place, 1 << number, True


def _is_now(
    about: ExpectedAnswer | ExpectedHolders | ExpectedRights | ExpectedTree,
    policy: Policy,
    table: PolicyCells,
    at: date | None,
) -> bool:
    """Whether an expectation asks for the time whose answers are looked at."""
    return about.at is None or policy.snapshot(about.at) is table.snapshot or about.at == at


def _of_subject(
    here: CellsOfDomain, sub: str, counted: int, asked: int, killed: int, nothing: WhyUncovered
) -> SubjectCoverage:
    covered = killed & counted
    kind, name = ("everyone", "") if sub == STRANGER else parse_subject(sub)[:2]
    domain = None if here.dom == FULL else decode(here.dom)
    uncovered = tuple(_uncovered(here, counted & ~covered, asked, nothing))
    return SubjectCoverage(
        kind, name, domain, counted.bit_count(), covered.bit_count(), uncovered, (counted, covered)
    )


def _uncovered(here: CellsOfDomain, mask: int, asked: int, nothing: WhyUncovered) -> Iterator[UncoveredCells]:
    """The cells of *mask* by why they are not covered; *nothing* is why if none of the subject is asked."""
    beside: WhyUncovered = "asked only beside more that is allowed"
    for part, why in ((mask & asked, beside), (mask & ~asked, "not asked" if asked else nothing)):
        for pair, (cells,) in here.cells.by_permission(part):
            paths = {cell.on for cell in here.cells.of_permission(pair)}
            parts = extent(pair.new, cells, paths)
            yield UncoveredCells(pair.path, parts, why)
