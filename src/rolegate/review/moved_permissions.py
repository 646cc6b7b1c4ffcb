"""How the catalogs of two sides differ about one permission: why a star or a scope no longer reaches it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, KeysView, Mapping, Sequence

from rolegate.catalog.model import Catalog, Permission
from rolegate.diagnostics import Span
from rolegate.review.paired_permissions import PairedPermission

Said = tuple[int, str, Span]
"""The side, 0 or 1, and what the catalog of that side says, where."""

_FLAGS = {"deprecated": "deprecated", "hidden": "hidden", "by_name": "granted by name only"}


def moved(pair: PairedPermission, old: Catalog, new: Catalog) -> Iterator[Said]:
    """What differs about a permission between two catalogs, in words."""
    before, after = pair.old, pair.new
    if before is None or after is None:
        yield from _new_or_gone(pair)
        return
    path = f"permission `{after.path}`"
    if pair.is_alias:
        yield 1, f"{pair.said} asks for `{after.path}`; before, for `{before.path}`", after.span
        return
    yield from _reached(before, after)
    for key in ("requires", "implies"):
        named = [_texts((e.path, e.text) for e in getattr(side, key)) for side in (before, after)]
        for name in sorted(named[1].keys() - named[0].keys()):
            yield 1, f"{path} {key} `{name}` now", after.span
        for name in sorted(named[0].keys() - named[1].keys()):
            yield 1, f"{path} no longer {key} `{name}`", after.span
        for now, was in _otherwise(named).values():
            yield 1, f"{path} {key} {now}; before, {was}", after.span
    impliers = [_impliers(before, old), _impliers(after, new)]
    for name in sorted(impliers[1].keys() - impliers[0].keys()):
        yield 1, f"`{name}` implies `{after.path}` now", new.permission(name).span
    for name in sorted(impliers[0].keys() - impliers[1].keys()):
        yield 0, f"`{name}` no longer implies `{after.path}`", old.permission(name).span
    for name, (now, was) in _otherwise(impliers).items():
        yield 1, f"`{name}` implies {now}; before, {was}", new.permission(name).span
    for name in sorted(_implying(before.path, old) & _implying(after.path, new)):
        yield from _reached(old.permission(name), new.permission(name))


def reached_otherwise(pair: PairedPermission) -> bool:
    """Whether stars take a permission in on one side and not on the other, or may do so."""
    before, after = pair.old, pair.new
    if before is None or after is None or before.path != after.path:
        return True
    return any(getattr(before, flag) != getattr(after, flag) for flag in _FLAGS)


def _reached(before: Permission, after: Permission) -> Iterator[Said]:
    """What differs of how grants and stars reach a permission."""
    path = f"permission `{after.path}`"
    if before.path != after.path:
        yield 1, f"{path} was `{before.path}` before", after.span
    for flag, words in _FLAGS.items():
        was, now = getattr(before, flag), getattr(after, flag)
        if was != now:
            yield 1, f"{path} is {'now' if now else 'no longer'} {words}", after.span
    if before.availability != after.availability:
        yield 1, f"{path} needs another plan, add-on or kind of domain than before", after.span
    if before.scope_names != after.scope_names or _shape(before) != _shape(after):
        yield 1, f"{path} has the scopes {_scopes(after)}; before, {_scopes(before)}", after.span
    if before.chain != after.chain:
        yield 1, f"{path} is {_per(after)}; before, {_per(before)}", after.span


def _implying(path: str, catalog: Catalog) -> KeysView[str]:
    """Each permission that implies the one of *path*, by way of others as well."""
    naming, found = catalog.naming("implies"), dict[str, None]()
    waiting = [path]
    for name in waiting:
        further = [above for above, _ in naming.get(name, ()) if above not in found]
        found |= dict.fromkeys(further)
        waiting += further
    return found.keys()


def _impliers(permission: Permission, catalog: Catalog) -> dict[str, set[str]]:
    """What implies *permission*, with the entries that lead there, by way of hidden ones as well."""
    direct = ((path, e.text) for path, e in catalog.naming("implies").get(permission.path, ()))
    found = catalog.impliers.get(permission.path, ())
    through = ((one.path, " and ".join(e.text for e in one.entries)) for one in found)
    return _texts((*direct, *through))


def _texts(entries: Iterable[tuple[str, str]]) -> dict[str, set[str]]:
    """The texts of entries by the permission that each is about."""
    found: dict[str, set[str]] = {}
    for name, text in entries:
        found.setdefault(name, set()).add(text)
    return found


def _otherwise(sides: Sequence[Mapping[str, set[str]]]) -> dict[str, tuple[str, str]]:
    """What both sides have with other texts: those of now and those of before."""
    both = sorted(name for name in sides[0].keys() & sides[1].keys() if sides[0][name] != sides[1][name])
    said = {name: [", ".join(f"`{text}`" for text in sorted(side[name])) for side in sides] for name in both}
    return {name: (now, was) for name, (was, now) in said.items()}


def _new_or_gone(pair: PairedPermission) -> Iterator[Said]:
    if pair.new is not None:
        yield 1, f"permission `{pair.new.path}` is new", pair.new.span
    elif pair.old is not None:
        yield 0, f"permission `{pair.old.path}`, which is gone", pair.old.span


def _shape(permission: Permission) -> dict[str, str | None]:
    if permission.ladder is None:
        return {}
    return {name: scope.within for name, scope in permission.ladder.scopes.items()}


def _scopes(permission: Permission) -> str:
    if permission.ladder is None:
        return "none"
    return " > ".join(f"`{name}`" for name in permission.scope_names)


def _per(permission: Permission) -> str:
    return f"held per `{'/'.join(permission.chain)}`" if permission.chain else "not held per instance"
