"""What an adapter refuses, and how it says so."""

from __future__ import annotations


class AdapterError(Exception):
    """The adapter refuses a call that would store, load or remove other rules than are meant."""


class RulesChangedError(AdapterError):
    """Others have changed the table since these rules were loaded from it; load them again first."""


def shown(rule: tuple[str, ...]) -> str:
    """A rule in a message: what cannot be seen is escaped, and long values are cut."""
    return ", ".join(repr(value if len(value) <= 60 else f"{value[:60]}…") for value in rule)


def some_of(rules: list[tuple[str, ...]]) -> str:
    """The first of *rules*, and how many more there are."""
    named = "; ".join(f"({shown(rule)})" for rule in rules[:3])
    return f"{named} and {len(rules) - 3} more" if len(rules) > 3 else named
