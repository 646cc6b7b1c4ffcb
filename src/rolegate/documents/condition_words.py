"""The words of conditions: tests of an attribute, words around conditions, and words that are refused."""

from __future__ import annotations

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
