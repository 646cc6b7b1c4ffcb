"""Extents: how much of one permission somebody holds, and how it is written."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal, get_args

from rolegate.catalog.model import Permission
from rolegate.compiled.names import ALL
from rolegate.encoding import readable
from rolegate.review.cells import UNNAMED, Cell, Cells
from rolegate.review.paired_permissions import PairedPermission

ChangeSeverity = Literal["narrowed", "loss", "gain", "sensitive", "rule"]
"""What a change asks of a reviewer, the least first.

`sensitive` is a gain of what the older catalog calls sensitive; `rule` changes what is called so.
"""
SEVERITIES: tuple[ChangeSeverity, ...] = get_args(ChangeSeverity)


def most_severe(found: Iterable[ChangeSeverity]) -> ChangeSeverity:
    """The severity of several changes together."""
    return max(found, key=SEVERITIES.index)


Verb = Literal["gained", "lost", "widened", "narrowed", "changed"]

Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AccessChange:
    """What happens to the access of somebody to one permission.

    `before` and `after` are the parts of it that are held, each as a grant ends: `@team`, `[Default]`,
    `[* but Default]`, empty for all of a permission without limits; nothing where nothing is held.
    The permission is `sensitive` if the older catalog says so. Where both sides call it alike and it is not
    the same, because a scope is around or within another one now, `scopes` are what is in it on either side
    alone.
    """

    permission: PairedPermission
    verb: Verb
    before: tuple[str, ...]
    after: tuple[str, ...]
    sensitive: bool = False
    scopes: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())

    @property
    def told(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """What is held before and after, for people: where that is called alike, with what differs."""
        was, now = (", ".join(f"@{scope}" for scope in scopes) for scopes in self.scopes)
        before = [f"{word} {scopes}" for word, scopes in (("with", was), ("without", now)) if scopes]
        after = [f"{word} {scopes}" for word, scopes in (("with", now), ("without", was)) if scopes]
        return (*self.before, *before), (*self.after, *after)

    def to_dict(self) -> dict[str, Any]:
        """The same as JSON; `was` is the former path of a permission that has another one now.

        An alias that stands for another permission than before has both: what it `was`, and what it `is`.
        """
        old, new = self.permission.paths
        was, now = self.scopes
        return {
            "permission": self.permission.path,
            **({"was": old} if old is not None and new is not None and old != new else {}),
            **({"is": new} if self.permission.is_alias else {}),
            "change": self.verb,
            "severity": self.severity,
            "before": list(self.before),
            "after": list(self.after),
            **({"scopes": {"before": list(was), "after": list(now)}} if was or now else {}),
        }

    @property
    def gains(self) -> bool:
        """Whether something is allowed that was not."""
        return self.verb in ("gained", "widened", "changed")

    @property
    def loses(self) -> bool:
        """Whether something is no longer allowed."""
        return self.verb in ("lost", "narrowed", "changed")

    @property
    def severity(self) -> ChangeSeverity:
        """How much the change asks of a reviewer."""
        if self.gains:
            return "sensitive" if self.sensitive else "gain"
        return "loss" if self.verb == "lost" else "narrowed"


def access_change(
    cells: Cells,
    pair: PairedPermission,
    before: frozenset[Cell],
    after: frozenset[Cell],
    *,
    sensitive: bool = False,
) -> AccessChange:
    """The change of one permission from the cells held *before* to those held *after*."""
    if not before:
        verb: Verb = "gained"
    elif not after:
        verb = "lost"
    else:
        verb = "widened" if before < after else "narrowed" if after < before else "changed"
    paths = {cell.on for cell in cells.of_permission(pair)}
    was, now = extent(pair.old, before, paths, pair.scope_names), extent(pair.new, after, paths)
    scopes = (_scopes(pair, before - after), _scopes(pair, after - before)) if was == now else ((), ())
    return AccessChange(pair, verb, was, now, sensitive, scopes)


def _scopes(pair: PairedPermission, cells: Collection[Cell]) -> tuple[str, ...]:
    """The scopes of some cells, the broadest first."""
    found = {cell.scope for cell in cells}
    return tuple(scope for scope in pair.scopes if scope in found)


def extent(
    permission: Permission | None,
    held: Iterable[Cell],
    paths: Collection[Path],
    names: Mapping[str, str] = MappingProxyType({}),
) -> tuple[str, ...]:
    """The parts of *permission* that *held* are, the broadest first; *paths* are all that can be asked.

    *names* has what its scopes are called in cells.
    """
    if permission is None:
        return ()
    found: dict[str, None] = {}
    for limit, here in _by_scope(permission, held, names):
        parts = (f"[{part}]" if part else "" for part in _parts(here, paths, len(permission.chain)))
        found |= dict.fromkeys(f"{part}{limit}" for part in parts)
    return tuple(found)


def untold(permission: Permission, held: Iterable[Cell], paths: Collection[Path]) -> Iterator[str]:
    """What the parts that `extent` gives do not tell: instances with another answer than these have.

    Every instance may be held at once without one of them, such as one that is removed; the rest of these
    texts is for what no policy says.
    """
    depth = len(permission.chain)
    for limit, here in _by_scope(permission, held):
        told = set(_told(here, paths, depth))
        for path in sorted(here ^ told):
            shown = readable("/".join("others" if part == UNNAMED else part for part in path))
            part = shown if len(path) == depth else f"{shown}/{ALL}" if shown else ALL
            yield f"[{part}]{limit} {'at once' if path in here else 'left out'}"


def _by_scope(
    permission: Permission, held: Iterable[Cell], names: Mapping[str, str] = MappingProxyType({})
) -> Iterator[tuple[str, set[Path]]]:
    """Each scope of which there is something to say, as a grant ends, with the instances held there."""
    at: dict[str | None, set[Path]] = {}
    for cell in held:
        at.setdefault(cell.scope, set()).add(cell.on)
    if permission.ladder is None:
        yield "", at.get(None, set())
        return
    for scope, ladder_scope in permission.ladder.scopes.items():
        within = ladder_scope.within
        here = at.get(names.get(scope, scope), set())
        outside = at.get(within if within is None else names.get(within, within), set())
        # What is held at a broader scope is held at this one as well.
        if ladder_scope.within is None or here - outside:
            yield f"@{scope}", here


def _told(held: Collection[Path], paths: Collection[Path], depth: int, at: Path = ()) -> Iterator[Path]:
    """The instances at or below *at* that `_parts` says are held; it has the same steps."""
    if len(at) == depth:
        if at in held:
            yield at
        return
    inner = sorted(path for path in paths if len(path) == len(at) + 1 and path[: len(at)] == at)
    if at in held or (*at, UNNAMED) in held:
        lacking = [path for path in inner if path not in held and path[-1] != UNNAMED]
        yield from (
            path
            for path in paths
            if path[: len(at)] == at
            and (path != at or not lacking)
            and not any(path[: len(gone)] == gone for gone in lacking)
        )
        if at in held and not lacking:
            return
        inner = lacking
    for path in inner:
        yield from _told(held, paths, depth, path)


def _parts(held: Collection[Path], paths: Collection[Path], depth: int, at: Path = ()) -> Iterator[str]:
    """What of the instances at or below *at* is held, each part as it stands between brackets.

    A permission without instances, of a *depth* of 0, has one part, which is empty.
    """
    if len(at) == depth:
        if at in held:
            yield readable("/".join(at))
        return
    inner = sorted(path for path in paths if len(path) == len(at) + 1 and path[: len(at)] == at)
    if at in held or (*at, UNNAMED) in held:
        # Every instance may be held without one of them, such as one that is removed.
        lacking = [path for path in inner if path not in held and path[-1] != UNNAMED]
        star = readable("/".join((*at, ALL)))
        yield f"{star} but {', '.join(map(_in_list, lacking))}" if lacking else star
        if at in held and lacking == []:
            return
        inner = [path for path in inner if path in lacking]
    for path in inner:
        yield from _parts(held, paths, depth, path)


def _in_list(path: Path) -> str:
    """An instance as one of several: a comma in its id does not end it."""
    return readable("/".join(path)).replace(",", "%2C")
