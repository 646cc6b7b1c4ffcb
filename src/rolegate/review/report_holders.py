"""The section of a report that says of each permission who holds it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from rolegate.review.part_holders import DomainHolders, PartHolder
from rolegate.review.report_page import NAMED, ReportSection, ReportSubject, folded, listed, more
from rolegate.texts.escaping import code_in_html, in_html

ENTRIES = 20_000
"""So many holders are named in all; of large sets, fewer are named of each permission."""


def holders_section(about: ReportSubject) -> ReportSection:
    """Who may do what: roles once, and in each domain the teams and the people."""
    found = about.holders
    most = min(NAMED, max(5, ENTRIES // max(1, len(found))))
    parts = []
    for top, paths in groupby(found, key=lambda path: path.partition(".")[0]):
        items = "\n".join(_permission(about, path, found[path], most) for path in paths)
        parts.append(f"<h3>{about.permission(top)}</h3>\n{items}")
    count = about.said("permissions", number=len(found))
    return ReportSection("who-can", about.said("report_who_can"), count, "\n".join(parts))


def _permission(about: ReportSubject, path: str, found: Sequence[DomainHolders], most: int) -> str:
    summary = (
        f'<span class="text">{about.permission(path)}</span> {code_in_html(path)} {_counts(about, found)}'
    )
    rows, left = [], most
    for number, here in enumerate(found):
        if left <= 0:
            hidden = sum(len(other.holders) + len(other.but_not) for other in found[number:])
            rows.append(f"<dt>…</dt><dd>{more(about, hidden)}</dd>")
            break
        names, cut = _names(about, here, left)
        left -= len(here.holders) + len(here.but_not)
        where = ", ".join(map(about.domain, here.domains))
        if not here.domains or not about.policy.needs_domain:
            where = about.said("report_roles" if not here.domains else "report_people")
        rows.append(f"<dt>{where}</dt><dd>{names}{cut}</dd>")
    return folded(summary, f"<dl>{''.join(rows)}</dl>", "who") if rows else f'<p class="who">{summary}</p>'


def _names(about: ReportSubject, here: DomainHolders, left: int) -> tuple[str, str]:
    """Those who are named in one domain, and how many are not."""
    items = [_holder(about, holder) for holder in here.holders[:left]]
    excepted = here.but_not[: max(0, left - len(here.holders))]
    if excepted:
        items.append(about.said("but_not", names="") + ", ".join(map(in_html, excepted)))
    hidden = len(here.holders) + len(here.but_not) - min(left, len(here.holders)) - len(excepted)
    return listed(items) if items else "", more(about, hidden) if hidden else ""


def _holder(about: ReportSubject, holder: PartHolder) -> str:
    parts = " ".join(code_in_html(part) for part in holder.parts if part)
    match holder.kind:
        case "everyone":
            who = f"<b>{about.said('everyone')}</b>"
        case "role":
            who = about.role(holder.name if holder.owner is None else f"{holder.owner}/{holder.name}")
        case "team":
            who = f'<span class="kind">{about.said("kind_team")}</span> {in_html(holder.name)}'
            if holder.owner is not None:
                who += f" ({about.domain(holder.owner)})"
        case _:
            who = in_html(holder.name)
    return f"{who} {parts}" if parts else who


def _counts(about: ReportSubject, found: Sequence[DomainHolders]) -> str:
    """How many roles, teams and people hold it; each is counted once, in however many domains."""
    holders = {(holder.kind, holder.name, holder.owner) for here in found for holder in here.holders}
    kinds = [kind for kind, _, _ in holders]
    said = list(_counted(about, kinds))
    return f'<span class="count">{", ".join(said) or about.said("nobody")}</span>'


def _counted(about: ReportSubject, kinds: Sequence[str]) -> Iterator[str]:
    if "everyone" in kinds:
        yield about.said("everyone")
    for kind, key in (("role", "roles"), ("team", "teams"), ("user", "people")):
        if kind in kinds:
            yield about.said(key, number=kinds.count(kind))
