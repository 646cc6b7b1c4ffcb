"""The unquoted texts that YAML tools read as something else, in YAML 1.1 or 1.2."""

from __future__ import annotations

import re

from rolegate.documents.text import TrapKind

_BOOLEAN = (
    word
    for low in ("y", "n", "yes", "no", "on", "off", "true", "false")
    for word in (low, low.capitalize(), low.upper())
)
_WORDS: dict[str, TrapKind] = {
    **dict.fromkeys(("~", "null", "Null", "NULL"), "null"),
    **dict.fromkeys(_BOOLEAN, "boolean"),
    "<<": "merge",
    "=": "default",
}
# A canonical integer has one spelling, so its text is what everybody reads.
_CANONICAL = re.compile(r"0|-?[1-9][0-9]*")
_NUMBER = re.compile(
    r"""[-+]?(?: 0b[01_]+ | 0o[0-7_]+ | 0x[0-9a-fA-F_]+ | \.(?:inf|Inf|INF)
           | (?:[0-9][0-9_]*(?:\.[0-9_]*)?|\.[0-9][0-9_]*)(?:[eE][-+]?[0-9]+)? )
        | \.(?:nan|NaN|NAN)""",
    re.VERBOSE,
)
_SEXAGESIMAL = re.compile(r"[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?")
_DATE = re.compile(
    r"""[0-9]{4}-[0-9]{2}-[0-9]{2}
        | [0-9]{4}-[0-9]{1,2}-[0-9]{1,2} (?:[Tt]|[ \t]+) [0-9]{1,2}:[0-9]{2}:[0-9]{2} (?:\.[0-9]*)?
          (?:[ \t]*(?:Z|[-+][0-9]{1,2}(?::?[0-9]{2})?))?""",
    re.VERBOSE,
)


_BEGINS = frozenset("+-.0123456789")


def may_be_trap(plain: str) -> bool:
    """Whether `trap` has to look at *plain*, which is not empty, to tell."""
    return plain[0] in _BEGINS or plain in _WORDS


def trap(plain: str) -> TrapKind | None:
    """What YAML tools make of the unquoted scalar *plain*, or None when all of them read its text."""
    if plain in _WORDS:
        return _WORDS[plain]
    if not plain or plain[0] not in "+-.0123456789" or _CANONICAL.fullmatch(plain):
        return None
    if _NUMBER.fullmatch(plain):
        return "number"
    if _SEXAGESIMAL.fullmatch(plain):
        return "sexagesimal"
    return "date" if _DATE.fullmatch(plain) else None
