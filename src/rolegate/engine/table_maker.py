"""Makes the tables of domains over the lines that all of them share; those that say the same share views."""

from __future__ import annotations

from collections.abc import Mapping

from rolegate.engine.domain_table import DomainTable, Granted
from rolegate.engine.views import View, view_key
from rolegate.engine.vocabulary import Views, Vocabulary

Said = dict[str, View]
"""What lines say, by scope, before anything is filled in."""

Offered = frozenset[str]
"""What a domain offers: `*` and each availability that includes it."""


class _Moved(dict[int, int]):
    """Masks moved to where the bits of shared subjects end; equal ones are one object."""

    def __init__(self, by: int) -> None:
        super().__init__()
        self._by = by

    def __missing__(self, mask: int) -> int:
        self[mask] = moved = mask << self._by
        return moved


class TableMaker:
    """Makes one table after another.

    *said* has what shared lines say, by what they have in the place of a domain, and *shared* the bits of
    their subjects. So many views are kept for domains that come later, or all of them.
    """

    def __init__(
        self,
        said: Mapping[str, Said],
        shared: Mapping[str, int],
        vocabulary: Vocabulary | None,
        keep: int | None = None,
    ) -> None:
        self._said = said
        self._shared = dict(shared)
        self._vocabulary = vocabulary
        self._keep = keep
        self._forget()

    def _forget(self) -> None:
        self._same, self._own = _Moved(0), _Moved(len(self._shared))
        self._made: dict[int, list[tuple[Offered, Said, Granted]]] = {}

    def table(
        self, offered: Offered, own: Said, bits: Mapping[str, int], links: dict[str, tuple[str, ...]]
    ) -> DomainTable:
        """The table of a domain with lines of its *own*, whose subjects have *bits*."""
        granted = self._granted(offered, own)
        moved = self._own
        return DomainTable(granted, {sub: moved[bit] for sub, bit in bits.items()}, links, self._shared)

    def _granted(self, offered: Offered, own: Said) -> Granted:
        if self._keep is not None and len(self._made) >= self._keep:
            self._forget()
        made = self._made.setdefault(_fingerprint(offered, own), [])
        for others, other, granted in made:
            if offered == others and own == other:
                return granted
        views: Said = {}
        for name in sorted(offered):
            _add(views, self._said.get(name, {}), self._same)
        _add(views, own, self._own)
        granted = Granted(self._finished(views), self._vocabulary)
        made.append((offered, own, granted))
        return granted

    def _finished(self, views: Said) -> Views:
        if self._vocabulary is None:
            return {view_key(scope): view for scope, view in views.items()}
        return self._vocabulary.views(views)


def _add(views: Said, more: Said, moved: Mapping[int, int]) -> None:
    for scope, view in more.items():
        if scope not in views:
            views[scope] = View()
        views[scope].add(view, moved)


def _fingerprint(offered: Offered, said: Said) -> int:
    """Equal for domains with the same lines, and hardly ever for others: each tenant may have its own."""
    return hash((offered, frozenset((scope, view.fingerprint) for scope, view in said.items())))
