"""The catalog as a flat table: one row for each permission, everything inherited written out."""

from collections.abc import Iterator, Set
from functools import cache
from typing import Any, NamedTuple

from plain.meanings import by_record, meanings, texts

Data = Any
"""Plain data, as `yaml.CBaseLoader` gives it: mappings, lists, and text."""

NO_SCOPE = "-"
CUSTOM = "custom roles"
"""The kind of the roles of a domain that name none."""


class Permission(NamedTuple):
    """One permission and everything that holds for it, wherever in the tree it was said."""

    path: str
    paths: frozenset[str]
    """Its path, and the one it had under each earlier name of a group above it."""
    names: frozenset[str]
    """Everything it is called by: its path, its earlier paths, its aliases."""
    ladder: str | None
    chain: tuple[str, ...]
    plans: frozenset[str] | None
    addons: frozenset[frozenset[str]]
    """Of each set, one."""
    kinds: frozenset[str] | None
    """The kinds of domains it exists in; `None` is all of them."""
    requires: tuple[str, ...]
    implies: tuple[str, ...]
    deprecated: bool
    hidden: bool
    by_name: bool


class Catalog:
    """Permissions, scope ladders and resource kinds of one policy set."""

    def __init__(self, data: Data) -> None:
        self.ladders: dict[str, dict[str, str | None]] = {"field": {"edit": None, "view": "edit"}}
        for name, scopes in data.get("scopes", {}).items():
            self.ladders[name] = _ladder(scopes)
        kinds = data.get("resources", {})
        self.within: dict[str, str | None] = {
            kind: node.get("within") if isinstance(node, dict) else None for kind, node in kinds.items()
        }
        top = Above(("",), (), None, frozenset(), None, (), False)
        self.called = {text: min(paths) for text, paths in meanings(data).items()}
        self.rows = list(self._walk(data["permissions"], "", top))
        self.permissions = {row.path: row for row in self.rows}
        self.named = {name: row for row in self.rows for name in row.names}
        kinds = {CUSTOM: data.get("custom_roles", {}), **data.get("role_kinds", {})}
        self.kinds_of_roles: dict[str, Data] = {
            name: kind if isinstance(kind, dict) else {"title": kind} for name, kind in kinds.items()
        }
        self._broader, self._narrower = cache(self._scopes_around), cache(self._scopes_within)
        self.custom = self.place(CUSTOM)
        """Passes in the domains that may have custom roles."""

    def place(self, kind: str) -> Permission:
        """Passes in the domains that have roles of *kind*."""
        limits = self.kinds_of_roles[kind]
        return self.rows[0]._replace(
            plans=_narrowed(None, limits, "plans"),
            addons=clauses(limits.get("addons", [])),
            kinds=_narrowed(None, limits, "domain_kinds"),
        )

    def chain(self, kind: str) -> tuple[str, ...]:
        """The kinds from the outermost to *kind*."""
        outer = self.within[kind]
        return (kind,) if outer is None else (*self.chain(outer), kind)

    def scopes(self, permission: Permission) -> list[str]:
        """Every scope *permission* can be held at; only `-` where it has none."""
        return list(self.ladders[permission.ladder]) if permission.ladder else [NO_SCOPE]

    def broadest(self, permission: Permission) -> str:
        """The scope a question without one asks for."""
        return next(scope for scope in self.scopes(permission) if self.broader(permission, scope) == {scope})

    def broader(self, permission: Permission, scope: str) -> Set[str]:
        """*scope* and each scope it lies within."""
        return self._broader(permission.ladder, scope)

    def _scopes_around(self, ladder: str | None, scope: str) -> Set[str]:
        found = {scope}
        while ladder and (outer := self.ladders[ladder][scope]) is not None:
            scope = outer
            found.add(scope)
        return frozenset(found)

    def narrower(self, permission: Permission, scope: str) -> Set[str]:
        """*scope* and each scope that lies within it."""
        return self._narrower(permission.ladder, scope)

    def _scopes_within(self, ladder: str | None, scope: str) -> Set[str]:
        scopes = self.ladders[ladder] if ladder else [NO_SCOPE]
        return frozenset(inner for inner in scopes if scope in self._broader(ladder, inner))

    def below(self, star: str) -> list[Permission]:
        """The permissions under `group.*` or `*`."""
        if star == "*":
            return self.rows
        group = self.called.get(star.removesuffix(".*"), star)
        return [row for row in self.rows if row.path.startswith(f"{group}.")]

    def _walk(self, nodes: Data, path: str, above: "Above") -> Iterator[Permission]:
        for key, node in nodes.items():
            node = node if isinstance(node, dict) else {}
            here = above.at(f"{path}.{key}".lstrip("."), key, node, self)
            if "permissions" in node or "fields" in node:
                yield from self._group(node, here)
            else:
                yield here.permission(node, node.get("scopes"), self._names(here.path))

    def _group(self, node: Data, here: "Above") -> Iterator[Permission]:
        if "header" in node:
            here = here.behind(f"{here.path}.{node['header']}")
        yield from self._walk(node.get("permissions", {}), here.path, here)
        fields = node.get("fields", {})
        fields = dict.fromkeys(fields, "") if isinstance(fields, list) else fields
        inside = here.at(f"{here.path}.fields", "fields", {}, self)
        for key, field in fields.items():
            field = field if isinstance(field, dict) else {}
            if "scopes" in field:
                yield from self._walk({key: by_record(field, f"{inside.path}.{key}")}, inside.path, inside)
                continue
            row = inside.at(f"{inside.path}.{key}", key, field, self)
            yield row.permission(field, "field", self._names(row.path))

    def _names(self, path: str) -> frozenset[str]:
        return frozenset(text for text, meant in self.called.items() if meant == path)


