"""From the shape of catalog.yaml to a catalog: the tree first, then what it refers to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from rolegate.catalog import problems
from rolegate.catalog.availability import EVERYWHERE
from rolegate.catalog.declarations import Declarations, declare
from rolegate.catalog.grant_syntax import MARKS, GrantSyntaxError, parse_grant
from rolegate.catalog.held_in_conditions import check_held
from rolegate.catalog.link_dependencies import link
from rolegate.catalog.model import Catalog, Group, Node, RecordsOfDomains
from rolegate.catalog.narrow_availability import narrowed
from rolegate.catalog.path_texts import PathTexts
from rolegate.catalog.permission_tree import PermissionTree, Surroundings
from rolegate.catalog.removed_names import RemovedName
from rolegate.catalog.role_kind import Patterns, RoleKind
from rolegate.diagnostics import Report, Span
from rolegate.documents.catalog_file import CatalogShape, CustomRolesShape, NodeShape, RoleKindShape
from rolegate.documents.text import Text


def build_catalog(shape: CatalogShape, top: Span, report: Report) -> Catalog:
    """The catalog of *shape*; whatever is wrong with it goes to *report*."""
    declared = declare(shape, _marked_aliases(shape.permissions), report)
    tree = PermissionTree(declared, report)
    children = tree.walk(shape.permissions, "", Surroundings(), shape.at("permissions"))
    title = str(shape.title or shape.catalog)
    nodes: dict[str, Node] = {"": Group("", title, top, str(shape.description or ""), children), **tree.nodes}
    path_texts = PathTexts(nodes, report)
    path_texts.settle(tree.texts)
    removed = path_texts.give_up(_removed(shape, path_texts.marked, report))
    plain = Catalog(
        name=str(shape.catalog),
        title=title,
        locale=str(shape.locale or "en"),
        description=str(shape.description or ""),
        domain_kinds=declared.domain_kinds,
        plans=declared.plans,
        addons=declared.addons,
        former=declared.former,
        addon_needs=declared.addon_needs,
        ladders=declared.ladders,
        resources=declared.resources,
        nodes=nodes,
        aliases=path_texts.aliases,
        renamed={str(former): path for former, path, alias in tree.texts if not alias},
        removed=removed,
        path_texts=path_texts,
        custom_roles=_kind(None, shape.custom_roles, declared, path_texts.marked, report),
        role_kinds={
            str(name): _kind(name, kind, declared, path_texts.marked, report)
            for name, kind in shape.role_kinds.items()
        },
        user=declared.user,
        records=_records(shape, report),
        unclear=frozenset(tree.unclear),
    )
    linked = link(plain, tree.shapes, report)
    check_held(linked, declared.held, report)
    return linked


def _records(shape: CatalogShape, report: Report) -> RecordsOfDomains | None:
    records = shape.records
    if records is None:
        return None
    if (records.domain is not None) == records.separate:
        problems.records_unclear(report, shape.at("records"))
    return RecordsOfDomains(None if records.domain is None else str(records.domain), shape.at("records"))


def _removed(
    shape: CatalogShape, marked: frozenset[str], report: Report
) -> Iterator[tuple[Text, RemovedName]]:
    """The names that are removed, with what became of each."""
    for text, gone in shape.removed.items():
        yield text, RemovedName(str(text), _patterns(gone.becomes, marked, report), text.span)


def _kind(
    name: Text | None,
    shape: CustomRolesShape | None,
    declared: Declarations,
    marked: frozenset[str],
    report: Report,
) -> RoleKind:
    """The kind of role called *name*; None is that of custom roles."""
    if shape is None:
        return RoleKind()
    words = shape if isinstance(shape, RoleKindShape) else None
    return RoleKind(
        name=None if name is None else str(name),
        title=str((words and words.title) or name or ""),
        description=str((words and words.description) or ""),
        availability=narrowed(EVERYWHERE, shape, declared, report),
        manage=shape.manage,
        may=None if shape.may is None else _patterns(shape.may, marked, report),
        never=_patterns(shape.never, marked, report),
    )


def _patterns(texts: Iterable[Text], marked: frozenset[str], report: Report) -> Patterns:
    found = []
    for text in texts:
        try:
            found.append((parse_grant(text, marked), str(text), text.span))
        except GrantSyntaxError as error:
            problems.grant_unreadable(report, text, error)
    return tuple(found)


def _marked_aliases(nodes: Mapping[Text, NodeShape]) -> frozenset[str]:
    """The aliases below that hold marks of the grammar, for what is read before paths are known."""
    found: set[str] = set()
    for node in nodes.values():
        if node.aliases:
            found.update(str(alias) for alias in node.aliases if any(mark in alias for mark in MARKS))
        for inner in (node.permissions, node.fields):
            if inner:
                found |= _marked_aliases(inner)
    return frozenset(found)
