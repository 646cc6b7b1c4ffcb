"""Unticks a box: what holds it stops, and so does whatever cannot be held without it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from rolegate.catalog.dependency_entries import Dependency
from rolegate.catalog.model import Catalog, Permission
from rolegate.diagnostics import Report, Span
from rolegate.encoding import encode
from rolegate.engine.known_instances import known_paths
from rolegate.grants.check_dependencies import lacking
from rolegate.grants.entries import look_up
from rolegate.grants.grant_entry import GrantEntry
from rolegate.grants.rights import Need, Right, covers, shown, widest
from rolegate.grants.roles import Origin
from rolegate.grants.takes import Take, take
from rolegate.tree.box_grants import box_grants, naming_grants, no_instance, parse_box
from rolegate.tree.draft_change import AlongWith
from rolegate.tree.draft_error import DraftError
from rolegate.tree.draft_rules import DraftRules
from rolegate.tree.held_rights import HeldRights
from rolegate.tree.selection import Selection, read_grant, refuse, rights_in


@dataclass(slots=True)
class UntickedBoxes:
    """A role in which a box is being unticked.

    `entries` are the grants that are left as they are, and `loose` the rights that are left of the others.
    """

    rules: DraftRules
    selection: Selection
    held: HeldRights
    brought: frozenset[str]
    entries: dict[str, GrantEntry] = field(default_factory=dict)
    loose: dict[Right, None] = field(default_factory=dict)
    rights: dict[Right, Origin] = field(default_factory=dict)
    along: list[AlongWith] = field(default_factory=list)
    _given: dict[str, tuple[Right, ...]] = field(default_factory=dict)

    @property
    def catalog(self) -> Catalog:
        return self.rules.catalog

    def untick(self, box: str) -> list[Take]:
        """Untick *box*; gives back what was to be taken, some of which may be held for other reasons.

        Raises:
            DraftError: when there is no such box.
        """
        self.entries = dict(self.selection.entries)
        self._given = {
            text: self._left_of(rights_in(entry, self.catalog)) for text, entry in self.entries.items()
        }
        taken = self._taken(box)
        self._remove(taken)
        self._without_lacking()
        self._without_brought()
        return taken

    def left(self) -> Selection:
        """What is granted now."""
        named = [read_grant(text, self.catalog) for text in naming_grants(self.loose, self.catalog)]
        return Selection.with_entries(self.catalog, (*self.entries.values(), *named), self.selection.kept)

    def stars_lost(self, taken: Iterable[Take]) -> tuple[str, ...]:
        """The stars that are lists of names now: not those of which all is *taken*."""
        held, losses = HeldRights.of(self.loose), list(taken)
        return tuple(
            text
            for text, entry in self.selection.entries.items()
            if text not in self.entries
            and (entry.grant.star or (entry.grant.instance or "").endswith("*"))
            and any(
                self._leaves(right, held)
                or any(loss.hits(right) and not loss.takes(right) for loss in losses)
                for right in self._given[text]
            )
        )

    @staticmethod
    def _leaves(right: Right, held: HeldRights) -> bool:
        return any(one.scope == right.scope and covers(right.obj, one.obj) for one in held.on(right.path))

    def _taken(self, box: str) -> list[Take]:
        path = parse_box(box or "*", self.catalog).path
        # Nothing of the group of a star may exist here; the star has a heading all the same.
        kind = None if path in self.selection.stars else self.rules.kind_of_domain
        report = Report()
        taken = [
            loss
            for text in box_grants(box, self.catalog, whole=False, kind=kind)
            for loss in take(_as_entry(text, self.catalog), self.catalog, report)
        ]
        refuse(report)
        self._refuse_unknown(box)
        return taken

    def _refuse_unknown(self, box: str) -> None:
        """Refuse an instance that has no box: the star that holds it would be lost to a misspelt name."""
        grant = parse_box(box or "*", self.catalog)
        node = self.catalog.find(grant.path) if grant.path else None
        path = (grant.instance or "").removesuffix("*").removesuffix("/")
        if node is None or not path:
            return
        below = [node] if isinstance(node, Permission) else self.catalog.below(node.path)
        named = [
            right for entry in self.selection.entries.values() for right in rights_in(entry, self.catalog)
        ]
        if any(right.obj == path or right.obj.startswith(f"{path}/") for right in named):
            return
        chains = {p.chain[: path.count("/") + 1] for p in below if len(p.chain) > path.count("/")}
        known = {
            known for chain in chains for known in known_instances(self.rules, chain, (*named, *self.held))
        }
        if path not in known:
            text = replace(grant, star=False, scope=None)
            raise DraftError(no_instance(box, text, known))

    def _loosen(self, hit: Callable[[Right], bool]) -> None:
        """Look at the rights of the grants that give something to *hit* one by one."""
        kind = self.rules.kind_of_domain
        for text in [text for text in self.entries if any(map(hit, self._given[text]))]:
            del self.entries[text]
            self.brought -= {text}
            for right in self._given[text]:
                if self.catalog.permission(right.path).availability.exists_in(kind):
                    self.loose[right] = None

    def _remove(self, taken: Iterable[Take]) -> None:
        """Take rights from the grants; those that lose some are replaced by what is left of them today."""
        by_path: dict[str, list[Take]] = {}
        for loss in taken:
            by_path.setdefault(loss.permission.path, []).append(loss)

        def hit(right: Right) -> bool:
            return any(loss.hits(right) for loss in by_path.get(right.path, ()))

        self._loosen(lambda right: hit(right) or any(map(hit, self._unseen(right))))
        for right in list(self.loose):
            losses = [loss for loss in by_path.get(right.path, ()) if loss.hits(right)]
            if losses:
                del self.loose[right]
                if not any(loss.takes(right) for loss in losses):
                    ones = self._one_by_one(right)
                    kept = (one for one in ones if not any(loss.takes(one) for loss in losses))
                    self.loose |= dict.fromkeys(kept)

    def _left_of(self, rights: tuple[Right, ...]) -> tuple[Right, ...]:
        """What the exceptions of the role leave of *rights*; what one that is excepted implies is held."""
        if not self.rules.takes:
            return rights
        left: dict[Right, None] = {}
        for right in rights:
            kept = self.rules.taken(right) is None
            left |= dict.fromkeys([right] if kept else self.rules.brings(right))
        return tuple(left)

    def _unseen(self, right: Right) -> Iterable[Right]:
        """What *right* implies, if it has no box here: nobody could untick it first."""
        return () if self.rules.has_box(right.path) else self.rules.brings(right)

    def _one_by_one(self, right: Right) -> Iterator[Right]:
        """*right* on each known instance that it covers."""
        permission = self.catalog.permission(right.path)
        named = (*self.rights, *(given for rights in self._given.values() for given in rights))
        for path in known_instances(self.rules, permission.chain, named):
            if covers(right.obj, path):
                yield right._replace(obj=path)

    def _without_lacking(self) -> None:
        """Take along what is left without something that it requires, until there is nothing of the kind."""
        while True:
            self.loose = dict.fromkeys(widest(self.loose))  # as it is written
            self.rights = self.rules.work_out(self.entries.values(), self.loose)
            losses: dict[Right, None] = {}
            told: set[tuple[str, str, str]] = set()
            for right, _, wanted in self._missing():
                losses[self._granted(right)] = None
                if (right.path, right.obj, wanted.path) not in told:
                    told.add((right.path, right.obj, wanted.path))  # the broadest scope stands for the rest
                    self.along.append(AlongWith(shown(right), "requires", shown(wanted)))
            if not self._lose(losses):
                return

    def _missing(self) -> Iterator[tuple[Right, Dependency, Need]]:
        return lacking(self.rights, ("requires",), self.catalog, Report(), "", self.rules.role.span)

    def _lose(self, losses: Mapping[Right, None]) -> bool:
        """Remove exactly these rights; one on several instances is left on those where it can be held."""
        self._loosen(losses.__contains__)
        gone = [right for right in losses if right in self.loose]
        for right in gone:
            del self.loose[right]
            if right.obj.endswith("*"):
                self.loose |= dict.fromkeys(self._one_by_one(right))
        return bool(gone)

    def _granted(self, right: Right) -> Right:
        """The right that is granted and brings *right*, unless it is excepted itself."""
        origin = self.rights[right]
        while origin.implied_by is not None and origin.because is not None:
            if self.rules.taken(origin.implied_by) is not None:
                break
            right, origin = origin.implied_by, origin.because
        return right

    def _without_brought(self) -> None:
        """Take back what came along with boxes that are unticked now, if nothing else requires it."""
        spare = {text: entry for text, entry in self.entries.items() if text in self.brought}
        for text in spare:
            del self.entries[text]
        while True:
            self.rights = self.rules.work_out(self.entries.values(), self.loose)
            needed = [self._meeting(wanted, spare) for _, _, wanted in self._missing()]
            again = [text for text in needed if text is not None and text in spare]
            if not again:
                break
            for text in dict.fromkeys(again):
                self.entries[text] = spare.pop(text)
        self.brought -= spare.keys()

    def _meeting(self, wanted: Need, spare: Mapping[str, GrantEntry]) -> str | None:
        """The grant of *spare* that meets what is *wanted*."""
        met = (text for text in spare if any(map(wanted.met_by, self._given[text])))
        return next(met, None)


def known_instances(rules: DraftRules, chain: tuple[str, ...], rights: Iterable[Right]) -> tuple[str, ...]:
    """The instances of *chain* that the domain knows, and those that *rights* name."""
    dom = "" if rules.home is None else encode(rules.home.name)
    return known_paths(dom, chain, rights, rules.resolved)


def _as_entry(text: str, catalog: Catalog) -> GrantEntry:
    """*text* as what is taken away, which may leave out scopes and instances."""
    report = Report()
    entry = look_up(parse_box(text, catalog), text, Span(""), catalog, report, "takes away")
    refuse(report)
    assert entry is not None  # noqa: S101 - no entry without an error
    return entry
