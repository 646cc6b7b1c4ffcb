"""Renames everything in a policy set consistently, and turns its files and keys around."""

import random
from collections.abc import Mapping
from typing import Any

from plain.catalog import Data
from plain.evaluator import Ask, Evaluator
from plain.grammar import parse
from plain.names import ALIASES
from plain.strategies import Files, encoded


class Renaming:
    """New ids for old ones (users, teams, domains, roles, instances), and new words for those in paths."""

    def __init__(self, policy: Evaluator, ids: Mapping[str, str], words: Mapping[str, str]) -> None:
        self.ids, self.words = ids, words
        self.nested = policy.nested

    def id(self, name: str) -> str:
        """The new id."""
        return self.ids.get(name, name)

    def path(self, path: str) -> str:
        """The new path, of today or of earlier; aliases stay."""
        if path in ALIASES:
            return path
        steps = path.split(".")
        # After a field comes what is done with it, which has one name in every set.
        return ".".join(
            step if steps[max(place - 2, 0)] == "fields" and place > 1 else self.words.get(step, step)
            for place, step in enumerate(steps)
        )

    def entry(self, text: str) -> str:
        """The new grant, restriction, exception or dependency."""
        entry = parse(text)
        instance = "" if entry.instance is None else f"[{self._instance(entry.instance)}]"
        return self.path(entry.name) + instance + ("" if entry.scope is None else f"@{entry.scope}")

    def instance(self, text: str) -> str:
        """The new instance path."""
        instance = parse(f"x[{text}]").instance
        assert instance is not None
        return self._instance(instance)

    def _instance(self, instance: tuple[str | None, ...]) -> str:
        return "/".join("*" if part is None else encoded(self.id(part)) for part in instance)

    def ask(self, ask: Ask) -> Ask:
        """The new question."""
        domain = ask.domain if ask.domain is None or not self.nested else self.id(ask.domain)
        on = tuple(map(self.id, ask.on))
        return ask._replace(
            name=self.id(ask.name), domain=domain, permission=self.path(ask.permission), on=on
        )

    def files(self, files: Mapping[str, Data]) -> Files:
        """The new set."""
        return {name: self._node(data, "") for name, data in files.items()}

    def _node(self, node: Data, key: str) -> Any:
        if isinstance(node, list):
            return [self._node(one, key) for one in node]
        if isinstance(node, str):
            return self._text(node, key)
        if key in ("permissions", "fields"):
            return {self.words.get(name, name): self._node(inner, "node") for name, inner in node.items()}
        if key == "domains":
            return {self.id(name): self._node(inner, "domain") for name, inner in node.items()}
        if key == "teams":
            return {self.id(name): [self._member(one) for one in members] for name, members in node.items()}
        if key in ("instances", "removed", "only"):
            return {kind: [self.instance(one) for one in ones] for kind, ones in node.items()}
        if key in ("scopes", "resources", "addons", "plans", "domain_kinds"):
            return node
        inside = {"within": "domain"} if key == "domain" else {}
        return {name: self._node(inner, inside.get(name, name)) for name, inner in node.items()}

    def _member(self, member: Data) -> Any:
        return {"team": self.id(member["team"])} if isinstance(member, dict) else self.id(member)

    def _text(self, text: str, key: str) -> str:
        if key in ("grants", "except", "may", "restrict", "requires", "implies"):
            return self.entry(text)
        if key in ("manage", "never", "renamed_from"):
            return self.path(text)
        if key in ("header", "fields"):
            return self.words.get(text, text)
        return self.id(text) if key in ("role", "extends", "replaces", "user", "team", "domain") else text


def shuffled(files: Mapping[str, Data], seed: int) -> Files:
    """The same set with every mapping, and every list whose order means nothing, turned around."""
    chance = random.Random(seed)

    def turn(node: Data, key: str = "") -> Any:
        if isinstance(node, dict):
            items = list(node.items())
            chance.shuffle(items)
            return {name: turn(inner, name) for name, inner in items}
        if isinstance(node, list):
            items = [turn(one) for one in node]
            if key not in ("reach", "pair"):
                chance.shuffle(items)
            return items
        return node

    names = [name for name in files if name.startswith("roles/")]
    chance.shuffle(names)
    moved = dict(zip([name for name in files if name.startswith("roles/")], names, strict=True))
    return {moved.get(name, name): turn(data) for name, data in files.items()}
