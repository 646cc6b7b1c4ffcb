"""Proves an invariant that is in no file: it holds for everybody, or somebody breaks it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import combinations
from typing import Any

from rolegate.compiled.names import is_role, parse_subject
from rolegate.diagnostics import Report
from rolegate.engine.asked_moment import moment_of
from rolegate.errors import InvalidQuestionError
from rolegate.grants.resolve import Resolved
from rolegate.policy.policy import Policy
from rolegate.review.broken_invariants import BrokenInvariant, broken
from rolegate.review.cells import paths_in
from rolegate.review.differences import PolicySide
from rolegate.review.held_access import held_access
from rolegate.review.invariant_checks import InvariantCheck
from rolegate.review.invariant_sentence import mistyped_word, sentence_shape
from rolegate.review.invariants import Invariant, read_invariant


@dataclass(frozen=True, slots=True)
class Proof:
    """Whether an invariant holds, and if not, who shows it.

    Where the files do not say which roles people have together, it holds as far as nobody has two roles that
    are `apart`.
    """

    invariant: Invariant
    broken: BrokenInvariant | None
    apart: tuple[tuple[str, str], ...] = ()

    @property
    def holds(self) -> bool:
        """Whether it holds now and at each later moment."""
        return self.broken is None

    def __bool__(self) -> bool:
        return self.holds

    def to_dict(self) -> dict[str, Any]:
        """The same as JSON."""
        return {
            "holds": self.holds,
            "invariant": self.invariant.text,
            **({} if self.broken is None else {"broken": self.broken.to_dict()}),
            "apart": [list(pair) for pair in self.apart],
        }


def prove(policy: Policy, sentence: str, *, at: date | None = None) -> Proof:
    """Whether what *sentence* says holds for everybody, from *at* or now on.

    It has the words of `invariants.yaml`: `never payments.refund for role:agent`.

    Raises:
        InvalidQuestionError: for a sentence that cannot be read, and when *at* is neither a date nor a time.
    """
    report = Report()
    shape = sentence_shape(sentence)
    invariant = read_invariant(shape, policy.resolved, report)
    if invariant is None:
        first = next(found for found in report.diagnostics if found.severity == "error")
        help = mistyped_word(shape) or first.help
        raise InvalidQuestionError(f"{first.message}; {help}" if help else first.message)
    since = datetime.now(UTC) if at is None else moment_of(at)
    found = next(iter(broken((invariant,), policy.resolved, since)), None)
    apart = () if found or invariant.rule != "separate" else _apart(invariant, policy.resolved, since)
    return Proof(invariant, found, tuple(apart))


def _apart(invariant: Invariant, resolved: Resolved, at: datetime) -> Iterator[tuple[str, str]]:
    """Pairs of roles with which somebody who had both would break an invariant that no role breaks alone."""
    seen: set[tuple[str, str]] = set()
    for here in held_access(PolicySide.at(resolved, at), paths_in(invariant.paths)):
        if invariant.domains is not None and here.domain not in invariant.domains:
            continue
        check = InvariantCheck(invariant, here.cells, resolved.catalog)
        held = {
            sub: here.access.held(sub) for sub in dict.fromkeys((*here.named, *here.declared)) if is_role(sub)
        }
        for one, other in combinations([sub for sub in held if check.touches(held[sub])], 2):
            pair = (parse_subject(one).name, parse_subject(other).name)
            if pair not in seen and check.broken_by(held[one] | held[other]):
                seen.add(pair)
                yield pair
