"""Access: what each subject of a domain may do, as sets of cells."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from rolegate.catalog.model import Catalog
from rolegate.compiled.lines import CompiledPolicy, Links, PLine, links_by_domain
from rolegate.compiled.names import ALL, EVERYONE, FULL, is_availability, is_user
from rolegate.review.cells import Cells, CellsOfSide

Masks = Mapping[str, tuple[int, int]]
"""By subject of lines, the cells that it is allowed and those that it is denied by itself."""

_NOTHING = (0, 0)


@dataclass(frozen=True, slots=True)
class LinesOfDomains:
    """The lines of one compiled policy, by the domains in which they hold."""

    catalog: Catalog
    shared: Mapping[str, Sequence[PLine]]
    """The lines for several domains, by the name that these have in common: `*`, or an availability."""
    own: Mapping[str, Sequence[PLine]]
    links: Links
    offered: Mapping[str, frozenset[str]]
    _shared_subjects: dict[frozenset[str], frozenset[str]] = field(default_factory=dict, compare=False)

    @classmethod
    def of(cls, catalog: Catalog, compiled: CompiledPolicy, links: Links | None = None) -> LinesOfDomains:
        """Those of *compiled*; *links* are its links by domain, where somebody has sorted them before."""
        shared: dict[str, list[PLine]] = {}
        own: dict[str, list[PLine]] = {}
        for line in compiled.p:
            kept = shared if line.dom == ALL or is_availability(line.dom) else own
            kept.setdefault(line.dom, []).append(line)
        offered: dict[str, set[str]] = {FULL: {ALL}}
        for dom, name in compiled.g2:
            offered.setdefault(dom, set()).add(name)
        return cls(
            catalog,
            shared,
            own,
            links_by_domain(compiled) if links is None else links,
            {dom: frozenset(names & {ALL, *shared}) for dom, names in offered.items()},
        )

    def subjects_at(self, dom: str) -> frozenset[str]:
        """Everybody about whom a line in a domain says what is allowed or denied."""
        offered = self.offered.get(dom, frozenset())
        found = self._shared_subjects.get(offered)
        if found is None:
            lines = (line for name in offered for line in self.shared.get(name, ()))
            found = self._shared_subjects[offered] = frozenset(line.sub for line in lines)
        own = self.own.get(dom)
        return found.union(line.sub for line in own) if own else found

    def differing(self, dom: str, other: str) -> frozenset[str]:
        """Everybody who has lines or links in one of two domains that the other does not have."""
        here, there = (self.offered.get(name, frozenset()) for name in (dom, other))
        # Many domains lack the same; whoever has lines in it is worked out once.
        lacking = here ^ there
        if lacking not in self._shared_subjects:
            lines = (line for name in lacking for line in self.shared.get(name, ()))
            self._shared_subjects[lacking] = frozenset(line.sub for line in lines)
        found = set(self._shared_subjects[lacking])
        found.update(line.sub for name in (dom, other) for line in self.own.get(name, ()))
        mine, its = (self.links.get(name, {}) for name in (dom, other))
        found.update(sub for sub in {*mine, *its} if mine.get(sub) != its.get(sub))
        return frozenset(found)

    def at(self, dom: str) -> Iterator[PLine]:
        """The lines that hold in a domain, by its name in lines."""
        for name in sorted(self.offered.get(dom, ())):
            yield from self.shared.get(name, ())
        yield from self.own.get(dom, ())


@dataclass(slots=True)
class DomainAccess:
    """What every subject may do in one domain, one that no line names included."""

    masks: Masks
    links: Mapping[str, tuple[str, ...]]
    side: CellsOfSide
    _wholes: dict[str, tuple[int, int]] = field(default_factory=dict)
    _shown: dict[int, int] = field(default_factory=dict)

    def held(self, sub: str) -> int:
        """The cells that are allowed to *sub*, in the words of compiled lines."""
        if is_user(sub):
            allowed, denied = self.masks.get(sub, _NOTHING)
            for one in (EVERYONE, *self.links.get(sub, ())):
                whole = self._wholes.get(one) or self._whole(one)
                allowed |= whole[0]
                denied |= whole[1]
        else:
            allowed, denied = self._wholes.get(sub) or self._whole(sub)
        found = allowed & ~denied
        if not self.side.has_hidden:
            return found
        shown = self._shown.get(found)
        if shown is None:
            shown = self._shown[found] = self.side.with_hidden(found)
        return shown

    def _whole(self, sub: str) -> tuple[int, int]:
        """What a role or a team, or everyone, is allowed and denied by all that it has; worked out once.

        INVARIANT: a user has exactly what is said of itself, of everyone and of each role and team it has.
        """
        allowed = denied = 0
        for one in self.linked(sub):
            own = self.masks.get(one, _NOTHING)
            allowed |= own[0]
            denied |= own[1]
        self._wholes[sub] = allowed, denied
        return allowed, denied

    def reached(self, sub: str) -> frozenset[str]:
        """The subjects of lines whose rights and restrictions *sub* has, everyone's for a user included."""
        return frozenset(subject for subject in self.linked(sub) if subject in self.masks)

    def linked(self, sub: str) -> list[str]:
        """*sub*, everyone for a user, the teams that they are in, and the roles of all of them."""
        found = [sub, EVERYONE] if is_user(sub) else [sub]
        for member in found:
            found += [role for role in self.links.get(member, ()) if role not in found]
        return found


