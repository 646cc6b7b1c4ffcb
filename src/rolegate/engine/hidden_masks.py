"""Hidden permissions in the tables: who may use one, worked out from what implies it.

A hidden permission has no lines, so it is asked as what implies it, joined by *or*. What is asked without an
instance is kept in the tables beside what lines say about other permissions.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rolegate.catalog.model import Catalog, Permission
from rolegate.compiled.names import ALL, NONE, parse_object
from rolegate.encoding import encode
from rolegate.engine.request import Request, visible
from rolegate.engine.views import Path, Scope, View, view_key

Views = Mapping[Scope, View]


class HiddenQuestion:
    """The questions about what implies a hidden permission, of which one has to be answered yes."""

    __slots__ = ("_terms",)

    def __init__(self, permission: Permission, scope: str, on: Path, catalog: Catalog) -> None:
        """The question on *on*, a path of raw ids, and everything below it; empty for every instance."""
        ids = [encode(part) for part in on]
        below = [ALL] if len(ids) < len(permission.chain) else []
        asked = Request(permission, "/".join(ids + below) or NONE, (scope,))
        self._terms: list[tuple[str, Scope, Path, bool]] = [
            (shown.permission.path, view_key(scope), parse_object(shown.region).ids, shown.some)
            for shown in visible(asked, catalog)
            for scope in shown.scopes
        ]

    def holds(self, views: Views, mask: int) -> bool:
        """Whether the bits of *mask* may do what is asked."""
        return any(
            view.some(path, ids, mask) if some else view.decide(path, ids, mask)
            for path, view, ids, some in self._asked(views)
        )

    def bits(self, views: Views) -> int:
        """The bits that may do what is asked about every instance."""
        asked = self._asked(views)
        if any(view.contests(path) for path, view, _, _ in asked):
            return _ContestedMask(asked)
        mask = 0
        for path, view, _, some in asked:
            mask |= view.reach(path) if some else view.allow[path]
        return mask

    def _asked(self, views: Views) -> list[tuple[str, View, Path, bool]]:
        return [(path, views[scope], ids, some) for path, scope, ids, some in self._terms]


HiddenNames = Mapping[str, Mapping[str | None, HiddenQuestion]]
"""Every text that stands for a hidden permission, with its questions about every instance by their scope."""


def hidden_names(catalog: Catalog) -> HiddenNames:
    """The texts for the hidden permissions of *catalog*."""
    return {text: _questions(permission, catalog) for text, permission in catalog.texts if permission.hidden}


def _questions(permission: Permission, catalog: Catalog) -> Mapping[str | None, HiddenQuestion]:
    names = permission.scope_names
    asked: list[tuple[str | None, str]] = [
        (None, names[0]),
        *((name, name) for name in names if name != NONE),
    ]
    return {name: HiddenQuestion(permission, scope, (), catalog) for name, scope in asked}


class _ContestedMask(int):
    """A mask where a denial of one implier leaves the others: `&` asks each of them.

    Masks alone cannot say it: (A and not D) or B is not (A or B) and not D.
    """

    _asked: Sequence[tuple[str, View, Path, bool]]

    def __new__(cls, asked: Sequence[tuple[str, View, Path, bool]]) -> _ContestedMask:
        made = super().__new__(cls, -1)
        made._asked = asked
        return made

    def __and__(self, mask: int) -> int:
        for path, view, ids, some in self._asked:
            if some:
                if view.some(path, ids, mask):
                    return mask
            elif view.allow[path] & mask and not view.deny.get(path, 0) & mask:
                return mask
        return 0