class Above(NamedTuple):
    """What the nodes above one node in the tree say about it."""

    paths: tuple[str, ...]
    """Its path, then the paths it had."""
    chain: tuple[str, ...]
    plans: frozenset[str] | None
    addons: frozenset[frozenset[str]]
    kinds: frozenset[str] | None
    headers: tuple[str, ...]
    by_name: bool

    @property
    def path(self) -> str:
        return self.paths[0]

    def at(self, path: str, key: str, node: Data, catalog: Catalog) -> "Above":
        """The same, one step down at *node*."""
        old = [f"{name}.{key}" for name in self.paths[1:]] if self.path else []
        return Above(
            paths=(path, *old, *texts(node.get("renamed_from"))),
            chain=catalog.chain(node["per"]) if "per" in node else self.chain,
            plans=_narrowed(self.plans, node, "plans"),
            addons=self.addons | clauses(node.get("addons", [])),
            kinds=_narrowed(self.kinds, node, "domain_kinds"),
            headers=self.headers,
            by_name=self.by_name or node.get("by_name") == "true",
        )

    def behind(self, header: str) -> "Above":
        """The same behind a header switch."""
        return self._replace(headers=(*self.headers, header))

    def permission(self, node: Data, ladder: str | None, names: frozenset[str]) -> Permission:
        """The finished row."""
        return Permission(
            path=self.path,
            paths=frozenset(self.paths).difference(texts(node.get("renamed_from"))) | {self.path},
            names=names,
            ladder=ladder,
            chain=self.chain,
            plans=self.plans,
            addons=self.addons,
            kinds=self.kinds,
            requires=(
                *texts(node.get("requires")),
                *(name for name in self.headers if name != self.path and node.get("hidden") != "true"),
            ),
            implies=tuple(texts(node.get("implies"))),
            deprecated=node.get("deprecated") == "true",
            hidden=node.get("hidden") == "true",
            by_name=self.by_name and node.get("hidden") != "true",
        )


def clauses(addons: Data) -> frozenset[frozenset[str]]:
    """The add-ons that a node names, each with those that will do in its place."""
    return frozenset(frozenset(addon["any_of"] if isinstance(addon, dict) else [addon]) for addon in addons)


def _narrowed(names: frozenset[str] | None, node: Data, key: str) -> frozenset[str] | None:
    if key not in node:
        return names
    own = frozenset(node[key])
    return own if names is None else names & own


def _ladder(scopes: Data) -> dict[str, str | None]:
    if isinstance(scopes, list):
        return dict(zip(scopes, [None, *scopes], strict=False))
    return {name: node.get("within") for name, node in scopes.items()}
