"""What the gate says: each refused line, and what to do."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from rolegate.documents.file_kinds import APPROVALS, REVIEW
from rolegate.review.diff_markdown import shortened
from rolegate.review.diff_text import where_text, whom
from rolegate.review.gate_verdict import OF_A_SET, GateRefusal, GateVerdict, RefusalKind
from rolegate.texts.escaping import in_code_block, in_markdown, plain
from rolegate.texts.invisible import one_line

_WORDS: dict[RefusalKind, str] = {
    "unread": "the rules cannot be read: ",
    "rule": "a rule for reviews changes: ",
    "invariant": "an invariant of the older side breaks: ",
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
    "invariant": "keep what it says; to give it up, change the invariant itself, with an approval of that",
    "aside": "mend the errors that `rolegate validate` reports",
    "role": f"leave these roles as they are, or first merge a change of `only_roles` in {REVIEW.place}: it "
    "names default roles, and one that is renamed under both names",
}


def verdict_lines(verdict: GateVerdict) -> Iterator[str]:
    """The lines of a report; without refusals, one that says so, and what was found of approvals.

    Nothing in an id can end a line, or begin one, or be obeyed by a terminal.
    """
    return map(plain, _lines(verdict))


def _lines(verdict: GateVerdict) -> Iterator[str]:
    for refusal in verdict.refusals:
        yield f"refused: {refused(refusal)}"
        yield f"  {what_to_do(refusal)}"
        if refusal.approval is not None:
            yield f"  {entry_text(refusal.approval)}"
    if not verdict.refusals:
        yield "allowed by the rules of the older side"
    for found in verdict.findings:
        yield str(replace(found, help="", related=()))
        yield from (f"  {related.span}: {related.message}" for related in found.related)
        yield from [f"  help: {found.help}"] * bool(found.help)


def refused(refusal: GateRefusal) -> str:
    """What is refused, in one line."""
    words = _WORDS[refusal.kind]
    texts = refusal.what
    if refusal.kind == "records":  # the diff has the conditions
        texts = tuple(text.partition(": ")[0].removeprefix("records of ") for text in texts)
    more = f" and {len(texts) - _TEXTS} more" if len(texts) > _TEXTS + 1 else ""
    what = ", ".join(texts[: _TEXTS if more else None]) + more
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
    is_gone = text.startswith(OF_A_SET) and text.endswith(": gone")
    return _FIRST if refusal.kind == "rule" and is_gone else _APPROVE


def entry_text(approval: Mapping[str, Any]) -> str:
    """An entry of approvals.yaml in one line of YAML, to be completed."""
    # JSON is YAML, and quotes whatever an id may hold.
    items = [f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in approval.items()]
    return one_line(f"- {{{', '.join(items)}, reason: …, until: …}}")


def verdict_markdown(verdict: GateVerdict) -> tuple[str, ...]:
    """The verdict as the beginning of a comment: each refused line, with what would approve it folded."""
    if not verdict.refusals:
        said = ["**✅ Allowed by the rules of the older side.**"]
    else:
        said = [f"**❌ Refused: {_counted(len(verdict.refusals))}.**"]
        lines = [refused(refusal) for refusal in verdict.refusals[:_SHOWN]]
        said.append("\n".join(f"- {in_markdown(shortened(line, _LONG))}" for line in lines))
        if len(verdict.refusals) > _SHOWN:
            said[-1] += f"\n- and {len(verdict.refusals) - _SHOWN} more"
        entries = [entry_text(refusal.approval) for refusal in verdict.refusals if refusal.approval]
        if entries and sum(map(len, entries)) <= _ROOM:
            block = in_code_block(["approvals:", *entries], "yaml")
            summary = f"<summary>What to write into {APPROVALS.place} to approve it</summary>"
            said.append(f"<details>{summary}\n\n{block}\n\n</details>")
    findings = [str(found).split("\n")[0] for found in verdict.findings[:_SHOWN]]
    said += ["\n".join(f"- {in_markdown(line)}" for line in findings)] * bool(findings)
    return tuple(said)


_SHOWN, _LONG, _ROOM = 20, 400, 20_000


def _counted(number: int) -> str:
    return "1 line" if number == 1 else f"{number} lines"
