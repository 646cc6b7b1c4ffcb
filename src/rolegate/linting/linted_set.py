"""A policy set as the rules of lint look at it, with what several of them need worked out once."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property

from rolegate.catalog.grant_syntax import Grant
from rolegate.diagnostics import Report
from rolegate.grants.grant_entry import GrantEntry
from rolegate.grants.masked_rights import all_rights
from rolegate.grants.resolve import Resolved
from rolegate.grants.rights import Right
from rolegate.grants.roles import Origin, Role, bring, close
from rolegate.linting.role_masks import RoleMasks

MOST_COMPARED = 1_000_000
"""So many rights of single grants are compared in one set: more would take minutes."""


@dataclass
class LintedSet:
    """A set without errors, as it is at one moment; a line that ends within `soon` ends soon."""

    resolved: Resolved
    at: datetime
    soon: timedelta = timedelta(days=30)
    _brought: dict[Grant, frozenset[Right]] = field(default_factory=dict, repr=False, compare=False)
    _compared: int = field(default=0, repr=False, compare=False)

    @cached_property
    def roles(self) -> tuple[Role, ...]:
        """The roles about which something can be said: not those that are set aside."""
        return tuple(role for role in self.resolved.roles.values() if role.aside is None and role.sound)

    @cached_property
    def masks(self) -> RoleMasks:
        """What the roles hold as numbers."""
        return RoleMasks.of(self.roles, self.resolved.catalog)

    @cached_property
    def alike(self) -> tuple[list[Role], ...]:
        """The roles that hold the same, where there are several, in the order of the files.

        A role whose holders a line restricts is another thing to have than a role with the same rights.
        """
        found: dict[Hashable, list[Role]] = {}
        lines = self.resolved.bindings
        about = {subject for line in lines if line.takes for subject in line.subjects()}
        restricted = {(subject.domain, subject.name) for subject in about if subject.kind == "role"}
        for role in sorted(self.roles, key=lambda role: role.span):
            # A role that holds nothing is reported as such.
            if role.rights and role.key not in restricted:
                found.setdefault(self.masks.widest(role), []).append(role)
        return tuple(same for same in found.values() if len(same) > 1)

    def brought(self, entry: GrantEntry) -> frozenset[Right]:
        """What *entry* brings by itself, with all that this implies."""
        found = self._brought.get(entry.grant)
        if found is None:
            rights: dict[Right, Origin] = {}
            bring([entry], rights, self.resolved.catalog, Report())
            close(rights, self.resolved.catalog, Report(), entry.text, entry.span)
            found = self._brought[entry.grant] = frozenset(rights)
        return found

    def may_compare(self, entry: GrantEntry) -> bool:
        """Whether what *entry* brings may be compared as well, or too much was compared already."""
        self._compared += len(self.brought(entry))
        return self._compared <= MOST_COMPARED

    def given(self) -> set[Right]:
        """What some role or some line gives."""
        roles, lines = self.resolved.roles.values(), self.resolved.bindings
        return all_rights((*(role.rights for role in roles), *(line.rights or {} for line in lines)))

    def inherited(self, role: Role) -> Iterator[Right]:
        """What a role has from those it extends."""
        for key in role.parents:
            yield from self.resolved.roles[key].rights

    def whole_above(self, role: Role) -> Iterator[GrantEntry]:
        """The grants of each role that *role* extends, but for those of which something may be excepted."""
        waiting = list(role.parents)
        for key in waiting:
            parent = self.resolved.roles[key]
            if not parent.excepted:
                yield from parent.grants
                waiting += (above for above in parent.parents if above not in waiting)


def same_growth(wider: Iterable[GrantEntry], star: Grant) -> bool:
    """Whether one of *wider* takes in whatever *star* will take in, once more is added to the catalog."""
    for entry in wider:
        other = entry.grant
        within = other.path in ("", star.path) or star.path.startswith(f"{other.path}.")
        if (
            other.star
            and within
            and other.instance in (None, star.instance)
            and other.scope in (None, star.scope)
        ):
            return True
    return False
