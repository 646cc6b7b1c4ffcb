"""What run time has stored, entry by entry, under the catalog in force: given, followed, or asleep."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from rolegate.catalog.grant_syntax import Grant, GrantSyntaxError, parse_grant
from rolegate.catalog.model import Catalog, Group
from rolegate.grants.domains import Domain, Domains
from rolegate.grants.removed_grants import successors
from rolegate.review.stored_grants import StoredGrant, stored_grant
from rolegate.store.item import Document, Identity, Item

GIVES = "grants"
TAKES = ("except", "restrict")
"""The keys of documents under which there are grants."""


@dataclass(frozen=True, slots=True)
class StoredState:
    """One entry of an item, and what it is under the catalog in force; an item as a whole has no `key`."""

    identity: Identity
    key: str | None
    grant: StoredGrant

    @property
    def is_asleep(self) -> bool:
        return self.grant.state == "dormant"

    @property
    def about(self) -> tuple[Identity, str | None, str]:
        """What tells it from all others, whatever its state is."""
        return (self.identity, self.key, self.grant.text)


@dataclass(slots=True)
class StoredReader:
    """Reads what run time stored under *catalog*.

    *formers* give the catalogs before it, the newest first, which are made when one is needed. `needed` has
    the numbers of those without which a text would be read otherwise.
    """

    catalog: Catalog
    domains: Domains
    formers: Sequence[Callable[[], Catalog | None]] = ()
    needed: set[int] = field(default_factory=set)
    _read: dict[object, StoredGrant] = field(default_factory=dict)
    _gave_before: dict[tuple[str, int], bool] = field(default_factory=dict)

    def read(self, item: Item) -> tuple[Document, tuple[StoredState, ...]]:
        """What *item* says today, and the state of each entry that is not simply live."""
        said: dict[str, Any] = dict(item.document)
        states: list[StoredState] = []
        domain = self._domain(item)
        for key in (GIVES, *TAKES):
            entries = said.get(key)
            if not isinstance(entries, list):
                continue
            now: list[str] = []
            for text in entries:
                found = self._given(text, domain) if key == GIVES else self._taken(text)
                now += found.now
                if found.state != "live" or found.now != (text,):
                    states.append(StoredState(item.identity, key, found))
            said[key] = list(dict.fromkeys(now))
            if not said[key]:
                del said[key]
        return said, (*states, *self._follow_roles(item, said))

    def _follow_roles(self, item: Item, said: dict[str, Any]) -> Iterator[StoredState]:
        """Write what took the place of roles that are gone where *item* names them, in what it has *said*."""
        keys = ("extends", "replaces") if item.kind == "role" else ("role",)
        for key in keys:
            names = said.get(key)
            for name in [names] if isinstance(names, str) else names or ():
                gone = self.catalog.former.gone("role").get(name)
                if gone is not None and gone.becomes is not None:
                    now = str(gone.becomes)
                    said[key] = (
                        now if isinstance(names, str) else [now if n == name else n for n in said[key]]
                    )
                    yield StoredState(item.identity, key, StoredGrant(name, "moved", (now,), None, gone.fate))

    def _domain(self, item: Item) -> Domain | None:
        name = item.document.get("domain")
        name = self.domains.former.get(str(name), name)
        return self.domains[str(name)] if name in self.domains else None

    def _given(self, text: str, domain: Domain | None) -> StoredGrant:
        """The state of a grant; domains that have the same share it."""
        about = (text, *_offered(domain))
        if about not in self._read:
            self._read[about] = self._read_after(text, domain)
        return self._read[about]

    def _read_after(self, text: str, domain: Domain | None) -> StoredGrant:
        """The state of a grant that was read under former catalogs: the newest after which it is not asleep.

        So what comes back with an older catalog is what it was under that.
        """
        alone = stored_grant(text, self.catalog, domain, None)
        asleep: StoredGrant | None = None
        for number in range(len(self.formers)):
            if not self._gave(text, number):
                continue
            found = stored_grant(text, self.catalog, domain, self.formers[number]())
            if found.state != "dormant":
                if found != alone:
                    self.needed.add(number)
                return found
            if asleep is None:
                asleep = found
                if found != alone:
                    self.needed.add(number)
        return alone if asleep is None else asleep

    def _gave(self, text: str, number: int) -> bool:
        """Whether a former catalog gave *text* something."""
        if (text, number) not in self._gave_before:
            catalog = self.formers[number]()
            gave = catalog is not None and stored_grant(text, catalog).state != "dormant"
            self._gave_before[text, number] = gave
        return self._gave_before[text, number]

    def _taken(self, text: str) -> StoredGrant:
        """The state of an exception or a restriction: what became of it is taken as a whole if in doubt."""
        known = self._read.get(text)
        if known is None:
            known = self._read[text] = taken(text, self.catalog)
        return known


def _offered(domain: Domain | None) -> tuple[object, ...]:
    """What decides in a domain what becomes of a grant."""
    if domain is None:
        return ()
    lost = domain.name if domain.removed else None
    return (domain.kind, domain.plan, domain.addons, domain.offers_everything, lost)


def taken(text: str, catalog: Catalog) -> StoredGrant:
    """The state of *text*, which takes away: it never takes less than it did of what is there still."""
    try:
        grant = parse_grant(text, catalog.marked)
    except GrantSyntaxError as error:
        return StoredGrant(text, "dormant", (), "unreadable", str(error))
    node = catalog.nodes[""] if grant.star and not grant.path else catalog.find(grant.path)
    if node is not None:
        star = isinstance(node, Group)
        if grant.star is star:
            moved = grant.path != node.path and grant.path not in catalog.aliases
            now = str(replace(grant, path=node.path)) if moved else text
            return StoredGrant(text, "moved" if moved else "live", (now,))
        return StoredGrant(text, "moved", (whole_of(node.path, star=star),))
    removed = catalog.removed_name(grant.path)
    if removed is None:
        return StoredGrant(text, "dormant", (), "unknown", "the catalog does not have what it takes away")
    others = tuple(_instead(grant, catalog))
    if not others:
        return StoredGrant(text, "dormant", (), "removed", removed.fate)
    return StoredGrant(text, "moved", others, None, removed.fate)


def _instead(grant: Grant, catalog: Catalog) -> Iterator[str]:
    removed = catalog.removed_name(grant.path)
    if removed is None or not catalog.is_removed(grant.path):
        return
    limited = grant.scope is not None or grant.instance is not None
    for one in successors(grant, removed, catalog):
        node = catalog.find(one.grant.path) if one.grant.path else catalog.nodes[""]
        if node is not None:
            whole = whole_of(node.path, star=isinstance(node, Group))
            yield str(one.grant) if limited and not one.misfit else whole


def whole_of(path: str, *, star: bool) -> str:
    """The entry that takes everything of a permission or a group."""
    return (f"{path}.*" if path else "*") if star else path


def taken_whole(text: str, catalog: Catalog) -> str | None:
    """The entry that takes away all of what *text* names; None where there is none, or *text* is it."""
    try:
        grant = parse_grant(text, catalog.marked)
    except GrantSyntaxError:
        return None
    node = catalog.nodes[""] if grant.star and not grant.path else catalog.find(grant.path)
    if node is None:
        return None
    whole = whole_of(node.path, star=isinstance(node, Group))
    return None if whole == text else whole


def needing(text: str, catalog: Catalog) -> tuple[str, ...]:
    """The permissions that cannot be held without all of what *text* names: they require or imply it."""
    try:
        grant = parse_grant(text, catalog.marked)
    except GrantSyntaxError:
        return ()
    node = catalog.nodes[""] if grant.star and not grant.path else catalog.find(grant.path)
    inside = () if node is None else catalog.below(node.path) if isinstance(node, Group) else (node,)
    taken_paths = {permission.path for permission in inside}
    found: dict[str, None] = {}
    while True:
        more = [
            permission.path
            for permission in catalog.permissions
            if permission.path not in taken_paths
            and not permission.hidden
            and any(needed.path in taken_paths for needed in (*permission.requires, *permission.implies))
        ]
        if not more:
            return tuple(found)
        taken_paths |= set(more)
        found |= dict.fromkeys(more)
