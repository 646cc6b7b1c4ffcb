"""The access that differs in every policy set of a repository."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import partial
from typing import Any

from rolegate.diagnostics import Diagnostic
from rolegate.documents.limits import Limits
from rolegate.engine.asked_moment import moment_of
from rolegate.errors import InvalidPolicyError
from rolegate.loading.set_pairs import ComparedStates, PairedSet
from rolegate.review.extents import ChangeSeverity, most_severe
from rolegate.review.gate_verdict import with_pointers
from rolegate.review.pointer_rules import is_of_pointers, known_rules
from rolegate.review.set_comparison import SetComparison
from rolegate.review.set_diff import SetDiff


@dataclass(frozen=True, slots=True)
class SetsDiff:
    """Every policy set that was looked at, those without a change as well; `gated` if the gate was asked.

    `trees` are the ids of what was compared; None for files on disk.
    """

    sets: tuple[SetDiff, ...]
    gated: bool = False
    trees: tuple[str | None, str | None] = field(default=(None, None), compare=False, repr=False)

    @property
    def allowed(self) -> bool:
        """Whether the gate refuses nothing in any of them."""
        return all(known.verdict is None or known.verdict for known in self.sets)

    def __bool__(self) -> bool:
        return any(self.sets)

    @property
    def gains(self) -> bool:
        """Whether somebody gains in one of them."""
        return any(known.gains for known in self.sets)

    @property
    def severity(self) -> ChangeSeverity | None:
        """That of the most severe change; None without any."""
        found = [known.severity for known in self.sets if known.severity is not None]
        return most_severe(found) if found else None

    def to_dict(self) -> dict[str, Any]:
        """The same as JSON."""
        return {
            "changed": bool(self),
            "gains": self.gains,
            "severity": self.severity,
            **({"allowed": self.allowed} if self.gated else {}),
            "sets": [known.to_dict() for known in self.sets],
        }


def sets_diff(
    old: str,
    new: str | None,
    folder: str | None = None,
    *,
    at: date | None = None,
    gate: bool = False,
    limits: Limits | None = None,
    every: bool = False,
) -> SetsDiff:
    """What changes in every set of a repository, from the revision *old* to *new*, or to the files now.

    With *gate*, each change is judged by the rules of the older side. A set that is new has none: it is
    refused until its own approvals name that it is new in its folder. One that moved, or is gone, is refused
    as well until that is approved: a link may lead those who read the former folder to another one. *limits*
    are those of `validate`. Approvals of a set that did not change are findings.
    With *every*, those sets are read as well of which git says that they are the same.
    A submodule of another commit than before, a link out of the repository that leads elsewhere, and what
    only one side has of both, is told, and refused until an approval of some set names it.

    Raises:
        RevisionError: when a revision cannot be read.
        PolicyNotFoundError: when neither side has a set, and there is nothing else to tell.
        InvalidPolicyError: when a set that changed, or *every* one, has errors; it has those of all sets.
        InvalidQuestionError: when *at* is neither a date nor a time.
    """
    comparison = SetComparison(None if at is None else moment_of(at), gate, limits, every)
    states = ComparedStates(old, new, folder=folder)
    pointers = states.pointers()
    found = _without_errors(_compared(states.sets(none=bool(pointers)), comparison))
    approving = [known.sides[1] for known in found if known.sides[1] is not None]
    if any(is_of_pointers(policy.resolved.approvals) for policy in approving):
        rules = known_rules(pointers, states.pointers_now())
        found = [_with_pointers(known, rules, comparison.at) for known in found]
    found += (comparison.of_pointer(pointer, approving) for pointer in pointers)
    return SetsDiff(tuple(sorted(found, key=lambda known: known.folder)), gate, states.trees)


def _with_pointers(known: SetDiff, rules: Container[str], at: datetime | None) -> SetDiff:
    """*known*, with the approvals of what happens to submodules and links that are none of the *rules*."""
    if known.verdict is None or known.sides[1] is None:
        return known
    return replace(known, verdict=with_pointers(known.verdict, known.sides[1], rules, at=at))


def _without_errors(comparisons: Iterable[Callable[[], SetDiff]]) -> list[SetDiff]:
    """What is compared; where a set has errors nothing is, and those of all sets are told at once."""
    found, wrong, help = list[SetDiff](), list[Diagnostic](), ""
    for compare in comparisons:
        try:
            found.append(compare())
        except InvalidPolicyError as error:
            wrong += error.diagnostics
            help = help or error.help
    if wrong:
        raise InvalidPolicyError(tuple(wrong), help)
    return found


def _compared(pairs: Sequence[PairedSet], comparison: SetComparison) -> Iterator[Callable[[], SetDiff]]:
    """The comparison of each set, to be made by whoever takes it."""
    moved = dict(_moved(pairs, comparison))
    former = {pair.folder for pair in moved.values()}
    for pair in pairs:
        before = moved.get(pair.folder)
        if pair.same and pair.new is not None:
            yield partial(comparison.of_same, pair.folder, pair.new)
        elif pair.new is not None and pair.old is not None:
            yield partial(comparison.of, pair.folder, pair.old, pair.new, pair.former)
        elif pair.new is not None and before is not None and before.old is not None:
            yield partial(comparison.of, pair.folder, before.old, pair.new, before.folder)
        elif pair.new is not None:
            yield partial(comparison.of_new, pair.folder, pair.new)
        elif pair.old is not None and pair.folder not in former:
            yield partial(comparison.of_gone, pair.folder, pair.old)


def _moved(pairs: Sequence[PairedSet], comparison: SetComparison) -> Iterator[tuple[str, PairedSet]]:
    """Each folder that is new, with the only one that is gone and had a set of the same name."""
    gone = [pair for pair in pairs if pair.new is None]
    fresh = [pair for pair in pairs if pair.old is None]
    if not gone or not fresh:
        return
    before, after = (
        _by_name((comparison.name(pair.old or pair.new), pair) for pair in side) for side in (gone, fresh)
    )
    for name, pairs_of in after.items():
        if len(pairs_of) == len(before.get(name, ())) == 1:
            yield pairs_of[0].folder, before[name][0]


def _by_name(pairs: Iterable[tuple[str | None, PairedSet]]) -> dict[str, list[PairedSet]]:
    """Those that have a name, with all others of it."""
    found: dict[str, list[PairedSet]] = {}
    for name, pair in pairs:
        if name is not None:
            found.setdefault(name, []).append(pair)
    return found
