"""Lines of a compiled policy as sentences, each as long as its line is one: for people who compare two."""

from __future__ import annotations

import re
from collections.abc import Callable

from rolegate.compiled.lines import HEADER
from rolegate.compiled.names import ALL, NONE, is_availability, is_team, needs_of, parse_subject
from rolegate.diagnostics import quoted
from rolegate.encoding import decode, readable
from rolegate.texts.escaping import plain

_WORD = re.compile(r"[\w.@+-]+")
_SIZES = {"p": 7, "g": 4, "g2": 3, "g3": 4}


def is_compiled(text: str) -> bool:
    """Whether *text* is that of a compiled policy.csv, of any version."""
    return text.startswith(HEADER.rsplit(" ", 1)[0])


def line_sentences(text: str) -> str:
    """*text*, a compiled policy.csv, with a sentence for each of its lines, in their order.

    What is not a line of the compiled form stays as it is.
    """
    return "".join(f"{plain(_sentence(line))}\n" for line in text.splitlines())


def _sentence(line: str) -> str:
    parts = line.split(", ")
    if _SIZES.get(parts[0]) != len(parts):
        return line
    try:
        return _SENTENCES[parts[0]](*parts[1:])
    except (ValueError, UnicodeError):
        return line


def _permission(dom: str, sub: str, obj: str, act: str, scope: str, eft: str) -> str:
    if sub == NONE:
        return "whatever no line allows is denied"
    verb = "may" if eft == "allow" else "may not"
    on = "" if obj == NONE else f"[{readable(obj)}]"
    at = "" if scope == NONE else f"@{scope}"
    return f"{_place(dom)}: {_subject(sub)} {verb} {act}{on}{at}"


def _link(sub: str, outer: str, dom: str) -> str:
    verb = "is in" if is_team(outer) else "has"
    return f"{_place(dom)}: {_subject(sub)} {verb} {_subject(outer)}"


def _availability(dom: str, gate: str) -> str:
    return f"{_place(dom)} is {_place(gate)}"


def _hidden(hidden: str, asked: str, how: str) -> str:
    return f"{hidden} is hidden, and held with {asked} ({how})"


_SENTENCES: dict[str, Callable[..., str]] = {"p": _permission, "g": _link, "g2": _availability, "g3": _hidden}


def _place(dom: str) -> str:
    if dom == ALL:
        return "everywhere"
    if is_availability(dom):
        return f"where {decode(needs_of(dom))}"
    return _named(decode(dom))


def _subject(sub: str) -> str:
    said = parse_subject(sub)
    if said.kind == "everyone":
        return "everyone"
    owner = "" if said.domain is None else f" of {_named(said.domain)}"
    narrowed = f" narrowed to {readable(said.limit)}" if said.limit else ""
    return f"{said.kind} {_named(said.name)}{owner}{narrowed}"


def _named(name: str) -> str:
    return name if _WORD.fullmatch(name) else quoted(name)
