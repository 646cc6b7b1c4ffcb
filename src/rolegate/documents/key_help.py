"""What the keys of the language take, and what to write where something else is written."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TypeGuard

from rolegate.diagnostics import short
from rolegate.documents.key_texts import ENTRIES, MISSING, PLAIN, TAKES, Kind
from rolegate.documents.other_words import other_word
from rolegate.documents.refused_keys import REFUSED
from rolegate.texts.spelling import nearest

_NAMED = re.compile(r"(?:here it is called|write) `(\w+)`")


def taken(place: Sequence[int | str], wanted: Kind, noun: str = "") -> str:
    """What a *noun* takes at *place*, the keys and indexes that lead there: how a sentence begins."""
    name = next((str(step) for step in reversed(place) if isinstance(step, str) and step != "[key]"), "")
    outer = str(place[-2]) if len(place) > 1 else ""
    if not place:
        return "a policy file is a mapping, `key: value`"
    if place[0] == "removed_names" and wanted == "mapping" and len(place) > 1:
        return _of_removed(place)
    if noun == "file of labels" and place[0] == "scopes" and len(place) > 1:
        return "the titles of a ladder are a mapping, such as `reach: {own: Own}`"
    if (outer, wanted) in ENTRIES:
        return ENTRIES[outer, wanted]
    if place == ("removed",):  # of the catalog; that of a domain is about instances
        return "`removed` takes a mapping from path to what it becomes"
    if isinstance(place[-1], int):
        return f"each item of `{name}` is {PLAIN[wanted]}"
    return f"`{short(name)}` takes {TAKES.get((name, wanted), PLAIN[wanted])}"


def instead_of_list(place: Sequence[int | str]) -> str | None:
    """What to write instead of a list at *place*, if what it takes is a name, or a time.

    A list in quotes would be one name with brackets in it.
    """
    if len(place) > 1 and (place[-2], "text") in ENTRIES:
        return "write one text for each right, such as `tickets.show` or `tickets.show@my`"
    if place and place[-1] in _ONE_NAME:
        return _ONE_NAME[place[-1]]
    if len(place) > 1 and isinstance(place[-2], int) and place[-1] not in _PROSE:
        begin = f"write one {'line' if place[0] == 'bindings' else 'entry'} for each"
        told = f"{begin} {'time' if place[-1] in _TIMES else place[-1]}"
        return f"{told}, or bind a team of them" if place[0] == "bindings" and place[-1] == "user" else told
    return "a file has either one `role`, or several under `roles`" if place == ("role",) else None


_ONE_NAME: dict[int | str, str] = {
    "scopes": "write the name of one ladder; its scopes are declared under `scopes` of the catalog",
    "per": "write the innermost kind alone; the kinds say under `resources` what they lie within",
}

_PROSE = ("name", "reason", "title", "description")
"""Texts for people to read, which may well be meant to have brackets."""

_TIMES = ("at", "from", "until")


def key_meant(noun: str, key: str, known: Sequence[str]) -> str | None:
    """The one of the *known* keys of a *noun* that is meant by *key*, if the help names one alone."""
    told = other_word(noun, key) or REFUSED.get(key)
    named = None if told is None else _NAMED.match(told)
    close = nearest(key, known) if told is None else () if named is None else (named[1],)
    return close[0] if len(close) == 1 and close[0] in known else None


def instead_of_mapping(place: Sequence[int | str], value: Mapping[str, object]) -> str | None:
    """What to write instead of a mapping at *place*, where one text is wanted."""
    key = next((step for step in reversed(place) if isinstance(step, str)), "")
    grant = grant_meant(key, value)
    if grant is None and (key, "text") in ENTRIES:
        grants = [f"`{path}.{name}`" for path, names in value.items() if _are_texts(names) for name in names]
        if grants and len(value) == 1:
            return f"write an item for each: {short(', '.join(grants))}"
        return "write one text for each right, such as `tickets.show` or `tickets.show@my`"
    return None if grant is None else f"write `{grant}`"


def _are_texts(value: object) -> TypeGuard[Sequence[str]]:
    if isinstance(value, str) or not isinstance(value, Sequence):
        return False
    return all(isinstance(text, str) for text in value)


def instead_of_names(key: str, value: Sequence[object]) -> str | None:
    """What to write instead of a list below *key*, where names are the keys of a mapping."""
    first = value[0] if value and (key, "mapping") in ENTRIES else None
    if isinstance(first, Mapping):
        first = next((first[word] for word in ("name", "id", "key", "role", "domain") if word in first), None)
    return f"write each name as a key: `{short(first)}: …`" if isinstance(first, str) else None


def instead_at_top(file: str, value: object) -> str | None:
    """What to write in *file* instead of *value*, which is no mapping."""
    if not isinstance(value, Sequence):
        return None
    if file.endswith("bindings.yaml") or "bindings/" in file:
        return "put the lines under `bindings:`, each such as `- {user: ana, role: agent, domain: acme}`"
    if isinstance(value, str):
        return None
    if file.split("/")[0] == "tests":
        return "put the list under `access:`, `who_can:`, `holds:` or `trees:`"
    key = file.removesuffix(".yaml")
    return MISSING[key] if key in ("approvals", "invariants") else None


def instead_in_scope(key: str, shown: str) -> str:
    """What to do about the unknown *key* of a scope, whose value is *shown*."""
    if word := {"anyof": "any_of", "any": "any_of", "allof": "all_of", "all": "all_of"}.get(key.casefold()):
        return f"write `{word}`"
    test, _, value = shown.strip('"').partition(" ")
    if test in ("in", "not") and value.startswith("user."):
        shown = f"{{{test}: {value}}}"
    return f"if it is a condition on records, write `where: {{{short(key)}: {shown}}}`"


def grant_meant(key: str, value: Mapping[str, object]) -> str | None:
    """The grant that is meant by a mapping such as `trips.view: own` in a list of grants below *key*."""
    if (key, "text") not in ENTRIES or len(value) != 1:
        return None  # several keys, such as a resource and its actions
    ((path, scope),) = value.items()
    return f"{path}@{scope}" if isinstance(scope, str) else None


def _of_removed(place: Sequence[int | str]) -> str:
    """What is expected of names that are gone."""
    if place[1:] == ("scopes",):
        return "`scopes` takes a mapping from ladder to the scopes of it that are gone"
    if len(place) == 2 or (len(place) == 3 and place[1] == "scopes"):
        return f"`{short(str(place[-1]))}` takes a mapping from name to what it becomes"
    return "a name that was removed is a mapping such as `{becomes: agent}`, or `{}`"
