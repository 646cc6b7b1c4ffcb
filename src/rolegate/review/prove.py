"""Proves an invariant that is in no file: it holds for everybody, or somebody breaks it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from rolegate.diagnostics import Report
from rolegate.engine.asked_moment import moment_of
from rolegate.errors import InvalidQuestionError
from rolegate.policy.policy import Policy
from rolegate.review.broken_invariants import BrokenInvariant, broken
from rolegate.review.invariant_sentence import as_entry, mistyped_word, sentence_shape
from rolegate.review.invariants import Invariant, read_invariant
from rolegate.review.proof_assumptions import is_uncounted, roles_apart
from rolegate.review.unknown_names import warn_of_misspelt

_NO_MANAGERS = (
    "the catalog does not say who edits roles, so nobody can give anything; "
    "name the permission under `custom_roles`: `manage: …`"
)


@dataclass(frozen=True, slots=True)
class Proof:
    """Whether an invariant holds, and if not, who shows it.

    Where the files do not say which roles people have together, it holds as far as nobody has two roles that
    are `apart`. With `uncounted`, it counts people and the files name none.
    `notes` say which names of the sentence may be mistyped, and why `reach` holds where nobody edits roles.
    """

    invariant: Invariant
    broken: BrokenInvariant | None
    apart: tuple[tuple[str, str], ...] = ()
    uncounted: bool = False
    notes: tuple[str, ...] = ()

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
            **({"uncounted": True} if self.uncounted else {}),
            **({"notes": list(self.notes)} if self.notes else {}),
        }


def prove(policy: Policy, sentence: str, *, at: date | None = None) -> Proof:
    """Whether what *sentence* says holds for everybody, from *at* or now on.

    It has the words of `invariants.yaml`: `never payments.refund for role:agent`. A name with a comma or a
    word of sentences is in quotes: `never payments.refund for user:"smith, ana"`.

    Raises:
        InvalidQuestionError: for a sentence that cannot be read, and when *at* is neither a date nor a time.
    """
    report = Report()
    shape = sentence_shape(sentence)
    invariant = read_invariant(shape, policy.resolved, report)
    if invariant is None:
        first = next(found for found in report.diagnostics if found.severity == "error")
        help = _needs_quotes(sentence, policy) or mistyped_word(shape) or first.help
        raise InvalidQuestionError(f"{first.message}; {help}" if help else first.message)
    since = datetime.now(UTC) if at is None else moment_of(at)
    found = next(iter(broken((invariant,), policy.resolved, since)), None)
    doubts = Report()
    warn_of_misspelt((invariant,), policy.resolved, doubts)
    notes = tuple(f"{one.message}; {one.help}" if one.help else str(one.message) for one in doubts.sorted())
    if invariant.rule == "reach" and not any(kind.manage for kind in policy.resolved.catalog.kinds_of_roles):
        notes += (_NO_MANAGERS,)
    if found:
        return Proof(invariant, found, notes=notes)
    apart = roles_apart(invariant, policy.resolved, since)
    return Proof(invariant, None, apart, is_uncounted(invariant, policy.resolved), notes)


def _needs_quotes(sentence: str, policy: Policy) -> str:
    """What to write for a name in *sentence* that is read as several entries; empty where there is none."""
    names = {*policy.domains, *policy.teams, *policy.users, *(name for _, name in policy.resolved.roles)}
    parts = re.compile(r"[\s,]")
    parted = (name for name in names if parts.search(name) and as_entry(name) != name and name in sentence)
    longest = max(sorted(parted), key=len, default="")
    return f"write quotes around the name: `{as_entry(longest)}`" if longest else ""
