"""Small changes of one domain in a set of items, as people make them who manage it."""

from __future__ import annotations

import copy
import random
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from item_sets import Item, ItemSet

LISTS = ("grants", "except", "restrict", "restrictions", "addons", "members", "extends")
KEYS = ("until", "from", "plan", "restrict", "replaces", "title", "instances", "removed", "zone")


def edited(items: ItemSet, domain: str | None, draw: random.Random) -> ItemSet:
    """*items* with one change in *domain*, None for the only one; whether it is valid is not known."""
    return draw.choice((_added, _removed, _changed, _changed, _of_domain))(items, domain, draw)


def _own(items: ItemSet, domain: str | None) -> list[str]:
    """The places of the items of *domain*."""
    return [
        place
        for place, (kind, said) in items.items.items()
        if said.get("domain") == domain and (kind != "role" or domain is not None)
    ]


def _added(items: ItemSet, domain: str | None, draw: random.Random) -> ItemSet:
    """One more role, line or team, as another domain has it."""
    others = [place for place, (kind, _) in items.items.items() if kind != "domain"]
    if not others:
        return items
    kind, said = copy.deepcopy(items.items[draw.choice(others)])
    if kind == "role" or domain is not None:
        said["domain"] = domain or "default"
    if kind == "role" and draw.random() < 0.7:
        said["role"] += " too"
    if kind == "binding" and draw.random() < 0.5 and "user" in said:
        said["user"] = draw.choice(["ana", "somebody new"])
    taken = [place for place in _own(items, domain) if _name(items.items[place]) == _name((kind, said))]
    return items.changed(taken[0] if taken and kind in ("role", "team") else _place(draw), (kind, said))


def _place(draw: random.Random) -> str:
    return f"store:new-{draw.getrandbits(32):08x}"


def _name(item: Item) -> tuple[str, Any]:
    kind, said = item
    return kind, said.get(kind)


def _removed(items: ItemSet, domain: str | None, draw: random.Random) -> ItemSet:
    own = [place for place in _own(items, domain) if items.items[place][0] != "domain"]
    return items.changed(draw.choice(own), None) if own else items


def _changed(items: ItemSet, domain: str | None, draw: random.Random) -> ItemSet:
    """An entry less in one of its items, or one from another item more."""
    own = _own(items, domain)
    if not own:
        return items
    place = draw.choice(own)
    kind, said = copy.deepcopy(items.items[place])
    edits = list(_edits(kind, said, items, draw))
    if edits:
        draw.choice(edits)()
    return items.changed(place, (kind, said))


def _edits(
    kind: str, said: dict[str, Any], items: ItemSet, draw: random.Random
) -> Iterator[Callable[[], Any]]:
    for key in LISTS:
        if isinstance(said.get(key), list) and said[key]:
            yield partial(said[key].pop, draw.randrange(len(said[key])))
        others = [one[key] for _, one in items.items.values() if isinstance(one.get(key), list)]
        more = [entry for entries in others for entry in entries]
        if more and (key in said or (kind == "role" and key in ("grants", "except"))):
            yield partial(said.setdefault(key, []).append, draw.choice(more))
    for key in KEYS:
        if key in said and kind != "restriction":
            yield partial(said.pop, key)
    if kind == "team":
        yield partial(said["members"].append, draw.choice(["ana", "somebody new"]))


def _of_domain(items: ItemSet, domain: str | None, draw: random.Random) -> ItemSet:
    """Another plan, other add-ons, an instance more or one that is gone."""
    places = [place for place in _own(items, domain) if items.items[place][0] == "domain"]
    if not places:
        return items
    said = copy.deepcopy(items.items[places[0]][1])
    others = [one for kind, one in items.items.values() if kind == "domain"]
    key = draw.choice(["plan", "addons", "instances", "removed"])
    given = [one[key] for one in others if key in one]
    if given:
        said[key] = copy.deepcopy(draw.choice(given))
    return items.changed(places[0], ("domain", said))
