"""The values that a catalog consists of, in the order of the file."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rolegate.catalog.availability import EVERYWHERE, Availability
from rolegate.catalog.dependency_entries import Dependency, Implier
from rolegate.catalog.former_names import FormerNames
from rolegate.catalog.ladders import Ladder
from rolegate.catalog.removed_names import RemovedName
from rolegate.catalog.role_kind import CUSTOM, RoleKind
from rolegate.diagnostics import Span, did_you_mean, short
from rolegate.errors import UnknownNameError

if TYPE_CHECKING:
    from rolegate.catalog.path_texts import PathTexts


@dataclass(frozen=True, slots=True)
class Resource:
    """A kind of thing that exists per domain; `chain` is the kinds it lies within, then itself.

    `attribute` is what holds the id of its instance in a record.
    """

    kind: str
    title: str
    chain: tuple[str, ...]
    attribute: str | None = None


@dataclass(frozen=True, slots=True)
class Permission:
    """A leaf of the catalog, asked and granted by its `path`; `of_field`: viewing or editing of a field.

    A review asks more of a change by which somebody gains what is `sensitive`.
    """

    path: str
    title: str
    span: Span
    description: str = ""
    ladder: Ladder | None = field(default=None, repr=False)
    chain: tuple[str, ...] = ()
    every: str | None = None
    availability: Availability = EVERYWHERE
    requires: tuple[Dependency, ...] = ()
    implies: tuple[Dependency, ...] = ()
    recommends: tuple[Dependency, ...] = ()
    deprecated: bool = False
    hidden: bool = False
    by_name: bool = False
    of_field: bool = False
    sensitive: bool = False

    @property
    def starred(self) -> bool:
        """Whether the stars of grants include it."""
        return not (self.deprecated or self.hidden or self.by_name)

    @property
    def limited(self) -> bool:
        """Whether it is held on instances or at scopes."""
        return bool(self.chain) or self.ladder is not None

    @property
    def width(self) -> int:
        """How many scopes it is held at."""
        return len(self.ladder.scopes) if self.ladder else 1

    @property
    def scope_names(self) -> tuple[str, ...]:
        return tuple(self.ladder.scopes) if self.ladder else ("-",)


@dataclass(frozen=True, slots=True)
class Group:
    """A branch of the catalog; the root has the empty path. `holds_fields`: those of the one above."""

    path: str
    title: str
    span: Span
    description: str = ""
    children: tuple[str, ...] = ()
    header: str | None = None
    chain: tuple[str, ...] = ()
    every: str | None = None
    own_per: bool = False
    holds_fields: bool = False
    sensitive: bool = False


Node = Permission | Group


@dataclass(frozen=True, slots=True)
class RecordsOfDomains:
    """How the records of a domain are told from those of others.

    `domain` is the attribute that holds it; None where each domain has tables of its own.
    """

    domain: str | None
    span: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class Catalog:
    """Everything that can be granted in a policy set.

    `impliers` has, for each hidden permission, what implies it: the permission is held where one of these is.
    `custom_roles` is the kind of the roles of a domain that name none of `role_kinds`.
    `user` has the kind of each attribute of the user that conditions may ask for.
    `unclear` has the paths whose scopes or instances are not known, which was reported.
    """

    name: str
    title: str
    locale: str
    description: str = ""
    domain_kinds: Mapping[str, str] = field(default_factory=dict)
    plans: Mapping[str, str] = field(default_factory=dict)
    addons: Mapping[str, str] = field(default_factory=dict)
    addon_needs: Mapping[str, frozenset[str]] = field(default_factory=dict)
    ladders: Mapping[str, Ladder] = field(default_factory=dict)
    resources: Mapping[str, Resource] = field(default_factory=dict)
    nodes: Mapping[str, Node] = field(default_factory=dict)
    aliases: Mapping[str, str] = field(default_factory=dict)
    renamed: Mapping[str, str] = field(default_factory=dict)
    required_by: Mapping[str, tuple[tuple[str, Dependency], ...]] = field(default_factory=dict)
    impliers: Mapping[str, tuple[Implier, ...]] = field(default_factory=dict)
    custom_roles: RoleKind = CUSTOM
    role_kinds: Mapping[str, RoleKind] = field(default_factory=dict)
    user: Mapping[str, str] = field(default_factory=dict)
    records: RecordsOfDomains | None = None
    unclear: frozenset[str] = frozenset()
    former: FormerNames = field(default_factory=FormerNames)
    removed: Mapping[str, RemovedName] = field(default_factory=dict)
    path_texts: PathTexts | None = field(default=None, repr=False, compare=False)
    _below: dict[str, tuple[Permission, ...]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )
    _entries: dict[str, Mapping[str, tuple[Dependency, ...]]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )
    _naming: dict[str, Mapping[str, tuple[tuple[str, Dependency], ...]]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )
    _narrow: dict[str, tuple[tuple[str, Dependency], ...]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def __repr__(self) -> str:
        return f"<Catalog {self.name!r}: {len(self.nodes)} groups and permissions>"

    @property
    def kinds_of_roles(self) -> tuple[RoleKind, ...]:
        return (self.custom_roles, *self.role_kinds.values())

    @property
    def permissions(self) -> Iterator[Permission]:
        return (node for node in self.nodes.values() if isinstance(node, Permission))

    def permission(self, path: str) -> Permission:
        node = self.nodes[path]
        assert isinstance(node, Permission)  # noqa: S101 - callers hold a checked path
        return node

    def permission_of(self, text: str) -> Permission:
        """The permission that *text*, a path, an alias or a former name, stands for.

        Raises:
            UnknownNameError: when there is none.
        """
        node = self.find(text)
        if not isinstance(node, Permission):
            names = (permission.path for permission in self.permissions)
            help = self.fate(text) or did_you_mean(str(text), names)
            path, _, scope = str(text).partition("@")
            if scope and isinstance(self.find(path), Permission):
                help = f"it is a grant: name `{path}`, and the scope as `scope={short(repr(scope))}`"
            raise UnknownNameError("permission", text, help=help)
        return node

    @property
    def texts(self) -> Iterator[tuple[str, Permission]]:
        """The texts that stand for a permission, each once: paths, aliases, former paths.

        For renames within renames, only the texts that are written are listed: there can be too many of the
        others, and `find` knows them all.
        """
        former = (
            before + path[len(now) :]
            for before, now in self.renamed.items()
            for path in (now, *(permission.path for permission in self.below(now)))
        )
        for text in dict.fromkeys((*self.nodes, *self.aliases, *former)):
            node = self.find(text)
            if isinstance(node, Permission):
                yield text, node

    def below(self, group: str) -> tuple[Permission, ...]:
        """Each permission in *group* (the empty path: all), in catalog order."""
        found = self._below.get(group)
        if found is None:
            node = self.nodes[group]
            if isinstance(node, Permission):
                return ()
            parts = (
                (child,) if isinstance(child, Permission) else self.below(path)
                for path in node.children
                for child in [self.nodes[path]]
            )
            found = self._below[group] = tuple(itertools.chain.from_iterable(parts))
        return found

    def shown(self, group: str, kind: str | None = None) -> bool:
        """Whether people see anything of *group* in a domain of *kind*: not what is hidden."""
        return any(not p.hidden and p.availability.exists_in(kind) for p in self.below(group))

    def naming(self, key: str) -> Mapping[str, tuple[tuple[str, Dependency], ...]]:
        """The permissions that entries under *key* name, each with who names it, and the entry."""
        found = self._naming.get(key)
        if found is None:
            named: dict[str, list[tuple[str, Dependency]]] = {}
            for path, entries in self.entries(key).items():
                for entry in entries:
                    named.setdefault(entry.path, []).append((path, entry))
            found = self._naming[key] = {path: tuple(several) for path, several in named.items()}
        return found

    def entries(self, key: str) -> Mapping[str, tuple[Dependency, ...]]:
        """The permissions that have entries under *key*, such as `requires`, with these entries."""
        found = self._entries.get(key)
        if found is None:
            every = ((permission.path, getattr(permission, key)) for permission in self.permissions)
            found = self._entries[key] = {path: entries for path, entries in every if entries}
        return found

    def requiring(self, path: str, obj: str) -> tuple[tuple[str, Dependency], ...]:
        """What requires the permission *path* on *obj*, an instance pattern of it.

        A permission that shares no kind with it, and names no instance, asks for it on any: it is left out
        unless *obj* stands for every instance.
        """
        every = self.required_by.get(path, ())
        if obj in ("-", "*"):
            return every
        if path not in self._narrow:
            kind = self.permission(path).chain[:1]
            self._narrow[path] = tuple(
                (owner, entry)
                for owner, entry in every
                if entry.instance is not None or self.permission(owner).chain[:1] == kind
            )
        return self._narrow[path]

    @property
    def marked(self) -> frozenset[str]:
        """The aliases that hold marks of the grammar of grants."""
        return frozenset() if self.path_texts is None else self.path_texts.marked

    def removed_name(self, text: str) -> RemovedName | None:
        """What *text*, or the group that it lay in, stood for until it was removed; None for other texts."""
        if not self.removed or not isinstance(text, str) or self.path_texts is None:
            return None
        return None if text in self.aliases else self.path_texts.removed(text)

    def is_removed(self, text: str) -> bool:
        """Whether *text* stood for what was removed, and not only for something in it."""
        return self.path_texts is not None and self.path_texts.is_removed(text)

    def fate(self, text: str) -> str:
        """What became of the removed name *text*, with or without a star; empty for any other text."""
        removed = self.removed_name(text.removesuffix(".*")) if isinstance(text, str) else None
        return "" if removed is None else removed.fate

    def find(self, text: str) -> Node | None:
        """What *text*, a path, an alias or a former path, stands for; None for anything else."""
        if not isinstance(text, str):
            return None
        path = text if text in self.nodes else None
        if path is None and self.path_texts is not None:
            path = self.path_texts.find(text)
        return self.nodes[path] if path else None
