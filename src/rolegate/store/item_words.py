"""Items in words: what people call a role, a domain, a team, or a line that has no name."""

from __future__ import annotations

from rolegate.encoding import decode
from rolegate.review.diff_text import named
from rolegate.store.item import Item

_SUBJECTS = ("user", "team")


def item_words(item: Item) -> str:
    """*item* in a few words, without its domain where another column says it."""
    if item.kind in ("role", "domain", "team"):
        return f"{item.kind} {named(decode(item.key))}"
    said = item.document
    who = next((f"{key} {named(str(said[key]))}" for key in _SUBJECTS if key in said), "")
    if not who:
        who = "everyone" if "everyone" in said else f"holders of {named(str(said.get('role', '')))}"
    return f"line of {who}: {_does(item)}"


def _does(item: Item) -> str:
    said = item.document
    for key, verb in (("restrict", "may not"), ("restrictions", "is restricted by"), ("grants", "may")):
        if key in said:
            return f"{verb} {', '.join(map(str, said[key]))}"
    until = f" until {said['until']}" if "until" in said else ""
    return f"role {named(str(said.get('role', '')))}{until}"


def place_words(item: Item) -> str:
    """The domain of *item*, if it is of one."""
    return f" in {named(decode(item.domain))}" if item.domain and item.kind != "domain" else ""
