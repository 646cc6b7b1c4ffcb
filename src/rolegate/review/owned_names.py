"""Names of roles and teams with the domain to which they belong, so that none is taken for another."""

from __future__ import annotations

import json
from collections.abc import Sequence

from rolegate.review.changed_periods import SubjectWord


def owned_name(kind: SubjectWord, name: str, owner: str, domains: Sequence[str]) -> str:
    """The name of one who gains in *domains*, as an approval has it: `acme/sales` for what belongs to `acme`.

    Nested domains may have roles and teams of one name, and what a role of a domain gains there it gains in
    those inside it as well. Only a team in its own domain goes without it.

    INVARIANT: it says who is meant without a look at any file, and no two have one name in a domain.
    """
    if kind not in ("role", "team"):
        return name
    at_home = not owner or (kind == "team" and tuple(domains) == (owner,))
    if at_home and "/" not in name:
        return name
    return f"{one_word(owner)}/{one_word(name)}" if owner else one_word(name)


def one_word(name: str) -> str:
    """*name*, in quotes if it could be read as more than that: an approval names one thing alone."""
    plain = all(character.isalnum() or character in "_-." for character in name)
    return name if plain else in_quotes(name)


def in_quotes(name: str) -> str:
    """*name* as a rule of the gate has it: as JSON, which quotes whatever a name may hold."""
    return json.dumps(name, ensure_ascii=False)
