"""The texts that may stand for a permission, and the views that answer to them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from rolegate.catalog.model import Catalog, Permission
from rolegate.compiled.names import NONE
from rolegate.engine.hidden_masks import HiddenNames, hidden_names
from rolegate.engine.views import UNSCOPED, Scope, View, view_key


class Name(NamedTuple):
    """What a text that may stand for a permission means: its path, its scopes (broadest first), its depth.

    `former` has former names of scopes with those of today.
    """

    path: str
    scopes: tuple[str, ...]
    depth: int
    former: tuple[tuple[str, str], ...] = ()


Names = Mapping[str, Name]


def names(catalog: Catalog) -> Names:
    """Every text that may stand for a visible permission."""
    texts = ((text, permission) for text, permission in catalog.texts if not permission.hidden)
    return {text: Name(p.path, p.scope_names, len(p.chain), _former(p)) for text, p in texts}


def _former(permission: Permission) -> tuple[tuple[str, str], ...]:
    return () if permission.ladder is None else tuple(permission.ladder.former.items())


Views = dict[Scope, View]
Reaches = tuple[tuple[tuple[int, tuple[str, ...]], ...], frozenset[str]]
"""Permissions by the bits that may use them at all, and those for which denials have to be looked at."""


_NONE_HIDDEN: HiddenNames = {}


class Vocabulary:
    """Every text that may stand for a permission, ready to make the views of a table answer to it.

    INVARIANT: what all tables have in common (`depth`, the zeros) is one object, not one for each domain.
    """

    __slots__ = ("_aliases", "_broadest", "_former", "_zeros", "depth", "hidden", "scopes")

    def __init__(self, names: Names, hidden: HiddenNames = _NONE_HIDDEN) -> None:
        self.hidden = hidden
        self.depth = {name: known.depth for name, known in names.items()}
        self.scopes = {name: known.scopes for name, known in names.items() if name == known.path}
        self._aliases = [(name, known) for name, known in names.items() if name != known.path]
        self._former = [(name, *pair) for name, known in names.items() for pair in known.former]
        self._zeros: dict[str, dict[str, int]] = {}
        self._broadest: dict[str, list[str]] = {}
        for path, scopes in self.scopes.items():
            self._broadest.setdefault(scopes[0], []).append(path)
            for scope in scopes:
                self._zeros.setdefault(scope, {})[path] = 0

    @classmethod
    def of(cls, catalog: Catalog) -> Vocabulary:
        """The texts of *catalog*."""
        return cls(names(catalog), hidden_names(catalog))

    def views(self, found: Mapping[str, View]) -> Views:
        """The views of one table; `None` is the one for questions without a scope.

        They answer about hidden permissions as well, unless an instance is asked about.
        """
        empty = View()
        made: Views = {}
        for scope, zeros in self._zeros.items():
            made[view_key(scope)] = _over(zeros, found.get(scope, empty))
        for name, (path, scopes, *_) in self._aliases:
            for scope in scopes:
                _call(made[view_key(scope)], name, path)
        for name, was, now in self._former:
            _call(made.setdefault(view_key(was), View()), name, name, made[view_key(now)])
        if list(self._zeros) == [NONE]:
            made[None] = made[UNSCOPED]
            return self._with_hidden(made)
        plain = made[None] = View()
        for scope, paths in self._broadest.items():
            source = made[view_key(scope)]
            for path in paths:
                _call(plain, path, path, source)
        for name, (path, *_) in self._aliases:
            _call(plain, name, path)
        return self._with_hidden(made)

    def _with_hidden(self, made: Views) -> Views:
        for text, questions in self.hidden.items():
            for scope, question in questions.items():
                view = made.get(scope)
                if view is not None:  # a scope that no visible permission has
                    view.allow[text] = question.bits(made)
        return made

    def reaches(self, views: Views) -> Reaches:
        """The permissions that each set of bits may use at all, and the contested ones."""
        bits: dict[str, int] = {}
        contested = set()
        for path, scopes in self.scopes.items():
            for scope in scopes:
                view = views[view_key(scope)]
                bits[path] = bits.get(path, 0) | view.reach(path)
                if view.contests(path):
                    contested.add(path)
        alike: dict[int, list[str]] = {}
        for path, mask in bits.items():
            if mask:
                alike.setdefault(mask, []).append(path)
        return tuple((mask, tuple(paths)) for mask, paths in alike.items()), frozenset(contested)


def _over(zeros: dict[str, int], source: View) -> View:
    view = View()
    view.allow = zeros | source.allow
    view.deny, view.at = source.deny, source.at
    return view


def _call(view: View, name: str, path: str, source: View | None = None) -> None:
    """Let *view* answer to *name* as *source*, or itself, does to *path*."""
    source = source or view
    view.allow[name] = source.allow[path]
    if path in source.deny:
        view.deny[name] = source.deny[path]
    if path in source.at:
        view.at[name] = source.at[path]
