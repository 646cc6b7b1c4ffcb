"""Grants that give more by a change, whoever has them: users of the application, or the next change.

Nobody in the files need have one. Each grant that the older side can say is read on both sides, as a file or
the application would have it read, and what it gives is compared with all that it implies.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain

from rolegate.catalog.grant_syntax import Grant
from rolegate.catalog.model import Catalog, Group, Permission
from rolegate.diagnostics import Report, Span
from rolegate.grants.entries import look_up
from rolegate.grants.rights import Right, RightSet
from rolegate.grants.roles import Origin, bring, close
from rolegate.review.asked_before import UNNAMED, asked_before, gains_said
from rolegate.review.grants_of_before import grants_of_before
from rolegate.review.offered_in_more import offered_in_more
from rolegate.review.paired_permissions import PairedPermission, paired_permissions
from rolegate.review.permission_meanings import PermissionMeanings
from rolegate.review.sensitive_marks import is_sensitive

_PLACE = Span("")
_Gained = dict[PairedPermission, tuple[Right, ...]]


def grown_grants(old: Catalog, new: Catalog, *, sensitive_only: bool = False) -> Iterator[str]:
    """Each grant that gives more than before, with what it gives, as rules of the gate.

    What is new is no more: the star that takes it in said so, and whoever is given it is told. What one grant
    gives is not said again of those that include it, nor what a star gives of a part of that star. With
    *sensitive_only*, only what is sensitive is told.
    """
    if old == new:
        return
    pairs = [
        pair
        for pair in paired_permissions(old, new)
        if pair.old is not None
        and pair.new is not None
        and pair.kinds_of != 0
        and (not sensitive_only or is_sensitive(pair, old))
    ]
    meanings, compared = PermissionMeanings(old, new), _GivenOnBoth(old, new, pairs)
    yield from offered_in_more(pairs, meanings)
    yield from grants_of_before(pairs, new)
    for grant in _grants_of(old):
        for pair, gained in compared.grown(grant).items():
            named = (
                str(grant)
                if old.aliases.get(grant.path) is None
                else json.dumps(str(grant), ensure_ascii=False)
            )
            yield from (f"grant {named}: gives {said}" for said in gains_said(pair, gained, meanings))


def _grants_of(old: Catalog) -> Iterator[Grant]:
    """What the older side can say: permissions, the narrowest scope first, then stars, inner ones first.

    On every instance comes before those on one that no file names, and on what includes this one.
    """
    for text, permission in old.texts:
        scopes = (None,) if permission.ladder is None else tuple(permission.ladder.scopes)[::-1]
        for instance in _instances([permission]) or (None,):
            yield from (Grant(text, False, instance, scope) for scope in scopes)
    groups = [(path, path) for path, node in old.nodes.items() if isinstance(node, Group)]
    former = [(text, path) for text, path in old.renamed.items() if isinstance(old.nodes.get(path), Group)]
    for text, path in sorted((*groups, *former), key=lambda names: -names[1].count(".") - bool(names[1])):
        inside = old.below(path)
        ladders = dict.fromkeys(tuple(p.ladder.scopes)[::-1] for p in inside if p.ladder is not None)
        yield Grant(text, True)
        yield from (Grant(text, True, None, name) for name in dict.fromkeys(chain(*ladders)))
        yield from (Grant(text, True, instance) for instance in _instances(inside))


def _instances(permissions: Iterable[Permission]) -> tuple[str, ...]:
    """Paths of instances that *permissions* take, the broadest first; none if they are not per instance."""
    longest = {len(permission.chain) for permission in permissions}
    paths = [
        "/".join([UNNAMED] * length + (["*"] if length < most else []))
        for most in sorted(longest)
        for length in range(most + 1)
        if most
    ]
    return tuple(dict.fromkeys(paths))


@dataclass(slots=True)
class _GivenOnBoth:
    """Compares what grants give on two sides; `told` has what those that came before give more."""

    old: Catalog
    new: Catalog
    pairs: Iterable[PairedPermission]
    _by_path: dict[str, list[PairedPermission]] = field(default_factory=dict, init=False)
    _told: dict[Right, list[tuple[frozenset[Right], _Gained]]] = field(default_factory=dict, init=False)
    _stars: dict[str, _Gained] = field(default_factory=dict, init=False)
    _broader: dict[tuple[str, bool, str | None], list[_Gained]] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        for pair in self.pairs:
            if pair.new is not None:
                self._by_path.setdefault(pair.new.path, []).append(pair)

    def grown(self, grant: Grant) -> _Gained:
        """What *grant* gives and did not before, by permission, but for what is told."""
        before = _given(grant, self.old)
        after = _given(grant, self.new) if before else ()
        held = RightSet(before)
        found: dict[PairedPermission, list[Right]] = {}
        for right in after:
            for pair in self._by_path.get(right.path, ()):
                was = asked_before(pair, right)
                if was is not None and not held.covers(was):
                    found.setdefault(pair, []).append(right)
        if not found:
            return {}
        gained = {pair: tuple(rights) for pair, rights in found.items()}
        own = frozenset(before)
        told = (one for right in before for one in self._told.get(right, ()))
        included = [known for rights, known in told if rights <= own]
        self._told.setdefault(before[0], []).append((own, gained))
        if grant.star and grant.scope is None and grant.instance is None:
            self._stars[grant.path] = gained
        elif grant.star:  # what the whole star takes in, each part of it takes in as far as it reaches
            included.append(self._stars.get(grant.path, {}))
        if grant.instance is not None:  # what every instance brings, each of them does
            broader = self._broader.setdefault((grant.path, grant.star, grant.scope), [])
            included += broader
            broader.append(gained)
        left = dict(gained)
        for known in included:
            for pair in known.keys() & left.keys():
                left[pair] = _without(left[pair], known[pair])
        return {pair: rights for pair, rights in left.items() if rights}


def _without(rights: Sequence[Right], known: Iterable[Right]) -> tuple[Right, ...]:
    held = RightSet(known)
    return tuple(right for right in rights if not held.covers(right))


def _given(grant: Grant, catalog: Catalog) -> tuple[Right, ...]:
    """What a line that has *grant* gives, hidden permissions included; nothing where it is an error."""
    report = Report()
    entry = look_up(grant, str(grant), _PLACE, catalog, report)
    if entry is None:
        return ()
    rights: dict[Right, Origin] = {}
    bring([entry], rights, catalog, report)
    hidden = close(rights, catalog, report, entry.text, _PLACE)
    return () if report.failed else (*rights, *hidden)
