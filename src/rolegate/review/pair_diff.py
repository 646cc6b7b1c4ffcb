"""What a change does to the access of two sets that are named, with the submodules in them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date

from rolegate.diagnostics import quoted
from rolegate.loading.set_pairs import ChangedPointer, pointers_of_pair
from rolegate.loading.sources import Source
from rolegate.policy.policy import Policy
from rolegate.review.access_diff import AccessDiff, access_diff
from rolegate.review.catalog_notes import ChangeNote
from rolegate.review.compared_lines import is_of_lines
from rolegate.review.gate_verdict import GateVerdict, judge_alone, judge_change
from rolegate.review.pointer_rules import pointer_rule


def pair_diff(
    sources: tuple[Source, Source],
    sides: tuple[Policy, Policy],
    *,
    at: date | None = None,
    gate: bool = False,
) -> tuple[AccessDiff, GateVerdict | None]:
    """What changes between two sets, *sides*, which were read from *sources*, and with *gate* the verdict.

    A submodule of another commit, or in one of them only, is told, and refused until the newer set approves
    it: what is in it may be a part of the set, and is not there to be read.

    Raises:
        RevisionError: when git cannot be asked about submodules.
        InvalidQuestionError: when *at* is neither a date nor a time, or the gate is asked about lines.
    """
    pointers = () if is_of_lines(*sides) else pointers_of_pair(*sources)
    notes = tuple(_notes(pointers))
    if not gate:
        diff = access_diff(*sides, at=at)
        return replace(diff, notes=(*diff.notes, *notes)), None
    verdict = judge_change(*sides, at=at)
    diff = replace(verdict.diff, notes=(*verdict.diff.notes, *notes))
    alone = (judge_alone(pointer_rule(pointer), [sides[1]], at=at) for pointer in pointers)
    refusals = (*verdict.refusals, *(refusal for judged in alone for refusal in judged.refusals))
    return diff, replace(verdict, diff=diff, refusals=refusals)


def _notes(pointers: Iterable[ChangedPointer]) -> Iterator[ChangeNote]:
    for pointer in pointers:
        text = f"the submodule {quoted(pointer.folder)} {pointer.said}: what is in it is not compared"
        yield ChangeNote("submodule", text, "", 0)
