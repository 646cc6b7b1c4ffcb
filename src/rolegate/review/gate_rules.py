"""Gate rules: what a change needs, as the older side has it, and what the newer side changes of that."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from rolegate.catalog.model import Permission
from rolegate.documents.review_file import EVERY_GAIN, SENSITIVE, ReviewShape
from rolegate.grants.resolve import Resolved
from rolegate.review.paired_permissions import PairedPermission


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
    def said(self) -> tuple[str, str]:
        """Each rule in one line, as an approval of its change names it."""
        roles = "any" if self.only_roles is None else ", ".join(sorted(self.only_roles))
        return (f"approve: {SENSITIVE if self.sensitive_only else EVERY_GAIN}", f"only_roles: {roles}")


def is_sensitive(pair: PairedPermission) -> bool:
    """Whether one of the sides calls a permission sensitive: a change may add the mark, never drop it."""
    return any(side is not None and sensitive(side) for side in (pair.old, pair.new))


def changed_rules(old: Resolved, new: Resolved, pairs: Sequence[PairedPermission]) -> Iterator[str]:
    """Each rule that *new* has otherwise than *old*, as it is in *new*."""
    before, after = GateRules.of(old.review).said, GateRules.of(new.review).said
    yield from (line for line, was in zip(after, before, strict=True) if line != was)
    yield from _marks(pairs)


def _marks(pairs: Iterable[PairedPermission]) -> Iterator[str]:
    for pair in pairs:
        if pair.old is not None and pair.new is not None and sensitive(pair.old) != sensitive(pair.new):
            yield f"{pair.new.path}: {'sensitive' if sensitive(pair.new) else 'not sensitive'}"


def sensitive(permission: Permission) -> bool:
    return bool(getattr(permission, "sensitive", False))
