"""The instances of one domain: those that are known there, and those that are gone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple, TypeVar

from rolegate.catalog.former_names import unknown
from rolegate.catalog.grant_syntax import GrantSyntaxError, parse_instance_text
from rolegate.catalog.model import Catalog
from rolegate.diagnostics import Report
from rolegate.documents.domains_file import DomainShape
from rolegate.documents.text import Text
from rolegate.grants import domain_problems
from rolegate.grants.domains import Domain

V = TypeVar("V")


class ListedInstances(NamedTuple):
    """The fields of a `Domain` that are about instances."""

    known: Mapping[str, tuple[str, ...]]
    removed: Mapping[str, Mapping[str, Text]]
    titles: Mapping[str, Mapping[str, str]]
    named: Mapping[str, frozenset[str]]


def list_instances(
    name: Text, shape: DomainShape, around: Domain | None, catalog: Catalog, report: Report
) -> ListedInstances:
    """The instances of the domain *name*: what it lists, and what the domain *around* it has."""
    known: dict[str, dict[str, Text]] = {}
    titles: dict[str, dict[str, str]] = {}
    for written, kind, text, path in _read(name, shape.instances, catalog, report):
        parts, chain = path.split("/"), catalog.resources[kind].chain
        for depth in range(1, len(parts) + 1):
            known.setdefault(chain[depth - 1], {}).setdefault("/".join(parts[:depth]), text)
        title = shape.instances[written][text]
        if title is not None and title.title is not None:
            titles.setdefault(kind, {})[path] = str(title.title)
    gone: dict[str, dict[str, Text]] = {}
    outer = around.instances if around is not None else {}
    had = {kind: frozenset(paths) for kind, paths in outer.items()} if shape.removed else {}
    for _, kind, text, path in _read(name, shape.removed, catalog, report):
        gone.setdefault(kind, {}).setdefault(path, text)
        if path in known.get(kind, ()) or path in had.get(kind, ()):
            domain_problems.removed_instance_listed(report, text, kind, name)
    _refuse_removed_around(name, known, around, report)
    report.steps(_size(around) if known or gone else 0, f"the instances of domain `{name}`", name.span)
    return ListedInstances(
        {kind: tuple({**found, **dict.fromkeys(outer.get(kind, ()))}) for kind, found in known.items()}
        | {kind: paths for kind, paths in outer.items() if kind not in known},
        _joined(around.removed if around is not None else {}, gone),
        _joined(around.titles if around is not None else {}, titles),
        _named(known, gone, catalog),
    )


def _read(
    name: Text, listed: Mapping[Text, Mapping[Text, object] | list[Text]], catalog: Catalog, report: Report
) -> Iterator[tuple[Text, str, Text, str]]:
    """The kind, as written and as today, the text and the encoded path of each instance that can be read."""
    for written, ids in listed.items():
        kind = catalog.former.today("resource", written, report)
        if unknown(kind, catalog.resources, "RG204", "resource", name.span, report, catalog.former):
            continue
        for text in ids:
            path = read_instance(text, catalog.resources[str(kind)].chain, report)
            if path is not None:
                yield written, str(kind), text, path


def _refuse_removed_around(
    name: Text, known: Mapping[str, Mapping[str, Text]], around: Domain | None, report: Report
) -> None:
    """Report instances that a domain lists though a domain around it lists them as removed."""
    for kind, paths in around.removed.items() if around is not None else ():
        for path in known.get(kind, {}).keys() & paths.keys():
            domain_problems.instance_removed_around(report, known[kind][path], kind, name, paths[path])


def _size(around: Domain | None) -> int:
    listed = (around.instances, around.removed) if around is not None else ()
    return sum(len(paths) for kinds in listed for paths in kinds.values())


def _joined(
    outer: Mapping[str, Mapping[str, V]], own: Mapping[str, Mapping[str, V]]
) -> Mapping[str, Mapping[str, V]]:
    """What a domain says of instances, by kind and path, and what the domain around it says of others."""
    if not own:
        return outer
    return {**outer, **{kind: {**outer.get(kind, {}), **said} for kind, said in own.items()}}


def _named(
    known: Mapping[str, Mapping[str, Text]], gone: Mapping[str, Mapping[str, Text]], catalog: Catalog
) -> dict[str, frozenset[str]]:
    named = {kind: set(paths) for kind, paths in known.items()}
    for kind, paths in gone.items():
        for path in paths:
            parts = path.split("/")
            for depth, outer in enumerate(catalog.resources[kind].chain, 1):
                named.setdefault(outer, set()).add("/".join(parts[:depth]))
    return {kind: frozenset(paths) for kind, paths in named.items()}


def read_instance(text: Text, chain: tuple[str, ...], report: Report) -> str | None:
    """The encoded form of *text*, which names one instance of the kind at the end of *chain*.

    None where it does not, which is reported.
    """
    try:
        path = parse_instance_text(text)
    except GrantSyntaxError as error:
        domain_problems.instance_unreadable(report, text, error)
        return None
    if path.endswith("*"):
        domain_problems.star_for_instance(report, text, chain[-1])
        return None
    if path.count("/") + 1 != len(chain):
        domain_problems.instance_of_other_depth(report, text, chain)
        return None
    return path