class SameAccess:
    """Tells quickly who certainly has the same access in a domain on both sides.

    INVARIANT: whoever has the same lines and the same links, and through these only such subjects, holds the
    same cells. Most people of a large set are like that.
    """

    def __init__(self, sides: tuple[DomainAccess, DomainAccess]) -> None:
        self.sides = sides
        old, new = sides
        self._links = (old.links, new.links)
        # What implies a hidden permission may differ where no line does.
        self._known = not (old.side.has_hidden or new.side.has_hidden)
        self._other = {sub for sub in {*old.masks, *new.masks} if old.masks.get(sub) != new.masks.get(sub)}
        linked = {sub for sub in {*old.links, *new.links} if not is_user(sub)}
        size = -1
        while size != len(self._other):
            size = len(self._other)
            self._other |= {sub for sub in linked if not self._alone(sub)}
        self._everyone = EVERYONE not in self._other

    def of(self, sub: str) -> bool:
        """Whether *sub* certainly has the same access on both sides."""
        return self._known and self._alone(sub) and (self._everyone or not is_user(sub))

    def _alone(self, sub: str) -> bool:
        old, new = self._links[0].get(sub, ()), self._links[1].get(sub, ())
        return sub not in self._other and old == new and self._other.isdisjoint(old)


class SideAccess:
    """What one policy allows, domain by domain, in the bits of *cells*; equal work is done once."""

    def __init__(self, lines: LinesOfDomains, cells: Cells, number: int) -> None:
        self._lines = lines
        self._side = cells.side(number)
        self._shared: dict[frozenset[str], Masks] = {}

    def at(self, dom: str) -> DomainAccess:
        """The access in a domain, by its name in lines; nobody has any where the policy lacks the domain."""
        offered = self._lines.offered.get(dom, frozenset())
        masks = self._shared.get(offered)
        if masks is None:
            lines = (line for name in offered for line in self._lines.shared.get(name, ()))
            masks = self._shared[offered] = _added({}, lines, self._side)
        own = self._lines.own.get(dom)
        if own:
            masks = _added(masks, own, self._side)
        return DomainAccess(masks, self._lines.links.get(dom, {}), self._side)


def _added(masks: Masks, lines: Iterable[PLine], side: CellsOfSide) -> Masks:
    found = dict(masks)
    for line in lines:
        allowed, denied = found.get(line.sub, (0, 0))
        covered = side.covered(line.act, line.scope, line.obj)
        found[line.sub] = (allowed | covered, denied) if line.eft == "allow" else (allowed, denied | covered)
    return found
