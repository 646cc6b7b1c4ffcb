"""Approvals of the newer side, compared word by word with what a change gains."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import product
from typing import get_args

from rolegate.diagnostics import Diagnostic, Report, Span, short
from rolegate.documents import review_problems as problems
from rolegate.documents.approvals_file import WHO, ApprovalShape
from rolegate.documents.text import Text
from rolegate.grants.approval_ends import approval_end
from rolegate.grants.resolve import Resolved
from rolegate.review.changed_periods import SubjectWord
from rolegate.review.gains import Gain, Whose

Approved = tuple[Whose | None, str]
"""What one text of an approval approves: somebody's gain, or without a name the change of a rule."""

_EVERYBODY: SubjectWord = get_args(SubjectWord)[-1]


@dataclass(slots=True)
class Approvals:
    """The approvals in force at one time; they know which of their texts were needed.

    INVARIANT: an approval only ever answers yes to the very text it names. It has no stars, and nothing in it
    is looked up, so that no other file can make it mean more.
    """

    by_text: dict[Approved, list[tuple[ApprovalShape, Text]]]
    ended: tuple[ApprovalShape, ...]
    _needed: set[Approved] = field(default_factory=set)

    @classmethod
    def at(cls, approvals: Iterable[ApprovalShape], moment: datetime) -> Approvals:
        """Those of *approvals* that have not ended."""
        found: dict[Approved, list[tuple[ApprovalShape, Text]]] = {}
        ended: list[ApprovalShape] = []
        for approval in approvals:
            if approval_end(approval) <= moment:
                ended.append(approval)
                continue
            for key, text in _approved(approval):
                found.setdefault(key, []).append((approval, text))
        return cls(found, tuple(ended))

    def missing(self, gain: Gain) -> tuple[str, ...]:
        """The texts of *gain* that nothing approves."""
        if not gain.texts:  # nothing is known that could be approved
            return (gain.permission,)
        keys = [(gain.whose, text) for text in gain.texts]
        self._needed.update(keys)
        return tuple(text for _, text in keys if (gain.whose, text) not in self.by_text)

    def approves_rule(self, text: str) -> bool:
        """Whether the change of a rule to *text* is approved."""
        self._needed.add((None, text))
        return (None, text) in self.by_text

    def findings(self, new: Resolved) -> tuple[Diagnostic, ...]:
        """The approvals that have ended, and the texts that nothing needed, or that are there twice.

        *new* tells former names of domains and roles, which approve nothing.
        """
        report = Report()
        for approval in self.ended:
            problems.approval_ended(report, approval.at("until"), str(approval.until))
        said: set[Span] = set()
        roles = {was: now for (_, was), (_, now) in new.roles.former.items()}
        for key, several in self.by_text.items():
            for approval, text in several[key in self._needed :]:
                if text.span not in said:
                    said.add(text.span)
                    otherwise = _called_otherwise(approval, new.domains.former, roles)
                    problems.approval_unused(report, text.span, text, otherwise)
        return report.sorted()


def _approved(approval: ApprovalShape) -> Iterator[tuple[Approved, Text]]:
    for text in approval.rules or ():
        yield (None, str(text)), text
    for one, text in product(_whose(approval), approval.gains or ()):
        yield (one, str(text)), text


def _whose(approval: ApprovalShape) -> Iterator[Whose]:
    domains: Sequence[str | None] = [None] if approval.domain is None else list(map(str, approval.domain))
    kinds: dict[str, SubjectWord] = {"role": "role", "team": "team", "user": "user", "everyone": _EVERYBODY}
    for key in WHO:
        names = getattr(approval, key)
        for name in [""] if names is True else names or ():
            yield from (Whose(kinds[key], str(name), domain) for domain in domains)


def _called_otherwise(approval: ApprovalShape, domains: Mapping[str, str], roles: Mapping[str, str]) -> str:
    """The first former name in *approval*, with what it is called now; empty where there is none."""
    for noun, names, former in (("domain", approval.domain, domains), ("role", approval.role, roles)):
        for name in names or ():
            if name in former:
                return f"it names the {noun} `{short(name)}`, which is called `{short(former[name])}` now"
    return ""
