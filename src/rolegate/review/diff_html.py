"""An access diff as one web page, to be read, printed and kept."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from rolegate.answers.page_words import page_words
from rolegate.answers.web_page import mark, resource, web_page
from rolegate.review.access_diff import AccessDiff, ChangedSubjects
from rolegate.review.catalog_notes import IN_COMMENTS
from rolegate.review.change_groups import ChangeGroup, change_groups, headline
from rolegate.review.compared_routes import ComparedRoutes
from rolegate.review.diff_text import (
    called,
    condition_lines,
    group_reason_lines,
    mark_line,
    named,
    period_text,
)
from rolegate.review.extents import AccessChange
from rolegate.review.gate_verdict import GateVerdict
from rolegate.review.routes_html import routes_part
from rolegate.review.verdict_text import entry_text, refused, what_to_do
from rolegate.texts.escaping import in_html, message_in_html

_TITLE = "Changes of access"
_HEADS = ("Change", "Permission", "Before", "After")


def diff_html(
    diff: AccessDiff, verdict: GateVerdict | None = None, routes: ComparedRoutes | None = None
) -> str:
    """The page: the verdict, the routes, changes of rules and records, and each group of equal changes.

    It needs nothing else, and no script to be read; text of the policy set stays text.
    """
    first, *others = diff_parts(diff, verdict, elsewhere=routes is not None and routes.refused > 0)
    told = [] if routes is None else [routes_part(routes)]
    return diff_page([f"<h1>{_TITLE}</h1>", first, *told, *others])


def diff_page(parts: Sequence[str]) -> str:
    """A page with these parts, which are HTML."""
    body = "<main>\n" + "\n".join(parts) + "\n</main>"
    return web_page(_TITLE, page_words("en"), body, resource("look.css") + resource("diff.css"), "")


def diff_parts(diff: AccessDiff, verdict: GateVerdict | None, *, elsewhere: bool = False) -> Iterator[str]:
    """What a page says of one policy set; something is refused *elsewhere*, so that not all is allowed."""
    groups = change_groups(diff)
    lines = [*map(mark_line, diff.marks), *condition_lines(diff.conditions)]
    yield f'<div class="about"><p>{escape(headline(groups))}</p></div>'
    if verdict is not None:
        yield _verdict(verdict, elsewhere)
    if lines:
        yield f"<section><h2>Rules and records</h2>{_listed(lines)}</section>"
    notes = [str(note) for note in diff.notes if note.kind in IN_COMMENTS]
    if notes:
        yield f"<section><h2>To know</h2>{_listed(notes)}</section>"
    yield from map(_group, groups)


def _verdict(verdict: GateVerdict, elsewhere: bool) -> str:
    findings = _listed([str(found) for found in verdict.findings])
    if verdict and elsewhere:
        return f"<section><h2>Approvals</h2>{findings}</section>" if findings else ""
    if verdict:
        title = "Allowed by the rules from before the change"
        return f'<section class="allowed"><h2>{title}</h2>{findings}</section>'
    items = "".join(
        f"<li>{message_in_html(refused(refusal))}<br>{message_in_html(what_to_do(refusal))}"
        + (
            ""
            if refusal.approval is None
            else f'<code class="entry">{in_html(entry_text(refusal.approval))}</code>'
        )
        + "</li>"
        for refusal in verdict.refusals
    )
    number = len(verdict.refusals)
    title = f"Refused: {number} line{'s' * (number != 1)}"
    return f'<section class="refused"><h2>{title}</h2><ul>{items}</ul>{findings}</section>'


def _group(group: ChangeGroup) -> str:
    first, *others = group.subjects
    also = (
        f"<p>The same for</p><ul>{''.join(f'<li>{_who(one)}</li>' for one in others)}</ul>" if others else ""
    )
    heads = "".join(f'<th scope="col">{head}</th>' for head in _HEADS)
    rows = "".join(map(_row, group.changes))
    reasons = _listed(list(group_reason_lines(group)))
    return (
        f'<section class="group"><h2>{_who(first)}</h2>{also}'
        f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>{reasons}</section>"
    )


def _row(change: AccessChange) -> str:
    sensitive = change.severity == "sensitive"
    note = f" {mark('sensitive')}" if sensitive else ""
    held = "".join(f"<td>{'<br>'.join(_extents(parts))}</td>" for parts in change.told)
    path = in_html(change.permission.said)
    kind = f"{change.verb} sensitive" if sensitive else change.verb
    return f'<tr class="{kind}"><td>{change.verb}</td><th scope="row">{path}{note}</th>{held}</tr>'


def _extents(parts: tuple[str, ...]) -> Iterator[str]:
    """Each part of what is held; nothing, where nothing is."""
    for part in parts:
        yield in_html(part) if part else "all"
    if not parts:
        yield "nothing"


def _listed(lines: list[str]) -> str:
    return f"<ul>{''.join(f'<li>{message_in_html(line)}</li>' for line in lines)}</ul>" if lines else ""


def _who(subjects: ChangedSubjects) -> str:
    """Whom it is about, all of them, where and when."""
    names = ", ".join(map(in_html, called(subjects)))
    several = "s" * (len(subjects.names) > 1)
    who = subjects.kind if subjects.kind == "everybody else" else f"{subjects.kind}{several} {names}"
    domains = ", ".join(in_html(named(domain)) for domain in subjects.domains)
    where = f" in {domains}" if domains else ""
    return f"{who}{where}{escape(period_text(subjects))}"
