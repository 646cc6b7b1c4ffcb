"""Rules as a table has them: a section such as `p` or `g2`, and one to six texts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from rolegate.casbin.adapter_errors import AdapterError, shown

Rule = tuple[str, ...]
"""The section, then the values."""

MAX_VALUES = 6
MAX_VALUE = 255
"""Characters, as the columns of every Casbin adapter have them."""
MAX_BYTES = 2_600
"""What a unique index of PostgreSQL takes of a whole rule; SQLite would take more."""


def identity(rule: Rule) -> Rule:
    """*rule* without empty values at its end: a column that is empty and one that is NULL say the same."""
    end = len(rule)
    while end > 1 and rule[end - 1] == "":
        end -= 1
    return rule[:end]


def check_section(sec: Any, ptype: Any) -> None:
    """Check that *ptype* is a section of the kind *sec*, such as `g2` of `g`.

    Raises:
        AdapterError: when it is of another kind, so that no enforcer would load it.
    """
    if sec not in ("p", "g") or not isinstance(ptype, str) or ptype[:1] != sec:
        raise AdapterError(
            f"rules are in sections such as `p`, `g` and `g2`, and {ptype!r} is none of {sec!r}"
        )


def checked_rules(ptype: Any, rules: Any, limits: Sequence[int | None]) -> list[Rule]:
    """*rules* of the section *ptype*, one of each.

    Raises:
        AdapterError: when one of them would not come back as it is.
    """
    if isinstance(rules, str) or not isinstance(rules, Iterable):
        raise AdapterError(f"rules are a list of lists of texts, not `{type(rules).__name__}`")
    made: dict[Rule, Rule] = {}
    for rule in rules:
        checked = checked_rule(ptype, rule, limits)
        made.setdefault(identity(checked), checked)
    return list(made.values())


def checked_rule(ptype: Any, values: Any, limits: Sequence[int | None]) -> Rule:
    """The rule of the section *ptype* with these *values*; *limits* has the length of each column.

    Raises:
        AdapterError: when it would not come back as it is.
    """
    if not isinstance(values, (list, tuple)):
        raise AdapterError(f"a rule is a list of texts, not `{type(values).__name__}`")
    if not 1 <= len(values) <= MAX_VALUES:
        raise AdapterError(
            f"a rule has one to {MAX_VALUES} values, and this one has {len(values)}: Casbin's table has no"
            " columns for more"
        )
    for number, (name, value) in enumerate(zip(("ptype", *_names(values)), (ptype, *values), strict=True)):
        _check_value(name, value, limits[number])
    rule = (ptype, *values)
    if sum(len(value.encode()) for value in rule) > MAX_BYTES:
        raise AdapterError(
            f"a rule has at most {MAX_BYTES} bytes, as many as an index of PostgreSQL takes: ({shown(rule)})"
        )
    return rule


def _names(values: Sequence[Any]) -> list[str]:
    return [f"v{number}" for number in range(len(values))]


def _check_value(name: str, value: Any, limit: int | None) -> None:
    if not isinstance(value, str):
        raise AdapterError(
            f"`{name}` of a rule is a text, and {value!r} is `{type(value).__name__}`: Casbin compares texts"
        )
    if limit is not None and len(value) > limit:
        raise AdapterError(
            f"`{name}` has {len(value)} characters, and the column takes {limit}: '{value[:60]}…'"
        )
    if "\0" in value:
        raise AdapterError(f"`{name}` has the character NUL, which PostgreSQL cannot store: {value!r}")
    try:
        value.encode()
    except UnicodeEncodeError:
        raise AdapterError(f"`{name}` has half of a character, which is no text: {value!r}") from None


def checked_filter(index: Any, values: Sequence[Any]) -> dict[int, str]:
    """What a rule must have in which column to match; an empty text asks for nothing.

    Raises:
        AdapterError: when nothing is asked for, so that every rule would match, or there is no such column.
    """
    if not isinstance(index, int) or not 0 <= index < MAX_VALUES or not index + len(values) <= MAX_VALUES:
        raise AdapterError(
            f"there are {MAX_VALUES} columns, counted from 0, and not {len(values)} from column {index!r}"
        )
    for number, value in enumerate(values, index):
        _check_value(f"v{number}", value, None)
    asked = {number: value for number, value in enumerate(values, index) if value != ""}
    if not asked:
        raise AdapterError(
            "every value is empty, so all rules of the section would match: if that is meant, name the rules"
        )
    return asked


def matches(rule: Rule, ptype: str, asked: dict[int, str]) -> bool:
    """Whether *rule* has in its columns what is *asked* for."""
    return rule[0] == ptype and all(
        number + 1 < len(rule) and rule[number + 1] == value for number, value in asked.items()
    )
