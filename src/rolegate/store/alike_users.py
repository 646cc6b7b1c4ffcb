"""Users of whom a store says the same are worked out once: most people of a tenant are alike.

INVARIANT: whoever is left out is named by nothing but lines of run time that give a role, and the one who
stands for them has the same lines in the same domains. So both hold the same, whatever the catalog says.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from rolegate.encoding import encode
from rolegate.store.item import Identity, Item, LeftOutDocument

_PLAIN = {"user", "role", "domain"}


@dataclass(frozen=True, slots=True)
class AlikeUsers:
    """By the name of each user who stands for others: all of them, in the order of lines."""

    by_name: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    lines: frozenset[Identity] = frozenset()
    """The lines of those for whom somebody else stands."""

    @classmethod
    def among(cls, items: Iterable[Item]) -> AlikeUsers:
        """Those of some domains, of which *items* are everything that is said, by files as well."""
        lines: dict[str, list[Item]] = {}
        others: set[object] = set()
        for item in items:
            document = item.document
            if item.kind == "team":
                others |= {member for member in document.get("members") or () if isinstance(member, str)}
            elif item.kind in ("binding", "restriction") and isinstance(document.get("user"), str):
                plain = item.kind == "binding" and item.owner != "files" and document.keys() == _PLAIN
                if plain:
                    lines.setdefault(document["user"], []).append(item)
                else:
                    others.add(document["user"])
        alike: dict[object, list[str]] = {}
        for user, own in lines.items():
            if user not in others:
                said = frozenset((item.domain, str(item.document["role"])) for item in own)
                alike.setdefault(said, []).append(user)
        several = [sorted(users, key=encode) for users in alike.values() if len(users) > 1]
        left_out = (user for users in several for user in users[1:])
        return cls(
            {users[0]: tuple(users) for users in several},
            frozenset(item.identity for user in left_out for item in lines[user]),
        )

    def without(self, items: Iterable[Item]) -> Iterator[Item]:
        """*items*, of which the lines of those for whom somebody else stands say nothing."""
        for item in items:
            if item.identity in self.lines:
                document = LeftOutDocument(item.document)
                yield Item(
                    item.kind, item.domain, item.key, document, item.owner, item.revision, item.reading
                )
            else:
                yield item
