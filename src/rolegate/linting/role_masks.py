"""What roles hold as numbers, for rules that look for the few roles about which there is something to say.

INVARIANT: it passes over no role of which a rule finds something right by right. A role of which nothing is
known as a number is always looked at.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field

from rolegate.catalog.grant_syntax import Grant
from rolegate.catalog.model import Catalog
from rolegate.diagnostics import Report
from rolegate.grants.grant_entry import GrantEntry
from rolegate.grants.masked_rights import MaskedRights, RightNumbers, bits
from rolegate.grants.rights import widest
from rolegate.grants.roles import Role
from rolegate.grants.takes import take


@dataclass(slots=True)
class RoleMasks:
    """The masks of the roles of one set; those that are numbered alike are compared."""

    catalog: Catalog
    numbers: RightNumbers | None
    _taken: dict[Grant, int] = field(default_factory=dict)
    _broader: dict[int, int] = field(default_factory=dict)

    @classmethod
    def of(cls, roles: Iterable[Role], catalog: Catalog) -> RoleMasks:
        """The masks of *roles*, where any of them has one."""
        masked = (role.rights.numbers for role in roles if isinstance(role.rights, MaskedRights))
        return cls(catalog, next(masked, None))

    def may_have_covered_grants(self, role: Role) -> bool:
        """Whether what some grant of *role* brings is all brought by others, or by what is inherited."""
        rights = self._masked(role)
        if rights is None:
            return True
        held, once, twice = rights.mask, 0, 0
        for parent in rights.parents:
            once |= parent.mask
        for part in rights.parts:
            twice |= once & part.mask
            once |= part.mask
        for part in rights.parts:
            alone = part.mask & held & ~twice
            # A grant names one instance, so none of its rights covers another one.
            if not alone & ~rights.numbers.named and self._covered(alone, once & held):
                return True
        return False

    def may_have_covered_exceptions(self, role: Role) -> bool:
        """Whether what some exception of *role* takes away is all taken by others."""
        rights = self._masked(role)
        if rights is None:
            return True
        before, once, twice, parts = rights.before, 0, 0, []
        for entry in role.excepted:
            part = self._takes(entry) & before
            parts.append(part)
            twice |= once & part
            once |= part
        return any(not part & ~twice for part in parts)

    def widest(self, role: Role) -> Hashable:
        """What *role* holds, without what it holds more broadly; equal for roles that hold the same."""
        rights, numbers = self._masked(role), self.numbers
        if rights is not None and numbers is not None:
            mask = rights.mask
            for number in bits(mask & numbers.named):
                if self._above(number) & rights.mask:
                    mask ^= 1 << number
            return mask
        found = frozenset(widest(role.rights))
        if numbers is None or not numbers.of.keys() >= found:
            return found
        return numbers.mask(found)

    def _masked(self, role: Role) -> MaskedRights | None:
        """What *role* holds, if it is numbered as the others are."""
        rights = role.rights
        return rights if isinstance(rights, MaskedRights) and rights.numbers is self.numbers else None

    def _covered(self, named: int, others: int) -> bool:
        """Whether each right of *named*, on instances, is covered by a broader one of *others*."""
        return all(self._above(number) & others for number in bits(named))

    def _above(self, number: int) -> int:
        """What covers the right of a *number*, without it."""
        found = self._broader.get(number)
        if found is None:
            assert self.numbers is not None  # noqa: S101 - there are masks
            found = self._broader[number] = self.numbers.broader(number)
        return found

    def _takes(self, entry: GrantEntry) -> int:
        """Each right that *entry*, of `except`, takes from whoever holds it."""
        mask = self._taken.get(entry.grant)
        if mask is None:
            assert self.numbers is not None  # noqa: S101 - there are masks
            mask = 0
            for taking in take(entry, self.catalog, Report()):
                for number in bits(self.numbers.by_path.get(taking.permission.path, 0)):
                    if taking.takes(self.numbers.rights[number]):
                        mask |= 1 << number
            self._taken[entry.grant] = mask
        return mask
