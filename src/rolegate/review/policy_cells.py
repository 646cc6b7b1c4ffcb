"""The cells of one policy at one time: every question with an answer of its own, for every subject."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from rolegate.catalog.model import Permission
from rolegate.compiled.names import ALL, FULL, NONE, STRANGER, is_role, is_user, parse_subject
from rolegate.encoding import readable
from rolegate.engine.question import Asked
from rolegate.engine.request import Request, visible
from rolegate.engine.snapshot import Snapshot
from rolegate.review.access import LinesOfDomains
from rolegate.review.cells import UNNAMED, Cell, Cells, Paths, paths_in
from rolegate.review.differences import can_be_asked, subjects_at
from rolegate.review.extents import extent, untold
from rolegate.review.paired_permissions import PairedPermission


@dataclass(frozen=True, slots=True)
class CellsOfDomain:
    """The cells of a domain, `:full` for roles without one, and the subjects that lines tell apart there.

    `counted` are those with an answer of their own: an instance counts for the permissions whose lines name
    it, and a permission with scopes is asked at each of them.
    """

    dom: str
    cells: Cells
    subjects: tuple[str, ...]
    counted: int
    named: Mapping[str, Paths]

    def of_permission(self, pair: PairedPermission) -> Iterator[Cell]:
        """The cells of a permission that count."""
        for position, cell in self.cells.numbered(pair):
            if self.counted >> position & 1:
                yield cell

    def mask(self, request: Request) -> int:
        """The cells of which one has to be held for *request* to be allowed."""
        side, found = self.cells.side(0), 0
        known = self._with_known_instances(request)
        for scope in request.scopes:
            found |= side.answering(known, scope)
        return found & self.counted

    def _with_known_instances(self, request: Request) -> Request:
        """*request* with one word for all instances that no line about its permission names."""
        if request.region == NONE:
            return request
        named = self.named.get(request.permission.path, frozenset())
        parts: list[str] = []
        for part in request.region.split("/"):
            parts.append(part if part == ALL or (*parts, part) in named else UNNAMED)
        region = "/".join(parts)
        return Request(request.permission, region, request.scopes, request.some, request.implier)


class PolicyCells:
    """The cells of each domain of a policy."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        catalog = snapshot.resolved.catalog
        lines = LinesOfDomains.of(catalog, snapshot.compiled)
        # A hidden permission has no answer of its own: what implies it has.
        pairs = [PairedPermission(p.path, p, p) for p in catalog.permissions if not p.hidden]
        self.domains: dict[str, CellsOfDomain] = {}
        everywhere = subjects_at((lines,), FULL)
        for dom in sorted({FULL, *lines.offered}, key=lambda dom: (dom != FULL, dom)):
            objects: dict[str, list[str]] = {}
            for line in lines.at(dom):
                objects.setdefault(line.act, []).append(line.obj)
            named = {act: paths_in(found) for act, found in objects.items()}
            cells = Cells(pairs, (catalog,), frozenset().union(*named.values()))
            subjects = everywhere if dom == FULL else self._subjects(lines, dom, everywhere)
            self.domains[dom] = CellsOfDomain(dom, cells, tuple(subjects), _counted(cells, named), named)

    def _subjects(self, lines: LinesOfDomains, dom: str, everywhere: Sequence[str]) -> list[str]:
        """Everybody with answers of their own in a domain.

        The answers about a default role are those of everywhere, and counted there, unless a gate or a
        restriction of the domain makes a difference: then they are answers of their own. Nobody can ask about
        a role or a team in whose place the domain has another one.
        """
        differing, resolved = lines.differing(dom, FULL), self.snapshot.resolved
        own = [sub for sub in everywhere if sub in differing]
        own += [sub for sub in subjects_at((lines,), dom) if not _is_default_role(sub)]
        return [sub for sub in own if can_be_asked(resolved, sub, dom)]

    def place(self, sub: str, dom: str) -> tuple[str, str] | None:
        """The domain and the subject whose cells *sub* asks about in *dom*; None where nobody has a line."""
        here = self.domains.get(dom)
        if here is None:
            return None
        if _is_default_role(sub) and sub not in here.subjects:
            dom, here = FULL, self.domains[FULL]
        if sub not in here.subjects and is_user(sub):
            sub = STRANGER
        return (dom, sub) if sub in here.subjects else None

    def mask(self, asked: Asked, dom: str, *, alone: bool = False) -> int:
        """The cells of which one has to be held, for the answer to be yes.

        With *alone*, a question about some instance at a scope is not about the scopes within it.
        """
        here, found = self.domains[dom], 0
        for permission in asked.permissions:
            request = asked.request(permission)
            if alone and asked.any and asked.scope is not None:
                request = Request(permission, request.region, (asked.scope,), some=True)
            for shown in visible(request, self.snapshot.resolved.catalog):
                found |= here.mask(shown)
        return found

    def held(self, sub: str, dom: str) -> int:
        """The cells that a subject holds, asked one by one."""
        here, mask = self.domains[dom], 0
        for position, cell in enumerate(here.cells.all):
            bit = 1 << position
            if bit & here.counted and self.snapshot.holds(sub, dom, request_of(cell)):
                mask |= bit
        return mask

    def texts(self, dom: str, mask: int) -> Iterator[tuple[str, ...]]:
        """The parts that *mask* is, of each permission in the order of the catalog, each as a grant."""
        here = self.domains[dom]
        for pair, (held,) in here.cells.by_permission(mask):
            paths = {cell.on for cell in here.of_permission(pair)}
            parts = tuple(f"{pair.path}{part}" for part in extent(pair.new, held, paths))
            rest = (f"{pair.path}{part}" for part in untold(_permission_of(pair), held, paths))
            yield (*parts, *rest, *_gaps(held, here.of_permission(pair)))

    def rights(self, sub: str, dom: str) -> tuple[str, ...]:
        """Everything that a subject holds; nothing for one without a line."""
        place = self.place(sub, dom)
        if place is None:
            return ()
        return tuple(text for parts in self.texts(place[0], self.held(place[1], place[0])) for text in parts)

    def counted(self) -> Iterator[tuple[str, str, int]]:
        """Each domain and subject, with its cells."""
        for dom, here in self.domains.items():
            yield from ((dom, sub, here.counted) for sub in here.subjects)


