"""What the gate says: each refused line, and what to do."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from rolegate.documents.file_kinds import APPROVALS, REVIEW
from rolegate.review.diff_text import where_text, whom
from rolegate.review.fitted_lines import fitted_lines, shortened
from rolegate.review.gains import without_times
from rolegate.review.gate_refusal import GateRefusal, RefusalKind
from rolegate.review.gate_verdict import GONE, OF_A_SET, GateVerdict
from rolegate.review.pointer_rules import OF_A_POINTER
from rolegate.texts.escaping import in_code_block, in_markdown, plain
from rolegate.texts.invisible import one_line

_WORDS: dict[RefusalKind, str] = {
    "unread": "the rules cannot be read: ",
    "rule": "this needs an approval: ",
    "invariant": "an invariant from before the change breaks: ",
    "aside": "it cannot be judged, because something is set aside: ",
    "records": "somebody may be allowed more records of ",
    "role": "only other roles may change",
    "sensitive": "gains what is sensitive: ",
    "gain": "gains ",
}
_TEXTS = 5
_THERE = f"under `approvals:` into {APPROVALS.place} of the set"
_APPROVE = f"to approve it, write this {_THERE}, with the reason and a date:"
_FIRST = f"to approve it, first merge this {_THERE} as it was, with the reason and a date:"
_HELP: dict[RefusalKind, str] = {
    "unread": "mend the errors that `rolegate validate` reports",
    "invariant": "make it hold again, or change the invariant as well, and approve that change",
    "aside": "mend what `rolegate validate` reports of it",
    "role": f"leave these roles as they are, or first merge a change of `only_roles` in {REVIEW.place}: it "
    "names default roles, and one that is renamed under both names",
}


def verdict_lines(verdict: GateVerdict, *, routes: int = 0, elsewhere: bool = False) -> Iterator[str]:
    """The lines of a report; without refusals, one that says so, and what was found of approvals.

    So many *routes* are refused, and listed elsewhere. Where something else of the change is refused
    *elsewhere*, no line says that it is allowed.
    Nothing in an id can end a line, or begin one, or be obeyed by a terminal.
    """
    return map(plain, _lines(verdict, routes, elsewhere))


def _lines(verdict: GateVerdict, routes: int, elsewhere: bool) -> Iterator[str]:
    if routes:
        yield f"refused: {routes_text(routes)}"
    for refusal in verdict.refusals:
        yield f"refused: {refused(refusal)}"
        if refusal.approval is None:
            yield f"  {what_to_do(refusal)}"
    for help, entries in _to_approve(verdict):
        yield f"  {help if len(entries) == 1 else help.replace('approve it', 'approve them', 1)}"
        yield from (f"  {entry}" for entry in entries)
    if not (verdict.refusals or routes or elsewhere):
        yield f"allowed by {_by_what(verdict)}"
    for found in verdict.findings:
        yield str(replace(found, help="", related=()))
        yield from (f"  {related.span}: {related.message}" for related in found.related)
        yield from [f"  help: {found.help}"] * bool(found.help)


def _by_what(verdict: GateVerdict) -> str:
    return "the approvals of the new set" if verdict.of_new_set else "the rules from before the change"


def _to_approve(verdict: GateVerdict) -> Iterator[tuple[str, list[str]]]:
    """What to do, once for all of the refused lines for which it is the same, and their entries."""
    found: dict[str, list[str]] = {}
    for refusal in verdict.refusals:
        if refusal.approval is not None:
            found.setdefault(what_to_do(refusal), []).append(entry_text(refusal.approval))
    yield from found.items()


def refused(refusal: GateRefusal) -> str:
    """What is refused, in one line."""
    words = _WORDS[refusal.kind]
    texts = refusal.what
    if refusal.kind == "records":  # the diff has the conditions
        texts = tuple(text.partition(": ")[0].removeprefix("records of ") for text in texts)
    others = refusal.others
    beside = f", and {others} other gain{'s' * (others > 1)}" if others else ""
    texts = texts[: len(texts) - others]
    more = f" and {len(texts) - _TEXTS} more" if len(texts) > _TEXTS + 1 else ""
    times = ""
    if refusal.kind in ("sensitive", "gain") and len({without_times(text)[1] for text in texts}) == 1:
        times = without_times(texts[0])[1]
        texts = tuple(without_times(text)[0] for text in texts)
    what = ", ".join(texts[: _TEXTS if more else None]) + more + times + beside
    if refusal.subjects is None:
        return f"{words}{what}"
    who = f"{whom(refusal.subjects)}{where_text(refusal.subjects)}"
    if refusal.kind == "role":
        return f"{who}: {words}"
    several = len(refusal.subjects.names) > 1
    return f"{who} {words.replace('gains', 'gain', 1) if several else words}{what}"


def what_to_do(refusal: GateRefusal) -> str:
    """How the line could be merged."""
    if refusal.approval is None:
        return _HELP[refusal.kind]
    text = refusal.what[0]
    if text.startswith(OF_A_POINTER):
        return _APPROVE.replace("of the set", "of a set that is compared")
    is_gone = text.startswith(OF_A_SET) and GONE in text
    return _FIRST if refusal.kind == "rule" and is_gone else _APPROVE


def entry_text(approval: Mapping[str, Any]) -> str:
    """An entry of approvals.yaml in one line of YAML, to be completed."""
    # JSON is YAML, and quotes whatever an id may hold.
    items = [f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in approval.items()]
    return one_line(f"- {{{', '.join(items)}, reason: …, until: …}}")


def routes_text(number: int) -> str:
    """That so many routes are refused."""
    return f"{'1 route is' if number == 1 else f'{number} routes are'} less guarded than before"


def refused_routes(number: int) -> tuple[str, ...]:
    """The beginning of a comment without a gate, if routes are refused."""
    return (f"**❌ Refused: {routes_text(number)}.**",) if number else ()


def verdict_markdown(verdict: GateVerdict, *, routes: int = 0, elsewhere: bool = False) -> tuple[str, ...]:
    """The verdict as the beginning of a comment: each refused line, with what would approve it folded.

    *routes* and *elsewhere* are as for `verdict_lines`.
    """
    said = []
    if elsewhere and not verdict.refusals:
        pass  # whoever refuses it says so
    elif not verdict.refusals and not routes:
        said = [f"**✅ Allowed by {_by_what(verdict)}.**"]
    else:
        parts = [_counted(len(verdict.refusals))] * bool(verdict.refusals)
        parts += [routes_text(routes)] * bool(routes)
        said = [f"**❌ Refused: {', '.join(parts)}.**"]
    if verdict.refusals:
        said.append(_listed(list(_with_help(verdict)), _ROOM))
        entries = list(_entry_lines(verdict))
        if entries:
            said.append(_entries(entries))
    if verdict.findings:
        said.append(_unused(verdict))
    return tuple(said)


_SHOWN, _ROOM, _ENTRIES = 20, 10_000, 20_000


def _with_help(verdict: GateVerdict) -> Iterator[str]:
    """Each refused line; after one that no approval lets pass, what to do instead."""
    for refusal in verdict.refusals:
        yield refused(refusal)
        if refusal.approval is None:
            yield f"what to do: {what_to_do(refusal)}"


def _entry_lines(verdict: GateVerdict) -> Iterator[str]:
    """The entries, below a comment where more is to be known than where to write them."""
    for help, entries in _to_approve(verdict):
        if help != _APPROVE:
            yield f"# {help}"
        yield from entries


def _listed(lines: list[str], room: int) -> str:
    """A list of the first lines, and how many more there are."""
    told = [in_markdown(shortened(line)) for line in lines]
    return "\n".join(fitted_lines(told, room, most=_SHOWN, mark="- "))


def _entries(entries: list[str]) -> str:
    """The entries as a block of code that is valid YAML, as many as there is room for."""
    shown = fitted_lines(entries, _ENTRIES)
    if len(shown) > len(entries) or shown[-1] != entries[-1]:
        shown[-1] = f"# {shown[-1]}: rolegate diff --gate prints them"
    block = in_code_block(["approvals:", *shown], "yaml")
    summary = f"<summary>What to write into {APPROVALS.place} to approve it</summary>"
    return f"<details>{summary}\n\n{block}\n\n</details>"


def _unused(verdict: GateVerdict) -> str:
    """What was found of approvals, folded: in most comments it is what earlier changes have left."""
    listed = _listed([str(found).split("\n")[0] for found in verdict.findings], _ROOM // 2)
    number = len(verdict.findings)
    which = (
        "an approval is left that this change does not need"
        if number == 1
        else (f"{number} approvals are left that this change does not need")
    )
    meant = ", unless it is meant for a line above: then write it as there" if verdict.refusals else ""
    summary = f"<summary>In {APPROVALS.place} {which}: remove what is merged{meant}</summary>"
    return f"<details>{summary}\n\n{listed}\n\n</details>"


def _counted(number: int) -> str:
    return "1 line" if number == 1 else f"{number} lines"
