"""Gate rules: what a change needs, as the older side has it, and what the newer side changes of that."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from rolegate.diagnostics import Diagnostic
from rolegate.documents.acceptances import Acceptance
from rolegate.documents.file_kinds import INVARIANTS, REVIEW
from rolegate.documents.invariants_file import InvariantShape
from rolegate.documents.review_file import EVERY_GAIN, SENSITIVE, ReviewShape
from rolegate.grants.resolve import Resolved
from rolegate.grants.roles import Role
from rolegate.review.changed_names import changed_names, paths_of_nothing
from rolegate.review.given_up_names import given_up_names
from rolegate.review.kinds_of_roles import changed_kinds
from rolegate.review.owned_names import one_word
from rolegate.review.paired_names import renamed_roles
from rolegate.review.sensitive_marks import ChangedMark


@dataclass(frozen=True, slots=True)
class GateRules:
    """What a change needs before it may be merged; without a file, every gain needs an approval."""

    sensitive_only: bool = False
    only_roles: frozenset[str] | None = None

    @classmethod
    def of(cls, review: ReviewShape | None) -> GateRules:
        if review is None:
            return cls()
        roles = None if review.only_roles is None else frozenset(map(str, review.only_roles))
        return cls(review.approve == SENSITIVE, roles)

    @property
    def values(self) -> tuple[object, ...]:
        """What each rule is, in the order in which `said` says them."""
        return (self.sensitive_only, self.only_roles)

    @property
    def said(self) -> tuple[str, str]:
        """Each rule in one line, as an approval of its change names it."""
        # JSON quotes whatever an id may hold, so that no role is read as several, or as none.
        roles = "any" if self.only_roles is None else json.dumps(sorted(self.only_roles), ensure_ascii=False)
        return (f"approve: {SENSITIVE if self.sensitive_only else EVERY_GAIN}", f"only_roles: {roles}")


def unread_files(side: Resolved) -> dict[str, list[Diagnostic]]:
    """The files of rules in which there are errors, by their names, with these."""
    found: dict[str, list[Diagnostic]] = {}
    for error in side.beside:
        if error.severity == "error":
            found.setdefault(PurePosixPath(error.file).name, []).append(error)
    return found


def changed_rules(old: Resolved, new: Resolved, marks: Iterable[ChangedMark]) -> Iterator[str]:
    """Each rule that *new* has otherwise than *old*, as it is in *new*, those of *marks* among them.

    Where a file of *old* has errors, nobody knows what its rules were, so reading it again is a change.
    """
    unread = unread_files(old)
    yield from (f"{kind.place}: has errors before" for kind in (REVIEW, INVARIANTS) if kind.place in unread)
    before, after = GateRules.of(old.review), GateRules.of(new.review)
    compared = zip(after.said, before.values, after.values, strict=True)
    yield from (line for line, was, now in compared if was != now)
    yield from _invariants(old, new)
    yield from _accepted(old, new)
    yield from _who_edits_roles(old, new)
    yield from (name.rule for name in given_up_names(old, new))
    yield from (name.rule for name in changed_names(old, new))
    yield from (name.rule for name in paths_of_nothing(old.catalog, new.catalog))
    yield from map(mark_rule, marks)


def mark_rule(mark: ChangedMark) -> str:
    """A changed mark as an approval names it."""
    said = "gone" if mark.now is None else "sensitive" if mark.now else "not sensitive"
    return f"mark of {mark.path or '*'}: {said}"


def _invariants(old: Resolved, new: Resolved) -> Iterator[str]:
    """The invariants that only one side has."""
    before, after = (set(map(invariant_rule, side.invariants)) for side in (old, new))
    yield from (f"{text}: gone" for text in sorted(before - after))
    yield from (f"{text}: new" for text in sorted(after - before))


def invariant_rule(shape: InvariantShape) -> str:
    """An invariant as an approval of its change names it; its note says nothing to a machine."""
    said = shape.model_dump(by_alias=True, exclude_none=True, exclude={"note"})
    return f"invariant {json.dumps(said, ensure_ascii=False)}"


def _accepted(old: Resolved, new: Resolved) -> Iterator[str]:
    """The findings that only one side accepts; another reason is no other rule."""
    before, after = (Counter(map(_acceptance_said, side.accepted.listed)) for side in (old, new))
    yield from (f"accept {text}: gone" for text in sorted((before - after).elements()))
    yield from (f"accept {text}: new" for text in sorted((after - before).elements()))


def _acceptance_said(acceptance: Acceptance) -> str:
    said = {"code": acceptance.code, "file": acceptance.place, "of": acceptance.thing.name}
    return json.dumps({**said, "entry": acceptance.entry}, ensure_ascii=False)


def _who_edits_roles(old: Resolved, new: Resolved) -> Iterator[str]:
    """What roles of a kind may hold, where and who edits them; which roles are locked, or of what kind."""
    yield from changed_kinds(old.catalog, new.catalog)
    renamed = renamed_roles(old, new)
    for key, role in old.roles.items():
        other = new.roles.by_key.get(renamed.get(key, key))
        if other is None:
            continue
        where = "" if other.domain is None else f" of {one_word(other.domain)}"
        if role.locked != other.locked:
            yield f"role {one_word(other.name)}{where}: {'locked' if other.locked else 'not locked'}"
        if _kind_of(role) != _kind_of(other):
            yield f"role {one_word(other.name)}{where}: {_kind_of(other)}"


def _kind_of(role: Role) -> str:
    named = None if role.kind is None else role.kind.name
    return "no kind" if named is None else f"kind {named}"
