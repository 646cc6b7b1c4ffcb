"""What can be wrong with the files of a policy set and with their contents, each in its words.

Each function adds one finding to a report. What is wrong with the text of a file as YAML is in
`yaml_problems`, and with a line of bindings in `line_problems`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Concatenate, ParamSpec

from pydantic_core import PydanticCustomError

from rolegate.diagnostics import RelatedSpan, Report, Span, did_you_mean, short
from rolegate.documents.condition_words import value_meant
from rolegate.documents.key_help import instead_in_scope
from rolegate.documents.key_texts import MISSING, Kind
from rolegate.documents.other_words import other_word
from rolegate.documents.refused_keys import REFUSED
from rolegate.documents.text import Keyed, Listed, Quoted, Text, Trap, TrapKind
from rolegate.documents.unreadable import UnreadableReason
from rolegate.encoding import MAX_OF_DOMAIN

_SHORTER = "use a shorter id; letters other than A-Z count three to twelve times"

P = ParamSpec("P")


def refusal(
    problem: Callable[Concatenate[Report, P], None], *args: P.args, **places: P.kwargs
) -> PydanticCustomError:
    """The finding of *problem* as the error that a validator raises; `validation` reports it."""
    report = Report()
    problem(report, *args, **places)
    (found,) = report.diagnostics
    return PydanticCustomError("refused", "{message}", {"message": found.message, "found": found})


# -- files ---------------------------------------------------------------------------------------------------


def unreadable(report: Report, span: Span, reason: UnreadableReason) -> None:
    report.add(reason.code, span, reason.message, reason.help)


def file_changing(report: Report, span: Span) -> None:
    help = "try again when nothing is being written there; to replace a whole set at once, swap a link to it"
    report.add("RG123", span, "the file changes while it is being read", help)


def catalog_missing(report: Report, span: Span) -> None:
    help = "every policy set has one, with at least `catalog:` and `permissions:`"
    report.add("RG120", span, "the policy set has no catalog.yaml", help)


def too_many_problems(report: Report, span: Span, most: int) -> None:
    help = "fix these first; the rest of the file is not reported"
    report.add("RG107", span, f"more than {most} problems in one file", help)


def not_utf8(report: Report, span: Span, byte: int) -> None:
    report.add("RG103", span, f"the byte 0x{byte:02X} is not UTF-8", "save the file as UTF-8")


def utf16(report: Report, span: Span) -> None:
    report.add("RG103", span, "the file is UTF-16, not UTF-8", "save the file as UTF-8")


def character_refused(report: Report, span: Span, character: str) -> None:
    number = ord(character)
    what = f"the invisible character U+{number:04X}" if number else "a NUL byte"
    escape = f"\\x{number:02x}" if number < 0x100 else f"\\u{number:04x}"
    report.add("RG103", span, what, f'remove it, or write it as an escape in double quotes: "{escape}"')


# -- keys and the kinds of values ----------------------------------------------------------------------------


_BELOW_NAMES = {
    "role": "if `NAME` is the role, write `role: NAME`, and its keys beside that",
    "domains.yaml": "if `NAME` is a domain, put it under `domains:`",
    "label": "a label of what is below has its whole path as key: `tickets.show: …`",
}


def with_article(noun: str) -> str:
    return f"{'an' if noun[0] in 'aeio' else 'a'} {noun}"


def key_refused(report: Report, span: Span, key: str) -> None:
    report.add("RG119", span, f"the language has no `{key}`", REFUSED[key])


def key_unknown(
    report: Report, span: Span, key: str, noun: str, known: Sequence[str], value: object = None
) -> None:
    names = ", ".join(f"`{name}`" for name in known)
    otherwise = f"the keys are {names}" if len(known) > 1 else f"the only key is {names}"
    if noun == "scope":
        shown = value_meant(short(value)) if isinstance(value, (Text, Trap)) else "…"
        otherwise = instead_in_scope(key, shown)
    if noun in _BELOW_NAMES and (isinstance(value, Keyed) or noun == "label"):
        otherwise = _BELOW_NAMES[noun].replace("NAME", short(key))
    help = other_word(noun, key) or did_you_mean(key, known, otherwise)
    where = noun if noun.endswith((".yaml", "`")) else with_article(noun)
    report.add("RG112", span, f"unknown key `{short(key)}` in {where}", help)


def key_misplaced(report: Report, span: Span, key: str, noun: str, help: str) -> None:
    report.add("RG112", span, f"{with_article(noun)} does not take `{key}`", help)


def key_missing(report: Report, span: Span, key: str, owner: str) -> None:
    where = f"`{short(owner)}`" if owner else "the file"
    report.add("RG113", span, f"{where} lacks `{key}`", MISSING.get(key, f"add `{key}:`"))


def wrong_type(
    report: Report, span: Span, takes: str, value: object, wanted: Kind, instead: str | None = None
) -> None:
    """*instead* is what to write instead of a list or a mapping where a text is wanted, if that is known."""
    help = _HOW_TO_WRITE[wanted]
    given = "this"
    if isinstance(value, Keyed):
        given = "a mapping"
    elif isinstance(value, Listed):
        given = "a list" if value else "an empty list"
    elif isinstance(value, (Text, Trap)):
        given = f"`{short(value)}`"
    if wanted == "flag" and isinstance(value, Quoted):
        given = f'the text "{short(value)}"'
    if instead is not None:
        help = instead
    elif wanted == "text" and isinstance(value, (Keyed, Listed)):
        help = "put quotes around text that contains brackets, braces or `: `"
    report.add("RG114", span, f"{takes}, not {given}", help)


_HOW_TO_WRITE: dict[Kind, str] = {
    "text": "write one text",
    "flag": "write `true` or `false`, without quotes",
    "list": "write `[…]`, or one item per line, each after `- `",
    "mapping": "write `{key: value}`, or one `key: value` per line",
}


def role_and_roles(report: Report, roles: Span, role: Span) -> None:
    help = "a file has either one `role`, or several under `roles`"
    report.add("RG118", roles, "`role` and `roles` in one file", help, [RelatedSpan(role, "`role` is here")])


_READ_AS: dict[TrapKind, str] = {
    "null": "nothing, not as text",
    "boolean": "a yes or no, not as text",
    "number": "a number, and may write it differently",
    "sexagesimal": "a number in base 60, not as text",
    "date": "a date, not as text",
    "merge": "a merge key, not as text",
    "default": "a default value, not as text",
}


def text_unquoted(
    report: Report, span: Span, text: str, kind: TrapKind, many: bool = False, choices: str | None = None
) -> None:
    """With *many* of them in one file, a program may have written it; *choices* says what a key takes."""
    help = choices or f'put quotes around it: "{short(text)}"'
    if many:
        help += "; a program can write the file as JSON, which is read as well"
    if kind == "null":
        help = "write a value, or leave the key out; if you mean the text, put quotes around it"
    report.add("RG108", span, f"YAML tools read unquoted `{short(text)}` as {_READ_AS[kind]}", help)


def flag_unclear(report: Report, span: Span, text: str) -> None:
    report.add("RG108", span, f"YAML tools disagree about `{short(text)}`", "write `true` or `false`")


# -- ids and other texts ------------------------------------------------------------------------------------


def id_empty(report: Report, span: Span) -> None:
    report.add("RG115", span, "an empty id", "write the id, or leave the entry out")


def id_too_long(report: Report, span: Span, text: str, length: int, most: int) -> None:
    message = f"`{short(text)}` is {length} characters long once encoded; the limit is {most}"
    report.add("RG115", span, message, _SHORTER)


def too_long_with_domain(
    report: Report, span: Span, kind: str, name: str, length: int, place: Span, domain: str
) -> None:
    what = f"the {kind} `{short(name)}` and its domain"
    message = f"{what} are {length} characters long once encoded; the limit is {MAX_OF_DOMAIN}"
    related = RelatedSpan(place, f"the domain is `{short(domain)}`")
    report.add("RG115", span, message, _SHORTER, [related])


def listed_twice(report: Report, span: Span, name: str, first: Span) -> None:
    related = RelatedSpan(first, f"`{short(name)}` is first listed here")
    report.add("RG105", span, f"`{short(name)}` is listed twice", "keep one of the two", [related])


def looks_alike(
    report: Report, span: Span, kind: str, text: str, difference: str, first: Span, other: str
) -> None:
    message = f"the {kind} `{text}` {difference} `{other}`"
    help = "if both are the same, write them alike; if not, rename one"
    report.add("RG117", span, message, help, [RelatedSpan(first, f"`{other}` is here")])


def id_hides(report: Report, span: Span, kind: str, text: str, what: str) -> None:
    help = "leave it out" if what.startswith("ends") else "type the id again in plain letters"
    help = "write an item for each" if what.startswith("reads") else help
    report.add("RG117", span, f"the {kind} `{text}` {what}", help)
