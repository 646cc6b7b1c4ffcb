"""Makes another policy set out of one, as a pull request does: a line less, an end moved, a scope changed."""

import copy
import random
from collections.abc import Iterator
from typing import Any

from plain.catalog import Data
from plain.strategies import Files

LISTS = ("grants", "except", "restrict", "bindings", "addons", "teams", "implies", "aliases", "members")
KEYS = ("until", "from", "plan", "addons", "only", "restrict", "replaces", "by_name", "deprecated", "hidden")
SCOPES = ("all", "team", "my", "edit", "view")


def edited(files: Files, draw: random.Random, edits: int = 2) -> Files:
    """A copy of *files* with a few small edits; whether it is a valid set is not known."""
    found: Files = copy.deepcopy(dict(files))
    for _ in range(edits):
        places = [place for data in found.values() for place in _places(data)]
        if places:
            node, key = draw.choice(places)
            _edit(node, key, draw)
    return found


def _places(node: Any) -> Iterator[tuple[Any, Any]]:
    """Every entry of a list, and every key, that an edit may touch."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key in KEYS:
                yield node, key
            if isinstance(value, list) and key in LISTS:
                yield from ((value, number) for number in range(len(value)))
            yield from _places(value)
    elif isinstance(node, list):
        for value in node:
            yield from _places(value)


def _edit(node: Data, key: Any, draw: random.Random) -> None:
    value = node[key]
    if isinstance(value, str) and isinstance(node, list) and draw.random() < 0.5:
        path, at, _ = value.rpartition("@")
        node[key] = f"{path if at else value}@{draw.choice(SCOPES)}"
    else:
        del node[key]
