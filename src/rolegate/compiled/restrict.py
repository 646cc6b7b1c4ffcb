"""What a restriction takes: what it names, everything broader, and what requires it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from rolegate.catalog.dependency_entries import Dependency
from rolegate.catalog.model import Catalog, Permission
from rolegate.compiled.names import ALL, EVERY, NONE, asked_object, every_below
from rolegate.diagnostics import Report, Span
from rolegate.grants.rights import Need, Right, covers, need, patterns, project
from rolegate.grants.takes import Take

_FOLLOW, _LOOK = 9, 6
"""Steps to follow one dependency, and to look at one right that may be left."""
Denied = dict[Right, Right | None]
"""Denied rights; the value is the right whose loss takes this one along, None where this one is named."""


def named(takes: Iterable[Take]) -> Denied:
    """The rights that *takes* deny, at broader scopes as well."""
    denied: Denied = {}
    for take in takes:
        obj = take.obj or (ALL if take.permission.chain else NONE)
        for scope in take.scopes:
            denied[Right(take.permission.path, obj, scope)] = None
    return denied


@dataclass(frozen=True, slots=True)
class Cost:
    """Counts the steps that the restrictions on one subject take, and the lines that they bring."""

    report: Report
    what: str
    at: Span

    def steps(self, number: int) -> None:
        self.report.steps(number, self.what, self.at)

    def lines(self, number: int) -> None:
        self.report.lines(number, self.what, self.at)


def take_along(denied: Denied, catalog: Catalog, cost: Cost, fresh: Iterable[Right] | None = None) -> None:
    """Add to *denied* all that requires something denied, until nothing is left to add.

    With *fresh*, only what follows from these rights is looked for.
    """
    waiting = list(denied if fresh is None else fresh)
    by_path = _by_path(denied)
    while waiting:
        lost = waiting.pop()
        needing = catalog.requiring(lost.path, lost.obj)
        cost.steps(len(needing))
        target = catalog.permission(lost.path)
        for path, entry in needing:
            if (path, "-", "-") in denied:
                continue
            owner = catalog.permission(path)
            cost.steps(_FOLLOW + (owner.width + 3 * target.width if owner.ladder is not target.ladder else 0))
            for right in _follows(lost, owner, target, entry, denied):
                if right in denied:
                    continue
                cost.lines(1)
                denied[right] = lost
                waiting.append(right)
                known = by_path.setdefault(path, [])
                if right.obj.endswith(ALL):  # it may complete what is denied of narrower ones
                    cost.steps(len(known))
                    waiting += [
                        other for other in known if other.obj != right.obj and covers(right.obj, other.obj)
                    ]
                known.append(right)


def _by_path(rights: Iterable[Right]) -> dict[str, list[Right]]:
    found: dict[str, list[Right]] = {}
    for right in rights:
        found.setdefault(right.path, []).append(right)
    return found


def _follows(
    lost: Right, owner: Permission, target: Permission, entry: Dependency, denied: Denied
) -> Iterable[Right]:
    obj = _obj(lost, owner, target, entry)
    if obj is None:
        return ()
    return [Right(owner.path, obj, scope) for scope in _scopes(lost, owner, target, entry, denied)]


def _scopes(
    lost: Right, owner: Permission, target: Permission, entry: Dependency, denied: Denied
) -> tuple[str, ...]:
    if entry.scope is not None:
        return owner.scope_names if entry.scope == lost.scope else ()
    if target.ladder is None:
        return owner.scope_names
    if target.ladder is owner.ladder:
        return (lost.scope,)
    # Any scope serves: only when each of them is denied is nothing left, whatever the subject holds.
    gone = all(
        any(Right(lost.path, obj, scope) in denied for obj in patterns(lost.obj))
        for scope in target.ladder.scopes
    )
    return owner.scope_names if gone else ()


def _obj(lost: Right, owner: Permission, target: Permission, entry: Dependency) -> str | None:
    everything = ALL if owner.chain else NONE
    if entry.instance is not None:
        return everything if covers(entry.instance, lost.obj) or covers(lost.obj, entry.instance) else None
    if not target.chain or lost.obj == ALL:
        return everything
    return _project(lost.obj, target.chain, owner.chain) if owner.chain else None


def _project(obj: str, chain: tuple[str, ...], onto: tuple[str, ...]) -> str | None:
    """As `project`; a question about everything below stays one."""
    found = project(obj, chain, onto)
    return found[:-2] if found is not None and found.endswith(f"{EVERY}/{ALL}") else found


def left_without(
    held: Mapping[str, Sequence[Right]], denied: Denied, paths: Iterable[str], catalog: Catalog, cost: Cost
) -> Denied:
    """What a holder of *held* loses where any scope or instance would serve and none of them is left.

    *held* has rights by path; *paths* are those of which more is denied than before. Each right is looked
    at as a whole, and again at each denied instance inside it.
    """
    found: Denied = {}
    cost.steps(2 * len(denied))
    lost = _by_path(denied)
    owners = dict.fromkeys(path for target in paths for path, _ in catalog.required_by.get(target, ()))
    for path in owners:
        owner = catalog.permission(path)
        for right in held.get(path, ()):
            for entry in owner.requires:
                gone = lost.get(entry.path, [])
                cost.steps(_LOOK * (1 + len(gone)) if owner.chain else _LOOK)
                for part in _parts(right, owner, catalog.permission(entry.path), gone):
                    wanted = need(catalog, part, entry)
                    if wanted.obj is not None and wanted.scope is not None:
                        continue
                    cost.steps(_LOOK)
                    # A star is lost only as a whole here; its denied parts are looked at one by one.
                    # What the entry itself names is the same for every part, and needed whole.
                    star = part.obj.endswith(ALL) and entry.instance is None
                    whole = wanted.obj is None or star
                    others = held.get(entry.path, ())
                    obj = part.obj
                    if _is_left(wanted, others, denied, gone, whole, cost):
                        cost.steps(len(lost.get(path, ())) if star else 0)
                        if not star or wanted.obj is None or _reached(lost.get(path, ()), part):
                            continue
                        # Each instance has one that serves. All at once need one that has them all.
                        if _is_left(wanted, others, denied, gone, False, cost):
                            continue
                        obj = asked_object(part.obj)
                    scopes = owner.ladder.broader(part.scope) if owner.ladder else (NONE,)
                    why = next(iter(gone), None)
                    found.update({Right(path, obj, scope): why for scope in scopes})
    return {right: why for right, why in found.items() if right not in denied}


def _reached(denied: Iterable[Right], right: Right) -> bool:
    """Whether one of *denied*, rights on the permission of *right*, is a part of it."""
    return any(lost.scope == right.scope and covers(right.obj, lost.obj) for lost in denied)


def _is_left(
    wanted: Need, held: Sequence[Right], denied: Denied, lost: Sequence[Right], whole: bool, cost: Cost
) -> bool:
    """Whether one of *held* meets *wanted*, and no denial reaches it."""
    for other in held:
        cost.steps(_LOOK + (0 if whole else len(lost)))
        if wanted.met_by(other) and not _is_denied(
            other._replace(obj=wanted.obj or other.obj), denied, lost, whole
        ):
            return True
    return False


def _parts(right: Right, owner: Permission, target: Permission, lost: Iterable[Right]) -> Iterator[Right]:
    yield right
    if not owner.chain:
        return
    objs = dict.fromkeys(gone.obj for gone in lost if gone.obj not in (ALL, NONE))
    for obj in dict.fromkeys(_project(obj, target.chain, owner.chain) for obj in objs):
        if obj is not None and obj != right.obj and covers(right.obj, obj):
            yield right._replace(obj=obj)


def _is_denied(right: Right, denied: Denied, lost: Iterable[Right], whole: bool) -> bool:
    """Whether *right* is denied; unless *whole*, it is enough that a part of it, one of *lost*, is denied."""
    if any(right._replace(obj=obj) in denied for obj in patterns(right.obj)):
        return True
    return not whole and any(d.scope == right.scope and covers(right.obj, d.obj) for d in lost)


def blocked_objects(obj: str) -> Iterator[str]:
    """The object columns that deny *obj*: its own, and those of the questions about everything above it."""
    yield obj
    if obj not in (NONE, ALL):
        parts = obj.split("/")[:-1]
        for depth in range(len(parts) + 1):
            above = every_below("/".join(parts[:depth]))
            if not covers(obj, above):
                yield above
