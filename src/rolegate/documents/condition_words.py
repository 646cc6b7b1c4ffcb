"""The words of conditions: tests of an attribute, words around conditions, and words that are refused."""

from __future__ import annotations

import re
from collections.abc import Iterable

ORDERS = ("lt", "lte", "gt", "gte")
RELATED = ("any", "all", "none")
TESTS = ("in", "not_in", "is", "not", "holds", *ORDERS, *RELATED)
"""What a mapping of one attribute may hold in place of conditions on the one related record."""

AROUND = ("any_of", "all_of", "not", "holds")
"""What may be written in place of an attribute: around other conditions, and what the user holds."""

_EQUAL = 'write the value itself: `{status: "open"}`'
_PART = (
    "databases do not agree on parts of texts; keep what is looked for in an attribute of its own, "
    "and compare that with `in` or `not`"
)
_RELATED = "for related records write `{any: {…}}`"
REFUSED = {
    **dict.fromkeys(("eq", "equals"), _EQUAL),
    **dict.fromkeys(("ne", "neq", "not_eq", "not_equal", "not_equals", "is_not"), "write `{not: …}`"),
    **dict.fromkeys(("nin", "notin"), "write `{not_in: […]}`"),
    **dict.fromkeys(("less_than", "le"), "write `lt`, or `lte` with the value itself"),
    **dict.fromkeys(("greater_than", "ge"), "write `gt`, or `gte` with the value itself"),
    "between": "write `{gte: …, lte: …}`",
    "contains": f"{_RELATED}; {_PART}",
    **dict.fromkeys(("like", "ilike", "matches", "regex"), _PART),
    **dict.fromkeys(("starts_with", "startswith", "ends_with", "endswith"), _PART),
    "exists": f"{_RELATED}; for a value, `{{not: null}}`",
    **dict.fromkeys(("is_null", "isnull", "empty"), "write `{is: null}`, or `{not: null}`"),
    "none_of": "write `not: {any_of: […]}`",
    "and": "write the conditions next to each other, or `all_of: […]`",
    "or": "write `any_of: […]`",
}  # fmt: skip
"""Words that other languages have, by what to write instead. They are never attributes."""

NO_ATTRIBUTES = tuple(sorted({*TESTS, *REFUSED} - {*AROUND}))
"""What cannot be written instead of an attribute."""


_SIGNS = {
    **dict.fromkeys(("=", "=="), _EQUAL),
    **dict.fromkeys(("!=", "<>"), "write `{not: …}`"),
    **dict.fromkeys(("<", "<=", ">", ">="), "write `lt`, `lte`, `gt` or `gte`"),
    **dict.fromkeys(("!", "~"), "write `{not: …}`"),
    **dict.fromkeys(("&&", "&"), REFUSED["and"]),
    **dict.fromkeys(("||", "|"), REFUSED["or"]),
}


def word_of_others(word: str) -> str | None:
    """What to write for *word* if it is one of this language in the spelling of another, such as `$lt`."""
    folded = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", word.lstrip("$")).casefold()
    meant = folded if folded in (*TESTS, *AROUND) else {"anyof": "any_of", "allof": "all_of"}.get(folded)
    if meant is not None and meant != word:
        return f"write `{meant}`"
    return _SIGNS.get(word) or (REFUSED.get(folded) if folded != word else None)


_OF_SUBJECT = re.compile(
    r"\W*(?:\w+\.)*(?:user|principal|subject|member|account|me|current_?user)s?[._]+(\w+)\W*", re.IGNORECASE
)


def of_user(value: str, known: Iterable[str]) -> str | None:
    """The one of *known* attributes of a user that *value* means in another system: `request.user.id`."""
    named = _OF_SUBJECT.fullmatch(value)
    return None if named is None else next((word for word in known if word == named[1].casefold()), None)


def value_meant(value: str) -> str:
    """How *value*, which is not in quotes, is written in a condition."""
    name = of_user(value, ("id", "teams", "domain"))
    if name is not None:
        return f"user.{name}"
    return value if value in ("true", "false") or value.isdecimal() else f'"{value}"'
