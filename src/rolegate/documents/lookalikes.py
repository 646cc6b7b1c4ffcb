"""Ids that a reader can hardly tell apart, such as `ana` and `Ana`, or `admin` with a Cyrillic letter."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from operator import attrgetter

from rolegate.diagnostics import Report
from rolegate.documents import problems
from rolegate.documents.bindings_file import BindingShape
from rolegate.documents.domains_file import DomainsShape
from rolegate.documents.roles_file import Role
from rolegate.documents.text import Text
from rolegate.texts.invisible import SELECTORS, some_unseen

# Cyrillic and Greek letters that look like Latin ones; a small part of Unicode's list of confusables.
_LATIN = str.maketrans(
    {
        **dict(zip("авеікмнорстухѕјԁһԛԝӏ", "abeikmhopctyxsjdhqwl", strict=True)),
        **dict(zip("αβεηικνορτυχγωı", "abenikvoptuxywi", strict=True)),
    }
)
JOINERS = frozenset("\u200c\u200d").union(*(map(chr, range(a, b + 1)) for a, b in SELECTORS))
"""Ordinary in Persian, in Indic scripts, in Japanese names and in emoji."""


_PLAIN = re.compile(r"[a-z0-9_.-]+").fullmatch
"""Tells ids that look like themselves and hide nothing: most do."""
_SEVERAL = re.compile(r"\]\s*[,;]\s*[A-Za-z][\w.-]*\[")


def skeleton(text: str) -> str:
    """What remains of *text* for a hurried eye: equal for ids that look alike."""
    if text.isascii() and text.isprintable():
        return " ".join(text.lower().split())
    seen = "".join(c for c in unicodedata.normalize("NFKC", text) if not _invisible(c))
    folded = unicodedata.normalize("NFKC", seen.casefold()).translate(_LATIN)
    return " ".join(folded.split())


def warn_of_lookalikes(kind: str, ids: Iterable[Text], report: Report) -> None:
    """Report each of the *ids*, all of one kind, that looks like an earlier one or hides a character."""
    spellings: dict[str, Text] = {}
    for text in sorted(ids, key=attrgetter("span")):
        spellings.setdefault(text, text)
    first: dict[str, Text] = {}
    for text in spellings.values():
        plain = _PLAIN(text) is not None
        earlier = first.setdefault(text if plain else skeleton(text), text)
        if earlier is not text:
            how = _difference(earlier, text)
            problems.looks_alike(report, text.span, kind, text, how, earlier.span, earlier)
        elif not plain and (hidden := _hidden(text)):
            problems.id_hides(report, text.span, kind, text, hidden)


def _difference(first: str, second: str) -> str:
    if unicodedata.normalize("NFKC", first) == unicodedata.normalize("NFKC", second):
        return "differs only in how its letters are encoded from"
    if first.casefold() == second.casefold():
        return "differs only in capital letters from"
    return "looks like"


def _hidden(text: str) -> str:
    """What is hidden in an id, if anything."""
    if text[-1:] in (",", ";"):
        return f"ends with `{text[-1]}`"
    if _SEVERAL.search(text):
        return "reads like several grants in one text"
    if text.isascii() and text.isprintable():
        return ""
    plain = all(c.isascii() or _invisible(c) for c in text)
    for c in text:
        if _invisible(c) and (c not in JOINERS or plain):
            return f"contains the invisible character U+{ord(c):04X}"
    for word in re.findall(r"[^\W\d_]+", text):
        scripts = {unicodedata.name(c, "").partition(" ")[0] for c in word}
        disguised = any(c.casefold().translate(_LATIN).isascii() for c in word if not c.isascii())
        for other in ("CYRILLIC", "GREEK"):
            if disguised and {"LATIN", other} <= scripts:
                return f"mixes Latin and {other.capitalize()} letters in one word"
    return ""


def _invisible(character: str) -> bool:
    return unicodedata.category(character) in ("Cf", "Cc") or some_unseen(character)


def compare_ids(
    roles: tuple[Role, ...], domains: DomainsShape | None, bindings: tuple[BindingShape, ...], report: Report
) -> None:
    """Warn of roles, domains, teams and users that a reader can hardly tell from each other."""
    by_name = domains.domains if domains is not None else {}
    teams = [team for domain in by_name.values() for team in domain.teams]
    users = [line.user for line in bindings if line.user is not None]
    members = (member for domain in by_name.values() for team in domain.teams.values() for member in team)
    users += [member for member in members if isinstance(member, Text)]
    warn_of_lookalikes("role", [name for name, _ in roles], report)
    warn_of_lookalikes("domain", by_name, report)
    warn_of_lookalikes("team", teams, report)
    warn_of_lookalikes("user", users, report)
