"""Approvals of the newer side, compared word by word with what a change gains."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import get_args

from rolegate.diagnostics import Diagnostic, Report, Span, short
from rolegate.documents import review_problems as problems
from rolegate.documents.approvals_file import ApprovalShape
from rolegate.documents.text import Text
from rolegate.grants.approval_ends import approval_end
from rolegate.grants.resolve import Resolved
from rolegate.review.changed_periods import SubjectWord
from rolegate.review.gains import Gain, Whose, from_then_on
from rolegate.review.owned_names import owned_name
from rolegate.review.pointer_rules import OF_A_POINTER

_EVERYBODY: SubjectWord = get_args(SubjectWord)[-1]
_KINDS: dict[str, SubjectWord] = {"role": "role", "team": "team", "user": "user", "everyone": _EVERYBODY}


@dataclass(frozen=True, slots=True)
class _Who:
    """Whose gains an approval is about: each of its names, as often as it is there, in each domain."""

    approval: ApprovalShape
    names: Sequence[tuple[SubjectWord, str]]
    domains: Sequence[str | None]

    @classmethod
    def of(cls, approval: ApprovalShape) -> _Who:
        given = ((kind, getattr(approval, key)) for key, kind in _KINDS.items())
        names = [
            (kind, str(name)) for kind, found in given for name in ([""] if found is True else found or ())
        ]
        domains: list[str | None] = [None] if approval.domain is None else list(map(str, approval.domain))
        return cls(approval, names, domains)


_Places = dict[int, Text]
"""Where a text is written first in each approval that has it, by the number of the approval."""


@dataclass(slots=True)
class Approvals:
    """The approvals in force at one time; they know which of their texts were needed.

    INVARIANT: an approval only ever answers yes to the very text it names. It has no stars, and nothing in it
    is looked up, so that no other file can make it mean more. Where it says when a gain begins, that is now
    once the time has come.
    """

    ended: tuple[ApprovalShape, ...]
    _of: tuple[_Who, ...]
    _rules: dict[str, list[Text]] = field(default_factory=dict)
    _gains: dict[str, _Places] = field(default_factory=dict)
    _names: dict[tuple[SubjectWord, str], dict[int, frozenset[str | None]]] = field(default_factory=dict)
    _needed: set[tuple[Whose | None, str]] = field(default_factory=set)

    @classmethod
    def at(cls, approvals: Iterable[ApprovalShape], moment: datetime, since: datetime) -> Approvals:
        """Those of *approvals* that have not ended; access is compared from *since* on."""
        sides: tuple[list[ApprovalShape], list[_Who]] = [], []
        for approval in approvals:
            if approval_end(approval) <= moment:
                sides[0].append(approval)
            else:
                sides[1].append(_Who.of(approval))
        found = cls(tuple(sides[0]), tuple(sides[1]))
        for number, who in enumerate(found._of):
            for text in who.approval.rules or ():
                found._rules.setdefault(str(text), []).append(text)
            for text in who.approval.gains or ():
                said = from_then_on(text, since)
                found._gains.setdefault(said, {}).setdefault(number, text)
            domains = frozenset(who.domains)
            for name in who.names:
                found._names.setdefault(name, {})[number] = domains
        return found

    def missing(self, gain: Gain) -> tuple[str, ...]:
        """The texts of *gain* that nothing approves."""
        if not gain.texts:  # nothing is known that could be approved
            return (gain.permission,)
        self._needed.update((gain.whose, text) for text in gain.texts)
        return tuple(text for text in gain.texts if self._approving(gain.whose, text) is None)

    def approves_rule(self, text: str) -> bool:
        """Whether the change of a rule to *text* is approved."""
        self._needed.add((None, text))
        return text in self._rules

    def _approving(self, whose: Whose, text: str) -> int | None:
        """The number of the first approval of *text* for somebody.

        Names and texts are looked up apart, and the shorter list is walked: an approval of a thousand names
        and a thousand texts is a million approvals.
        """
        texts = self._gains.get(text, {})
        for name in whose.names:
            names = self._names.get((whose.kind, name), {})
            for number in names if len(names) < len(texts) else texts:
                if number in texts and whose.domain in names.get(number, ()):
                    return number
        return None

    def findings(self, new: Resolved) -> tuple[Diagnostic, ...]:
        """The approvals that have ended, and the texts that nothing needed, or that are there twice.

        *new* tells former names of domains and roles, which approve nothing.
        """
        report = Report()
        for approval in self.ended:
            problems.approval_ended(report, approval.at("until"), str(approval.until))
        roles = {
            owned_name("role", was, owner or "", ()): owned_name("role", now, home or "", ())
            for (owner, was), (home, now) in new.roles.former.items()
        }
        for approval, text in self._unneeded():
            otherwise = _called_otherwise(approval, new.domains.former, roles)
            problems.approval_unused(report, text.span, text, otherwise)
        return report.sorted()

    def unknown_pointers(self, known: Container[str]) -> tuple[Diagnostic, ...]:
        """The approvals of what happens to submodules and links, but for the *known* rules."""
        report = Report()
        for text, places in self._rules.items():
            for place in places if text.startswith(OF_A_POINTER) and text not in known else ():
                problems.approval_unused(report, place.span, place, "")
        return report.sorted()

    def _unneeded(self) -> Iterator[tuple[ApprovalShape, Text]]:
        """Each text of which a part is not needed, or is approved by another one before."""
        used: Counter[tuple[int, Span]] = Counter()
        for whose, said in self._needed:
            number = None if whose is None else self._approving(whose, said)
            if number is not None:
                used[number, self._gains[said][number].span] += 1
        for number, who in enumerate(self._of):
            for text in who.approval.gains or ():
                if used[number, text.span] < len(who.names) * len(who.domains):
                    yield who.approval, text
            for text in who.approval.rules or ():
                if text.startswith(OF_A_POINTER):
                    continue  # this is about the repository: see `unknown_pointers`
                if (None, str(text)) not in self._needed or self._rules[str(text)][0] is not text:
                    yield who.approval, text


def _called_otherwise(approval: ApprovalShape, domains: Mapping[str, str], roles: Mapping[str, str]) -> str:
    """The first former name in *approval*, with what it is called now; empty where there is none."""
    for noun, names, former in (("domain", approval.domain, domains), ("role", approval.role, roles)):
        for name in names or ():
            if name in former:
                return f"it names the {noun} `{short(name)}`, which is called `{short(former[name])}` now"
    return ""
