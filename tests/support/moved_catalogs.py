"""Random catalogs that move on, as those of a product do: names come and go, and what they mean changes."""

from __future__ import annotations

import copy
import random
from collections.abc import Iterator
from typing import Any

from plain.catalog import Data
from plain.editing import edited

_Leaf = tuple[str, Data, str]
"""The path of a permission, the mapping it is in, and its name there."""


def moved_on(data: Data, draw: random.Random) -> Data:
    """Another catalog, in which a few things are otherwise; whether it is valid is not known."""
    found: Data = copy.deepcopy(data)
    for _ in range(draw.randint(1, 3)):
        leaves = list(_leaves(found["permissions"], ""))
        if not leaves:
            break
        if draw.random() < 0.2:
            found = edited({"catalog.yaml": found}, draw, 1)["catalog.yaml"]
        elif draw.random() < 0.2:
            _reorder(found, draw)
        else:
            _edit(found, draw.choice(leaves), leaves, draw)
    return found


def _leaves(nodes: Data, above: str) -> Iterator[_Leaf]:
    for name, node in nodes.items():
        path = f"{above}{name}"
        inner = node.get("permissions") if isinstance(node, dict) else None
        if inner is not None:
            yield from _leaves(inner, f"{path}.")
        elif not (isinstance(node, dict) and "fields" in node):
            yield path, nodes, name


def _edit(found: Data, leaf: _Leaf, leaves: list[_Leaf], draw: random.Random) -> None:
    path, nodes, name = leaf
    node: Any = nodes[name]
    others = [other for other, _, _ in leaves if other != path]
    match draw.randrange(8):
        case 0 | 1 if len(nodes) > 1 and others:
            del nodes[name]
            becomes = draw.choice([{}, {}, {"becomes": [draw.choice(others)]}])
            if draw.random() < 0.8:
                found.setdefault("removed", {})[path] = becomes
        case 2 | 3:
            nodes[f"new_{name}"] = {**_mapping(node, name), "renamed_from": path}
            del nodes[name]
        case 4:
            _set(nodes, name, "scopes", draw.choice([None, *sorted(found["scopes"])]))
        case 5:
            _set(nodes, name, "per", draw.choice([None, *sorted(found["resources"])]))
        case 6 if others:
            key = draw.choice(["requires", "implies"])
            _set(nodes, name, key, [draw.choice(others)])
        case _:
            nodes[name] = {**_mapping(node, name), "deprecated": "true"}


def _mapping(node: Any, name: str) -> Data:
    return dict(node) if isinstance(node, dict) else {"title": name}


def _set(nodes: Data, name: str, key: str, value: Any) -> None:
    node = _mapping(nodes[name], name)
    node.pop(key, None)
    nodes[name] = node if value is None else {**node, key: value}


def _reorder(found: Data, draw: random.Random) -> None:
    """Put the scopes of a ladder into another order, or take one out."""
    reach = list(found["scopes"].get("reach", []))
    draw.shuffle(reach)
    if len(reach) > 2 and draw.random() < 0.5:
        gone = reach.pop()
        names = found.setdefault("removed_names", {}).setdefault("scopes", {}).setdefault("reach", {})
        names[gone] = draw.choice([{}, {"becomes": reach[0]}])
    found["scopes"] = {**found["scopes"], "reach": reach}
