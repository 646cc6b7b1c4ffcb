"""Documents that are JSON become the shapes that a file with the same text would give, without any YAML.

A store has one document for each role, line, team and domain; all of it has one place.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Literal, NamedTuple

from rolegate.diagnostics import Report, Span
from rolegate.documents.bindings_file import BindingShape, read_bindings
from rolegate.documents.domains_file import DomainShape, read_domains
from rolegate.documents.roles_file import Role, read_roles
from rolegate.documents.text import Keyed, Listed, Quoted, Text, Trap, Value

DocumentKind = Literal["domain", "role", "team", "binding", "restriction"]


class ItemDocument(NamedTuple):
    """What is said of one thing, as JSON has it, and where."""

    kind: DocumentKind
    document: Mapping[str, Any]
    span: Span


class ItemShapes(NamedTuple):
    """Domains with their teams, roles and lines of bindings, each as a file would give them."""

    domains: Mapping[Text, DomainShape]
    roles: tuple[Role, ...]
    lines: tuple[BindingShape, ...]


def shapes_of(documents: Iterable[ItemDocument], report: Report) -> ItemShapes:
    """The shapes of *documents*; those with errors are left out, which are reported."""
    domains: dict[str, tuple[Keyed, Span]] = {}
    teams: list[tuple[str, Text, Value]] = []
    roles: list[Role] = []
    lines: list[Value] = []
    at = Span("")
    for kind, document, span in documents:
        value = value_of(document, span)
        assert isinstance(value, Keyed)  # noqa: S101 - a document is a mapping
        if kind == "role":
            roles += read_roles(value, span, report)
        elif kind == "team":
            teams.append((value["domain"], value["team"], value["members"]))
        elif kind == "domain":
            body = Keyed(span, [(key, said) for key, said in value.items() if key != "domain"])
            domains[value["domain"]] = body, span
        else:
            lines.append(value)
            at = span
    for domain, team, members in teams:
        if domain in domains:
            body, span = domains[domain]
            body.setdefault(Text("teams", span), Keyed(span))[team] = members
    found: dict[Text, DomainShape] = {}
    for name, (body, span) in domains.items():
        own = Report()
        several = Keyed(span, [(Text("domains", span), Keyed(span, [(name, body)]))])
        for shape in read_domains(several, span, own):
            found |= shape.domains
        report.take(own.diagnostics)
    return ItemShapes(found, tuple(roles), _lines(lines, at, report))


def _lines(lines: list[Value], at: Span, report: Report) -> tuple[BindingShape, ...]:
    """The lines, each judged by itself: no two of them are pieces of one."""
    if not lines:
        return ()
    whole = Keyed(at, [(Text("bindings", at), Listed(at, lines))])
    own = Report()
    found = read_bindings(whole, at, own)
    if not own.failed:
        report.take(own.diagnostics)
        return found
    apart = [Keyed(at, [(Text("bindings", at), Listed(at, [line]))]) for line in lines]
    return tuple(line for one in apart for line in read_bindings(one, at, report))


def value_of(document: Any, span: Span) -> Value:
    """*document*, as JSON has it, as it would be read from a file."""
    if isinstance(document, str):
        return Quoted(document, span)
    if isinstance(document, Mapping):
        return Keyed(span, [(Quoted(key, span), value_of(value, span)) for key, value in document.items()])
    if isinstance(document, list | tuple):
        return Listed(span, [value_of(value, span) for value in document])
    if isinstance(document, bool):
        return Trap("true" if document else "false", span, "boolean")
    if document is None:
        return Trap("null", span, "null")
    return Text(str(document), span) if isinstance(document, int) else Trap(str(document), span, "number")
