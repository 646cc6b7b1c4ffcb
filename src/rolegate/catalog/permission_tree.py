"""The tree of permissions, walked once, becomes nodes; what refers to other nodes is kept for later."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from rolegate.catalog import problems
from rolegate.catalog.availability import EVERYWHERE, Availability
from rolegate.catalog.declarations import Declarations
from rolegate.catalog.dependency_entries import Dependency
from rolegate.catalog.former_names import unknown
from rolegate.catalog.ladders import FIELD_LADDER, Ladder
from rolegate.catalog.model import Group, Node, Permission
from rolegate.catalog.narrow_availability import narrowed
from rolegate.catalog.placeholders import check_placeholders
from rolegate.diagnostics import Report, Span
from rolegate.documents.catalog_file import NodeShape
from rolegate.documents.lookalikes import warn_of_lookalikes
from rolegate.documents.text import Text, span_of
from rolegate.encoding import MAX_COLUMN

_HEADER = 40
"""Steps for each header around a permission, which it requires."""
_ONLY_PERMISSION = ("scopes", "requires", "implies", "recommends", "deprecated", "hidden")


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the groups around a node say for everything in them."""

    availability: Availability = EVERYWHERE
    chain: tuple[str, ...] = ()
    headers: tuple[str, ...] = ()
    is_fields: bool = False
    by_name: bool = False
    sensitive: bool = False


