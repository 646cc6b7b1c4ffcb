"""Ids of instances, wherever they are written: those that look alike, and those that no domain knows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from rolegate.catalog.grant_syntax import Grant, GrantSyntaxError, parse_instance_text
from rolegate.catalog.model import Catalog
from rolegate.diagnostics import Report, Span
from rolegate.documents.bindings_file import BindingShape
from rolegate.documents.domains_file import DomainShape
from rolegate.documents.lookalikes import warn_of_lookalikes
from rolegate.documents.text import Text
from rolegate.encoding import decode, readable
from rolegate.grants.binding_problems import restricted_instance_unknown
from rolegate.grants.domain_problems import instance_not_known, instance_removed
from rolegate.grants.domains import Domains
from rolegate.grants.grant_entry import GrantEntry
from rolegate.grants.roles import Role
from rolegate.grants.takes import Take

if TYPE_CHECKING:
    from rolegate.grants.bindings import Binding

_NAMED = 18
"""Steps for an instance that an entry names, each time it is compared with others."""

Named = tuple[tuple[str, ...], str, Span]
"""A chain of kinds, the encoded instance that was named, which may end before the chain does, and where."""


def warn_of_ids_alike(
    shapes: Iterable[DomainShape],
    written: Iterable[BindingShape],
    catalog: Catalog,
    entries: Iterable[GrantEntry],
    report: Report,
    known: Iterable[Named] | None = None,
) -> None:
    """Report ids of one kind, within one outer instance, that look alike, wherever they are written.

    *entries* are those of roles and of the lines *written*; *known* what the catalog names, where that is
    known already.
    """
    found: dict[tuple[str, str], dict[str, Text]] = {}
    for chain, path, span in (
        *_declared(shapes, written, catalog),
        *(named_in_catalog(catalog, report) if known is None else known),
        *_granted(entries, catalog, report),
    ):
        if "/" not in path and path != "*":  # as most are
            known_here = found.get((chain[0], "")) if chain else None
            earlier = None if known_here is None else known_here.get(path)
            if earlier is not None and earlier.span <= span:
                continue
        parts = path.split("/")
        for depth, (kind, part) in enumerate(zip(chain, parts, strict=False)):
            if part == "*":
                break
            outer = "/".join(parts[:depth])
            ids = found.setdefault((kind, outer), {})
            earlier = ids.get(part)
            if earlier is None:
                shown = f"{readable(outer)}/{decode(part)}" if outer else decode(part)
                ids[part] = Text(shown, span)
            elif span < earlier.span:
                ids[part] = Text(str(earlier), span)
    for (kind, _), alike in found.items():
        warn_of_lookalikes(kind, alike.values(), report)


def named_in_catalog(catalog: Catalog, report: Report) -> Iterator[Named]:
    """The instances that dependencies and kinds of roles name."""
    yield from _dependencies(catalog)
    yield from _granted(_of_kinds(catalog), catalog, report)


def named_in(entries: Iterable[GrantEntry], catalog: Catalog, report: Report) -> Iterator[Named]:
    """The instances that *entries* name."""
    return _granted(entries, catalog, report)


def check_restricted(
    takes: Iterable[tuple[Take, GrantEntry]], domain: str, domains: Domains, report: Report
) -> None:
    """Report restrictions in *domain* that name an instance which no domain there has or had."""
    for take, entry in takes:
        for kind, path in _levels(take.permission.chain, take.obj or "*"):
            known = domains.known(kind, domain, report)
            if known is None or path in known:
                continue
            restricted_instance_unknown(report, entry, kind, readable(path), domain, map(readable, known))
            break


def warn_of_gone(
    catalog: Catalog, domains: Domains, roles: Iterable[Role], lines: Iterable[Binding], report: Report
) -> None:
    """Report instances that are named where they are removed, or where no domain lists them.

    That a default role names an instance is reported anyway.
    """
    for role in roles:
        if role.domain is not None:
            _warn_in(role.domain, _granted(role.grants, catalog, report), domains, report)
            _warn_in(role.domain, _granted(role.excepted, catalog, report), domains, report, takes=True)
    for line in lines:
        takes = line.shape is not None and bool(line.shape.restrict or line.shape.restrictions)
        _warn_in(line.domain, _granted(line.entries, catalog, report), domains, report, takes=takes)
        if line.shape is not None and line.shape.only is not None:
            _warn_in(line.domain, _listed(line.shape.only, catalog), domains, report)


def warn_of_gone_everywhere(catalog: Catalog, domains: Domains, report: Report) -> None:
    """Report instances that the catalog names and domains that list their kind do not have."""
    for needed in _dependencies(catalog):
        _warn_everywhere(needed, domains, report)
    for needed in _granted(_of_kinds(catalog), catalog, report):
        _warn_everywhere(needed, domains, report, somewhere=True)


def _warn_in(
    domain: str, named: Iterable[Named], domains: Domains, report: Report, *, takes: bool = False
) -> None:
    for chain, instance, span in named:
        for kind, path in _levels(chain, instance):
            gone = domains[domain].gone(kind, path)
            known = domains.known(kind, domain, report)
            if gone is None and (known is None or path in known):
                continue
            if report.passes_over("RG418", span, domain, kind, path):
                break
            if gone is not None:
                instance_removed(report, span, kind, readable(path), gone.span, takes)
            elif known is not None:
                instance_not_known(report, span, kind, readable(path), [domain], known, takes)
            break


def _warn_everywhere(named: Named, domains: Domains, report: Report, *, somewhere: bool = False) -> None:
    """Report an instance that the catalog names, and a domain that lists its kind does not have.

    With *somewhere*, it is enough if one of them has it.
    """
    chain, instance, span = named
    report.steps(len(domains.names), "the instances that the catalog names", span)
    for kind, path in _levels(chain, instance):
        listing = [domain for domain in domains if kind in domain.named]
        without = [domain for domain in listing if path not in domains.listed(kind, domain.name)]
        if without and not (somewhere and len(without) < len(listing)):
            names = [domain.name for domain in without]
            if not report.passes_over("RG418", span, kind, path):
                known = domains.listed(kind, names[0])
                instance_not_known(report, span, kind, readable(path), names, known, takes=True)
            break


def _levels(chain: tuple[str, ...], instance: str) -> Iterator[tuple[str, str]]:
    """The kind and the path of each instance that an instance pattern names, outermost first."""
    parts = [part for part in instance.split("/") if part != "*"]
    for depth, kind in enumerate(chain[: len(parts)], 1):
        yield kind, "/".join(parts[:depth])


def _declared(
    shapes: Iterable[DomainShape], lines: Iterable[BindingShape], catalog: Catalog
) -> Iterator[Named]:
    """The instances that domains list and `only` names."""
    listed: list[Mapping[Text, Iterable[Text]]] = []
    for shape in shapes:
        listed += (shape.instances, shape.removed)
    listed += [line.only for line in lines if line.only is not None]
    for kinds in listed:
        yield from _listed(kinds, catalog)


def _listed(kinds: Mapping[Text, Iterable[Text]], catalog: Catalog) -> Iterator[Named]:
    former = catalog.former.of("resource")
    for written, ids in kinds.items():
        kind = former.get(written, str(written))
        for text in ids if kind in catalog.resources else ():
            try:
                yield catalog.resources[kind].chain, parse_instance_text(text), text.span
            except GrantSyntaxError:
                continue  # it was reported


def _dependencies(catalog: Catalog) -> Iterator[Named]:
    for permission in catalog.permissions:
        for entry in (*permission.requires, *permission.implies, *permission.recommends):
            if entry.instance is not None:
                yield catalog.permission(entry.path).chain, entry.instance, entry.span


def _of_kinds(catalog: Catalog) -> Iterator[GrantEntry]:
    """What kinds of roles may hold and may never hold."""
    for kind in catalog.kinds_of_roles:
        for grant, text, span in (*(kind.may or ()), *kind.never):
            node = catalog.find(grant.path)
            path = node.path if node is not None else grant.path
            yield GrantEntry(Grant(path, grant.star, grant.instance, grant.scope), text, span)


def _granted(entries: Iterable[GrantEntry], catalog: Catalog, report: Report) -> Iterator[Named]:
    for entry in entries:
        path, instance = entry.grant.path, entry.grant.instance
        if instance is None or instance == "*":
            continue
        report.steps(_NAMED, f"`{entry.text}`", entry.span)
        touched = catalog.below(path) if entry.grant.star else [p for p in [catalog.nodes.get(path)] if p]
        depth = instance.count("/") + 1
        chain = next((p.chain for p in touched if len(p.chain) >= depth), None)
        if chain is not None:
            yield chain, instance, entry.span