def _is_default_role(sub: str) -> bool:
    return is_role(sub) and parse_subject(sub).domain is None


def _gaps(held: frozenset[Cell], cells: Iterable[Cell]) -> Iterator[str]:
    """Scopes that are not held though a broader one is, which no policy says: a list would not show them."""
    for cell in cells:
        ladder = _permission(cell).ladder
        if ladder is None or cell.scope is None or cell in held:
            continue
        if any(cell._replace(scope=outer) in held for outer in ladder.broader(cell.scope)):
            on = f"[{readable('/'.join(cell.on))}]" if cell.on else ""
            yield f"{cell.permission.path}{on} but not @{cell.scope}"


def request_of(cell: Cell) -> Request:
    """The question of a cell, as it is asked of an index."""
    permission = _permission(cell)
    region = NONE
    if permission.chain:
        region = "/".join(cell.on if len(cell.on) == len(permission.chain) else (*cell.on, ALL))
    return Request(permission, region, (NONE if cell.scope is None else cell.scope,))


def _permission(cell: Cell) -> Permission:
    return _permission_of(cell.permission)


def _permission_of(pair: PairedPermission) -> Permission:
    permission = pair.new
    assert permission is not None  # noqa: S101 - both sides are one catalog
    return permission


def _counted(cells: Cells, named: Mapping[str, Paths]) -> int:
    mask = 0
    for position, cell in enumerate(cells.all):
        permission = _permission(cell)
        own = named.get(permission.path, frozenset())
        known = all(id == UNNAMED or cell.on[: depth + 1] in own for depth, id in enumerate(cell.on))
        if known and (cell.scope is not None or permission.ladder is None):
            mask |= 1 << position
    return mask


def cells_of(snapshot: Snapshot) -> PolicyCells:
    """The cells of the policy in *snapshot*, which keeps them."""
    found: PolicyCells | None = snapshot.__dict__.get("policy_cells")
    if found is None or found.snapshot is not snapshot:
        found = snapshot.__dict__["policy_cells"] = PolicyCells(snapshot)
    return found