@dataclass(slots=True)
class PermissionTree:
    """Walks the permissions and collects their nodes; what a permission requires is at first its headers.

    `texts` has each alias and each former name with the path it is given to, and whether it is an alias.
    `unclear` has the paths whose scopes or instances are not known, which was reported.
    """

    declared: Declarations
    report: Report
    nodes: dict[str, Node] = field(default_factory=dict)
    shapes: dict[str, NodeShape] = field(default_factory=dict)
    texts: list[tuple[Text, str, bool]] = field(default_factory=list)
    unclear: set[str] = field(default_factory=set)

    def walk(
        self, shapes: Mapping[Text, NodeShape], group: str, around: Surroundings, at: Span
    ) -> tuple[str, ...]:
        """Take in everything in *group*; the paths of what is directly in it."""
        if not shapes:
            problems.group_empty(self.report, at, group, "field" if around.is_fields else "permission")
        warn_of_lookalikes("permission", shapes, self.report)
        paths = []
        for name, shape in shapes.items():
            path = f"{group}.{name}" if group else str(name)
            paths.append(path)
            if len(path) > MAX_COLUMN:
                problems.path_too_long(self.report, span_of(name, at), path)
            if group in self.unclear:
                self.unclear.add(path)
            here = self._inside(shape, path, around, span_of(name, at))
            if shape.renamed_from or shape.aliases:
                self.texts += [(former, path, False) for former in shape.renamed_from]
                self.texts += [(alias, path, True) for alias in shape.aliases]
            if around.is_fields and shape.scopes is not None:
                self._field_with_scopes(name, shape, path, here)
            elif shape.permissions is None and shape.fields is None:
                self._permission(name, shape, path, here)
            else:
                self._group(name, shape, path, here, here.chain != around.chain)
        return tuple(paths)

    def _inside(self, shape: NodeShape, path: str, around: Surroundings, at: Span) -> Surroundings:
        """What holds for a node: what the groups around it say, narrowed by its own keys."""
        availability = around.availability
        if shape.plans is not None or shape.addons or shape.domain_kinds is not None:
            availability = narrowed(availability, shape, self.declared, self.report)
        chain = self._chain(shape, path, around.chain, at)
        if path not in self.unclear:
            check_placeholders((shape.title, shape.every), chain, at, self.report)
        by_name = around.by_name or shape.by_name
        sensitive = around.sensitive or shape.sensitive
        return Surroundings(availability, chain, around.headers, around.is_fields, by_name, sensitive)

    def _chain(self, shape: NodeShape, path: str, outer: tuple[str, ...], at: Span) -> tuple[str, ...]:
        if shape.per is None:
            return outer
        per = self.declared.former.today("resource", shape.per, self.report)
        if unknown(per, self.declared.resources, "RG204", "resource", at, self.report, self.declared.former):
            self.unclear.add(path)
            return outer
        chain = self.declared.resources[str(per)].chain
        if outer and chain == outer:
            problems.per_repeated(self.report, shape.per)
        elif chain[: len(outer)] != outer:
            self.unclear.add(path)
            problems.per_outside(self.report, shape.per, outer[-1])
            return outer
        return chain

    def _permission(self, name: Text, shape: NodeShape, path: str, here: Surroundings) -> None:
        if shape.header is not None:
            problems.header_on_permission(self.report, shape.header.span)
        ladder = self._ladder(name, shape, path, here)
        if shape.every is not None and not here.chain and path not in self.unclear:
            problems.every_without_per(self.report, shape.every.span)
        if shape.hidden and shape.by_name:
            problems.hidden_by_name(self.report, shape.at("by_name"), path)
        span = span_of(name, Span(""))
        self.nodes[path] = Permission(
            path=path,
            title=_title(shape, name),
            span=span,
            description=str(shape.description or ""),
            ladder=ladder,
            chain=here.chain,
            every=None if shape.every is None else str(shape.every),
            availability=here.availability,
            deprecated=shape.deprecated,
            hidden=shape.hidden,
            by_name=here.by_name and not shape.hidden,
            sensitive=here.sensitive,
            requires=self._switches(here.headers, path, span) if not shape.hidden else (),
        )
        self.shapes[path] = shape

    def _switches(self, headers: tuple[str, ...], path: str, span: Span) -> tuple[Dependency, ...]:
        """The headers around a permission, which it requires."""
        found = tuple(Dependency(header, None, None, header, span) for header in headers if header != path)
        if found:
            self.report.steps(_HEADER * len(found), f"`{path}`", span)
        return found

    def _ladder(self, name: Text, shape: NodeShape, path: str, here: Surroundings) -> Ladder | None:
        if here.is_fields and shape.scopes is None:
            return FIELD_LADDER
        if shape.scopes is None:
            return None
        if here.is_fields and shape.scopes == FIELD_LADDER.name:
            problems.field_ladder_on_field(self.report, shape.scopes.span)
            self.unclear.add(path)
            return None
        ladders, former = self.declared.ladders, self.declared.former
        today = former.today("ladder of scopes", shape.scopes, self.report)
        if unknown(today, ladders, "RG202", "ladder of scopes", name.span, self.report):
            self.unclear.add(path)
            return None
        return ladders[str(today)]

    def _group(self, name: Text, shape: NodeShape, path: str, here: Surroundings, own_per: bool) -> None:
        for key in _ONLY_PERMISSION:
            if getattr(shape, key):
                problems.permission_key_on_group(self.report, shape.at(key), key, path)
        if shape.every is not None and not own_per and path not in self.unclear:
            problems.every_without_per(self.report, shape.every.span)
        header = self._header(shape, path)
        group = Group(
            path=path,
            title=_title(shape, name),
            span=span_of(name, Span("")),
            description=str(shape.description or ""),
            header=header,
            chain=here.chain,
            every=None if shape.every is None else str(shape.every),
            own_per=own_per,
            sensitive=here.sensitive,
        )
        self.nodes[path] = group  # its place is before everything in it; the children follow
        inner = here if header is None else replace(here, headers=(*here.headers, header))
        children: tuple[str, ...] = ()
        if shape.permissions is not None:
            children = self.walk(shape.permissions, path, inner, shape.at("permissions"))
        if shape.fields is not None:
            children = (*children, self._fields(shape.fields, group, inner, shape.at("fields")))
        self.nodes[path] = replace(group, children=children)

    def _header(self, shape: NodeShape, path: str) -> str | None:
        """The path of the permission that everything else in a group requires."""
        if shape.header is None:
            return None
        permissions = {
            name: node
            for name, node in (shape.permissions or {}).items()
            if node.permissions is None and node.fields is None
        }
        target = permissions.get(shape.header)
        if target is None:
            problems.header_unknown(self.report, shape.header, path, permissions)
        elif target.hidden:
            problems.header_hidden(self.report, shape.header, path)
        else:
            return f"{path}.{shape.header}"
        return None

    def _fields(self, shapes: Mapping[Text, NodeShape], group: Group, inner: Surroundings, at: Span) -> str:
        """Take in the fields of *group*; the path of the group they form."""
        path = f"{group.path}.fields"
        if path in self.nodes:
            problems.fields_path_taken(self.report, at, path, self.nodes[path].span)
        if group.path in self.unclear:
            self.unclear.add(path)
        fields = Group(
            path, "Fields", group.span, chain=inner.chain, holds_fields=True, sensitive=inner.sensitive
        )
        self.nodes[path] = fields
        children = self.walk(shapes, path, replace(inner, is_fields=True), at)
        self.nodes[path] = replace(fields, children=children)
        return path

    def _field_with_scopes(self, name: Text, shape: NodeShape, path: str, here: Surroundings) -> None:
        """Take in a field by whose record it is in: a group of two permissions, on one ladder."""
        ladder = self._ladder(name, shape, path, here)
        span, view, edit = span_of(name, Span("")), f"{path}.view", f"{path}.edit"
        title, description = _title(shape, name), str(shape.description or "")
        self.nodes[path] = Group(
            path, title, span, description, (view, edit), chain=here.chain, sensitive=here.sensitive
        )
        for half, scope in ((view, "view"), (edit, "edit")):
            if len(half) > MAX_COLUMN >= len(path):
                problems.path_too_long(self.report, span, half)
            if path in self.unclear:
                self.unclear.add(half)
            self.nodes[half] = Permission(
                path=half,
                title=FIELD_LADDER.scopes[scope].title,
                span=span,
                ladder=ladder,
                chain=here.chain,
                availability=here.availability,
                deprecated=shape.deprecated,
                by_name=here.by_name,
                of_field=True,
                sensitive=here.sensitive,
                requires=self._switches(here.headers, half, span),
            )
        # Whoever edits a field sees it, so what it needs and brings along is said of `view` alone.
        needed = [Text(view, shape.at("scopes"))]
        self.shapes[view] = shape
        self.shapes[edit] = shape.model_copy(update={"requires": needed, "implies": needed, "recommends": []})


def _title(shape: NodeShape, name: Text) -> str:
    return str(shape.title) if shape.title else str(name).replace("_", " ").capitalize()
