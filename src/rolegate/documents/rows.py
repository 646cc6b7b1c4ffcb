"""Lines of bindings and members of teams that come from an application as Python values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from rolegate.diagnostics import Report, Span
from rolegate.documents import row_problems
from rolegate.documents.bindings_file import BindingShape, read_bindings
from rolegate.documents.domain_names import in_domain
from rolegate.documents.domains_file import DomainShape, joined, read_domains
from rolegate.documents.text import Broken, Keyed, Listed, Text, Trap


def read_rows(
    rows: Iterable[Mapping[str, Any]], domain: str, place: str, report: Report
) -> tuple[BindingShape, ...]:
    """The lines of bindings that *rows* say, each a mapping with the keys of a line; None says nothing.

    Findings name the *place* and the number of the row.
    """
    lines = Listed(Span(place))
    for number, row in enumerate(rows, 1):
        span = Span(place, number)
        if not isinstance(row, Mapping):
            row_problems.wrong_kind(report, span, row)
            continue
        said = ((key, value) for key, value in row.items() if value is not None)
        lines.append(_keyed(said, span, report))
    top = Keyed(lines.span, [(Text("bindings", lines.span), lines)])
    found = read_bindings(in_domain(top, Text(domain, lines.span)), lines.span, report)
    for line in found:
        if line.domain is not None and line.domain != domain:
            row_problems.other_domain(report, line.domain, domain)
    return found


def read_members(
    teams: Mapping[str, Iterable[str]], domain: str, place: str, report: Report
) -> Mapping[Text, tuple[Text, ...]]:
    """The users in each team; findings name the *place* and the number of the team."""
    top = Span(place)
    named = Keyed(top)
    for number, (team, members) in enumerate(teams.items(), 1):
        span = Span(place, number)
        if isinstance(members, str) or not isinstance(members, Iterable):
            row_problems.wrong_kind(report, span, members)
            continue
        users = [_user(member, span, report) for member in members]
        named[Text(str(team), span)] = Listed(span, users)
    entry = Keyed(top, [(Text("teams", top), named)])
    domains = Keyed(top, [(Text(domain, top), entry)])
    shapes = read_domains(Keyed(top, [(Text("domains", top), domains)]), top, report)
    whole = joined(shapes, report)
    found: DomainShape | None = None if whole is None else next(iter(whole.domains.values()), None)
    if found is None:
        return {}
    return {
        Text(team, team.span): tuple(member for member in members if isinstance(member, Text))
        for team, members in found.teams.items()
    }


def _keyed(pairs: Iterable[tuple[Any, Any]], span: Span, report: Report) -> Keyed:
    return Keyed(span, [(Text(str(key), span), _value(value, span, report)) for key, value in pairs])


def _user(member: Any, span: Span, report: Report) -> Any:
    """A member of a team; teams in teams are declared in files."""
    if isinstance(member, str):
        return Text(str.__str__(member), span)
    row_problems.wrong_kind(report, span, member)
    return Broken(span)


def _value(value: Any, span: Span, report: Report) -> Any:
    """A value of a row as it would be in a file."""
    if isinstance(value, bool):
        return Trap("true" if value else "false", span, "boolean")
    if isinstance(value, str):
        return Text(str.__str__(value), span)
    if isinstance(value, datetime):
        return Text(value.isoformat(timespec="seconds"), span)
    if isinstance(value, date):
        return Text(value.isoformat(), span)
    if isinstance(value, Mapping):
        return _keyed(value.items(), span, report)
    if isinstance(value, Iterable) and not isinstance(value, bytes):
        return Listed(span, [_value(inner, span, report) for inner in value])
    row_problems.wrong_kind(report, span, value)
    return Broken(span)
