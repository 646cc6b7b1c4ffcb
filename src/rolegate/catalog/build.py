"""From the shape of catalog.yaml to a catalog: the tree first, then what it refers to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from rolegate.catalog.availability import EVERYWHERE, Availability
from rolegate.catalog.declarations import Declarations, declare, unknown
from rolegate.catalog.dependencies import link
from rolegate.catalog.grant_syntax import GrantSyntaxError, parse_grant
from rolegate.catalog.ladders import FIELD_LADDER
from rolegate.catalog.meanings import Meanings
from rolegate.catalog.model import PLACEHOLDER, Catalog, CustomRoles, Group, Node, Permission
from rolegate.diagnostics import RelatedSpan, Report, Span, did_you_mean
from rolegate.documents.catalog_file import CatalogShape, NodeShape
from rolegate.documents.lookalikes import warn_of_lookalikes
from rolegate.documents.text import Text, span_of
from rolegate.encoding import MAX_COLUMN
from rolegate.spelling import nearest

_ONLY_LEAF = ("scopes", "requires", "implies", "recommends", "aliases", "deprecated", "hidden")


def build_catalog(shape: CatalogShape, top: Span, report: Report) -> Catalog:
    """The catalog of *shape*; whatever is wrong with it goes to *report*."""
    declared = declare(shape, report)
    tree = _Tree(declared, report)
    children = tree.walk(shape.permissions, "", _Around(), shape.at("permissions"))
    title = str(shape.title or shape.catalog)
    nodes: dict[str, Node] = {"": Group("", title, top, str(shape.description or ""), children), **tree.nodes}
    meanings = Meanings(nodes, report)
    meanings.settle(tree.texts)
    plain = Catalog(
        name=str(shape.catalog),
        title=title,
        locale=str(shape.locale or "en"),
        description=str(shape.description or ""),
        plans=declared.plans,
        addons=declared.addons,
        ladders=declared.ladders,
        resources=declared.resources,
        nodes=nodes,
        aliases=meanings.aliases,
        renamed={str(former): path for former, path, alias in tree.texts if not alias},
        meanings=meanings,
        custom_roles=_custom_roles(shape, declared, report),
        unclear=frozenset(tree.unclear),
    )
    return link(plain, tree.shapes, tree.headers, report)


@dataclass(frozen=True, slots=True)
class _Around:
    """What the groups around a node say for all below them."""

    availability: Availability = EVERYWHERE
    chain: tuple[str, ...] = ()
    headers: tuple[str, ...] = ()
    is_fields: bool = False


@dataclass(slots=True)
class _Tree:
    """Walks the permissions once and collects nodes and names."""

    declared: Declarations
    report: Report
    nodes: dict[str, Node] = field(default_factory=dict)
    shapes: dict[str, NodeShape] = field(default_factory=dict)
    headers: dict[str, tuple[str, ...]] = field(default_factory=dict)
    texts: list[tuple[Text, str, bool]] = field(default_factory=list)
    unclear: set[str] = field(default_factory=set)

    def walk(
        self, shapes: Mapping[Text, NodeShape], group: str, around: _Around, at: Span
    ) -> tuple[str, ...]:
        if not shapes:
            self.report.add(
                "RG218",
                at,
                f"the group `{group}` is empty" if group else "`permissions` is empty",
                "give it at least one " + ("field" if around.is_fields else "permission"),
            )
        warn_of_lookalikes("permission", shapes, self.report)
        paths = []
        for name, shape in shapes.items():
            path = f"{group}.{name}" if group else str(name)
            paths.append(path)
            span = span_of(name, at)
            if len(path) > MAX_COLUMN:
                self.report.add(
                    "RG501",
                    span,
                    f"the path `{path[:40]}…` has {len(path)} characters",
                    f"a compiled column holds {MAX_COLUMN}: use shorter names, or nest less",
                )
            if group in self.unclear:
                self.unclear.add(path)
            availability = self.declared.availability(
                around.availability, shape.plans, shape.addons, shape.at("plans"), self.report
            )
            chain = self._chain(shape, path, around.chain, span)
            if path not in self.unclear:
                self._title(shape, chain, span)
            self.texts += [(former, path, False) for former in shape.renamed_from]
            here = replace(around, availability=availability, chain=chain)
            if shape.permissions is None and shape.fields is None:
                self._leaf(name, shape, path, here)
            else:
                self._group(name, shape, path, here, chain != around.chain)
        return tuple(paths)

    def _leaf(self, name: Text, shape: NodeShape, path: str, here: _Around) -> None:
        ladder = FIELD_LADDER if here.is_fields else None
        if shape.scopes is not None:
            if here.is_fields:
                self.report.add(
                    "RG202",
                    shape.scopes.span,
                    "a field is always on the scopes `edit` and `view`",
                    "remove `scopes` here",
                )
            elif unknown(
                shape.scopes, self.declared.ladders, "RG202", "ladder of scopes", name.span, self.report
            ):
                self.unclear.add(path)
            else:
                ladder = self.declared.ladders[str(shape.scopes)]
        if shape.every is not None and not here.chain and path not in self.unclear:
            self._every(shape.every)
        if shape.header is not None:
            self.report.add("RG112", shape.header.span, "`header` belongs to a group", "remove it here")
        self.texts += [(alias, path, True) for alias in shape.aliases]
        self.nodes[path] = Permission(
            path=path,
            title=_plain(shape.title, name),
            span=span_of(name, Span("")),
            description=str(shape.description or ""),
            ladder=ladder,
            chain=here.chain,
            every=None if shape.every is None else str(shape.every),
            availability=here.availability,
            deprecated=shape.deprecated,
            hidden=shape.hidden,
        )
        self.shapes[path] = shape
        self.headers[path] = tuple(header for header in here.headers if header != path)

    def _group(self, name: Text, shape: NodeShape, path: str, here: _Around, own_per: bool) -> None:
        span = span_of(name, Span(""))
        for key in _ONLY_LEAF:
            if getattr(shape, key):
                self.report.add(
                    "RG112",
                    shape.at(key),
                    f"`{key}` belongs to a permission; `{path}` is a group",
                    "move it to the permissions below",
                )
        if shape.every is not None and not own_per and path not in self.unclear:
            self._every(shape.every)
        inner = here
        if shape.header is not None:
            target = (shape.permissions or {}).get(shape.header)
            if target is None or target.permissions is not None or target.fields is not None:
                names = [
                    name
                    for name, each in (shape.permissions or {}).items()
                    if each.permissions is None and each.fields is None
                ]
                self.report.add(
                    "RG214",
                    shape.header.span,
                    f"the header `{shape.header}` is no permission of `{path}`",
                    did_you_mean(shape.header, names, "name a permission that stands directly in this group"),
                )
            elif target.hidden:
                self.report.add(
                    "RG221",
                    shape.header.span,
                    f"the header `{shape.header}` is hidden, and all else below `{path}` would require it",
                    f"name a permission that can be granted, or remove `hidden` from `{path}.{shape.header}`",
                )
            else:
                inner = replace(here, headers=(*here.headers, f"{path}.{shape.header}"))
        self.nodes[path] = Group(path, _plain(shape.title, name), span)  # holds the place; completed below
        children: tuple[str, ...] = ()
        if shape.permissions is not None:
            children = self.walk(shape.permissions, path, inner, shape.at("permissions"))
        if shape.fields is not None:
            fields, at = f"{path}.fields", shape.at("fields")
            if fields in self.nodes:
                self.report.add(
                    "RG201",
                    at,
                    f"`{fields}` is already declared; the fields need this path",
                    "rename what is called `fields`",
                    [RelatedSpan(self.nodes[fields].span, f"`{fields}` is declared here")],
                )
            if path in self.unclear:
                self.unclear.add(fields)
            self.nodes[fields] = Group(fields, "Fields", span)
            below = self.walk(shape.fields, fields, replace(inner, is_fields=True), at)
            self.nodes[fields] = Group(fields, "Fields", span, "", below, None, here.chain)
            children = (*children, fields)
        self.nodes[path] = Group(
            path,
            _plain(shape.title, name),
            span,
            str(shape.description or ""),
            children,
            None if inner is here else inner.headers[-1],
            here.chain,
            None if shape.every is None else str(shape.every),
            own_per,
        )

    def _chain(self, shape: NodeShape, path: str, outer: tuple[str, ...], at: Span) -> tuple[str, ...]:
        if shape.per is None:
            return outer
        if unknown(shape.per, self.declared.resources, "RG204", "resource", at, self.report):
            self.unclear.add(path)
            return outer
        chain = self.declared.resources[str(shape.per)].chain
        if outer and chain == outer:
            self.report.add(
                "RG206",
                shape.per.span,
                f"`per: {shape.per}` already holds for all of the group above",
                "remove it here",
            )
        elif chain[: len(outer)] != outer:
            self.unclear.add(path)
            self.report.add(
                "RG206",
                shape.per.span,
                f"`{shape.per}` does not lie within `{outer[-1]}`, which holds for all of the group above",
                f"declare `{shape.per}` with `within: {outer[-1]}`, or move this out of the group",
            )
            return outer
        return chain

    def _every(self, title: Text) -> None:
        self.report.add(
            "RG206",
            title.span,
            "`every` titles the box for every instance, but there is no `per` here",
            "add `per: <resource>`, or remove `every`",
        )

    def _title(self, shape: NodeShape, chain: tuple[str, ...], at: Span) -> None:
        for text in (shape.title, shape.every):
            for kind in holes(text or "", chain):
                self.report.add(
                    "RG215",
                    span_of(text, at),
                    f"the placeholder `{{{kind}}}` stands for nothing here",
                    holes_help(kind, chain),
                )


def _plain(title: Text | None, name: Text) -> str:
    return str(title) if title else str(name).replace("_", " ").capitalize()


def holes(title: str, chain: tuple[str, ...]) -> list[str]:
    """The placeholders of *title* that name no kind of *chain*."""
    return [kind for kind in PLACEHOLDER.findall(title) if kind not in chain]


def holes_help(kind: str, chain: tuple[str, ...]) -> str:
    """What to write instead of the placeholder *kind*."""
    if not chain:
        return "add `per: <resource>`, or remove the braces"
    near = nearest(kind, chain, 1) or chain
    return "write " + " or ".join(f"`{{{each}}}`" for each in near) + ", or remove the braces"


def _custom_roles(shape: CatalogShape, declared: Declarations, report: Report) -> CustomRoles:
    limits = shape.custom_roles
    if limits is None:
        return CustomRoles()
    never = []
    for text in limits.never:
        try:
            never.append((parse_grant(text), str(text), text.span))
        except GrantSyntaxError as error:
            report.add(error.code, text.span, f"`{text}`: {error}", error.help)
    availability = declared.availability(EVERYWHERE, limits.plans, limits.addons, limits.at("plans"), report)
    return CustomRoles(availability, limits.manage, tuple(never))
