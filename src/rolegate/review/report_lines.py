"""The sections of a report about bindings: every line that is in force, and those that end soon."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, time, timedelta

from rolegate.answers.bound_lines import BoundLine, bound_line
from rolegate.answers.build_matrix import shown_name
from rolegate.answers.web_page import mark
from rolegate.grants.roles import visible
from rolegate.review.report_page import NAMED, ReportSection, ReportSubject, folded, listed, more, note
from rolegate.texts.escaping import code_in_html, in_html

LINES = 5_000
"""So many lines are shown in all; those of further domains are counted."""


def lines_section(about: ReportSubject) -> ReportSection:
    """Who has what, domain by domain, in the order of the files."""
    by_domain: dict[str, list[BoundLine]] = {}
    lines = about.policy.bindings(at=about.at)
    for line in lines:
        by_domain.setdefault(line.domain, []).append(line)
    parts, left = [], LINES
    for domain in filter(by_domain.get, about.policy.domains):
        here = by_domain[domain]
        shown = here[: min(NAMED, left)]
        left -= len(shown)
        rest = more(about, len(here) - len(shown)) if len(shown) < len(here) else ""
        body = listed((_line(about, line) for line in shown), "lines") + rest
        count = f'<span class="count">{about.said("lines", number=len(here))}</span>'
        name = f'<span class="text">{about.domain(domain)}</span> {code_in_html(domain)} {count}'
        parts.append(folded(name, body, "bound", opened=True) if about.policy.needs_domain else body)
    body = "\n".join(parts) or note(about.said("none"))
    return ReportSection("bindings", about.said("bindings"), about.said("lines", number=len(lines)), body)


def ending_section(about: ReportSubject, soon: timedelta) -> ReportSection:
    """The lines that hold, or will, and end soon; the first end first."""
    domains = about.policy.resolved.domains
    found = sorted(
        (
            (line.until, bound_line(line, domains))
            for line in about.policy.resolved.bindings
            if line.until is not None and about.at < line.until <= about.at + soon
        ),
        key=lambda ending: ending[0],
    )
    items = [_line(about, line, domain=about.policy.needs_domain) for _, line in found[:NAMED]]
    rest = more(about, len(found) - NAMED) if len(found) > NAMED else ""
    within = note(about.said("ending_within", number=soon.days))
    body = within + (listed(items, "lines") if items else note(about.said("none"))) + rest
    return ReportSection("ending", about.said("ending"), about.said("lines", number=len(found)), body)


def _line(about: ReportSubject, line: BoundLine, *, domain: bool = False) -> str:
    where = f" ({about.domain(line.domain)})" if domain else ""
    times = " ".join(_times(about, line))
    cells = (f"{_who(about, line)}{where}", _what(about, line), times)
    return " ".join(f"<span>{cell}</span>" for cell in cells) + f" {about.place(line.file, line.line)}"


def _who(about: ReportSubject, line: BoundLine) -> str:
    match line.kind:
        case "everyone":
            return f"<b>{about.said('everyone')}</b>"
        case "user":
            return in_html(line.name)
        case "team":
            return f'<span class="kind">{about.said("kind_team")}</span> {in_html(line.name)}'
        case _:
            return (
                f'<span class="kind">{about.said("kind_role")}</span> {_role(about, line.name, line.domain)}'
            )


def _role(about: ReportSubject, name: str, domain: str) -> str:
    resolved = about.policy.resolved
    key = visible(resolved.roles, name, domain, resolved.domains)
    return in_html(name) if key is None else about.role(shown_name(resolved.roles[key]))


def _what(about: ReportSubject, line: BoundLine) -> str:
    """What a line gives, or takes away."""
    if line.role is not None:
        only = [f"{kind}: {', '.join(ids)}" for kind, ids in line.only.items()]
        limit = code_in_html(f"only {'; '.join(only)}; rest: {line.rest}") if only else ""
        return f"{_role(about, line.role, line.domain)} {limit}".strip()
    if line.grants:
        return _codes(about, line.grants)
    named = about.policy.resolved.restrictions
    titles = [about.titles.restriction(name, named[name].title) for name in line.restrictions]
    taken = _codes(about, line.restrict) if line.restrict else ", ".join(map(in_html, titles))
    return f"{mark(about.said('takes_away_mark'), 'lost')} {taken}"


def _codes(about: ReportSubject, entries: Sequence[str]) -> str:
    rest = f" {more(about, len(entries) - NAMED)}" if len(entries) > NAMED else ""
    return ", ".join(map(code_in_html, entries[:NAMED])) + rest


def _times(about: ReportSubject, line: BoundLine) -> Iterator[str]:
    if line.begins is not None and line.begins > about.at:
        yield mark(about.said("from_on", when=_moment(line.begins)), "until")
    if line.until is not None:
        yield mark(about.said("until", when=_moment(line.until)), "until")


def _moment(moment: datetime) -> str:
    """A date where it is the beginning of a day."""
    return moment.isoformat(timespec="minutes") if moment.time() != time() else moment.date().isoformat()
