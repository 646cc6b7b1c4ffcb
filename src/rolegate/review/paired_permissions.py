"""The permissions of two catalogs, paired: the same question, put to the one and to the other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from rolegate.catalog.model import Catalog, Permission
from rolegate.diagnostics import quoted


@dataclass(frozen=True, slots=True, eq=False)
class PairedPermission:
    """One permission as the older and the newer catalog have it; None where a catalog does not have it.

    `name` is a text that asks for it on both sides. Where two became one, there is a pair for each text. An
    alias that stands for another permission than before is a pair of its own, beside those of its two
    permissions: what changes is the answer to whoever asks by that text.

    An instance of another kind is another thing, whatever its id. Where the kinds are not those of before,
    there are two pairs: `kinds_of` is the side whose instances it is asked about, and the other side is asked
    about all that includes them, by the outer kinds that both have. A kind under another name is the same.
    """

    name: str
    old: Permission | None
    new: Permission | None
    is_alias: bool = False
    kinds_of: int | None = None
    shared_kinds: int = 0

    @property
    def paths(self) -> tuple[str | None, str | None]:
        """Its path on either side."""
        return (None if self.old is None else self.old.path, None if self.new is None else self.new.path)

    @property
    def path(self) -> str:
        """Its path in the newer catalog, or in the older one if it is gone; an alias is what it is."""
        if self.is_alias:
            return self.name
        return next(path for path in reversed(self.paths) if path is not None)

    @property
    def said(self) -> str:
        """The path in words: an alias says that it is one."""
        return f"alias {quoted(self.name)}" if self.is_alias else self.path

    def side(self, number: int) -> Permission | None:
        """The permission of the older side, 0, or of the newer one, 1."""
        return (self.old, self.new)[number]

    def scope_on(self, number: int, scope: str | None) -> str:
        """The scope at which a side is asked for *scope*: the nearest that includes it and that it has.

        Without a scope, and where the side has none that includes it, that is the broadest.
        """
        permission, other = self.side(number), self.side(1 - number)
        assert permission is not None  # noqa: S101
        names = permission.scope_names
        if scope is None:
            return names[0]
        if self._renamed:
            return self._named_on(number, scope) or names[0]
        if scope in names or other is None or other.ladder is None:
            return scope if scope in names else names[0]
        return next((outer for outer in other.ladder.broader(scope) if outer in names), names[0])

    def on_side(self, number: int, on: tuple[str, ...]) -> tuple[str, ...]:
        """The instance path about which a side is asked for *on*: as much as has the same kinds there."""
        permission = self.side(number)
        assert permission is not None  # noqa: S101
        return on[: len(permission.chain) if self.kinds_of in (None, number) else self.shared_kinds]

    @property
    def _renamed(self) -> bool:
        ladders = [side.ladder for side in (self.old, self.new) if side is not None]
        return all(ladders) and any(ladder is not None and ladder.former for ladder in ladders)

    def _named_on(self, number: int, scope: str) -> str | None:
        """The same where a scope has another name on the other side."""
        here, other, there = self._own_names(number), self.side(1 - number), self._own_names(1 - number)
        if scope in here or other is None or other.ladder is None or scope not in there:
            return here.get(scope)
        said = {own: name for name, own in there.items()}
        outer = (said[name] for name in other.ladder.broader(there[scope]) if name in said)
        return next((here[name] for name in outer if name in here), None)

    def _own_names(self, number: int) -> Mapping[str, str]:
        """What a side calls each scope that cells name."""
        names = self.scope_names
        if not number:
            return {now: was for was, now in names.items()}
        ladder = self.new.ladder if self.new is not None else None
        if ladder is None:
            return {}
        kept = {name: ladder.today(name) for name in names.values() if ladder.has(name)}
        return {**kept, **{name: name for name in ladder.scopes}}

    @property
    def depth(self) -> int:
        """The longest instance path that the permission can be asked about."""
        asked = None if self.kinds_of is None else self.side(self.kinds_of)
        if asked is not None:
            return len(asked.chain)
        return max(len(side.chain) for side in (self.old, self.new) if side is not None)

    @property
    def scopes(self) -> tuple[str, ...]:
        """The scopes that one of the sides has, the broadest of the newer one first, each once."""
        new = self.new.scope_names if self.new is not None and self.new.ladder is not None else ()
        return tuple(dict.fromkeys((*new, *self.scope_names.values())))

    @property
    def scope_names(self) -> Mapping[str, str]:
        """What each scope of the older side is called on the newer one, or on its own if that lacks it.

        A former name of either side pairs what has it on the other side with what was, or is, called so.
        """
        old = self.old.ladder if self.old is not None else None
        new = self.new.ladder if self.new is not None else None
        if old is None:
            return {}
        if new is None or not (old.former or new.former):
            return {scope: scope for scope in old.scopes}
        back = {now: was for was, now in old.former.items() if was in new.scopes and now not in new.scopes}
        found: dict[str, str] = {}
        for scope in old.scopes:
            now = back.get(scope, new.today(scope))
            # Of two that became one, the first is called as that is; the other keeps its name.
            free = now == scope or (now not in old.scopes and now not in found.values())
            found[scope] = now if free else scope
        return found


def paired_permissions(old: Catalog, new: Catalog) -> tuple[PairedPermission, ...]:
    """Every permission of two catalogs, in the order of the newer one; what is gone comes last.

    A former path of the newer catalog pairs what had this path with what has it now. An alias pairs nothing:
    that one permission is the other under a new name is said by `renamed_from` alone.
    """
    found: dict[tuple[str | None, str | None], PairedPermission] = {}
    for text in _texts(old, new):
        pair = PairedPermission(text, _permission(old, text), _permission(new, text))
        found.setdefault(pair.paths, pair)
    aliases = [pair for pair in _aliases(old, new) if pair.paths not in found]
    whole = [paths for paths in found if None not in paths]
    paired = ({before for before, _ in whole}, {after for _, after in whole})
    # What one side does not have under one text, it may have under another.
    kept = [
        pair
        for (before, after), pair in found.items()
        if (before is not None and after is not None)
        or (before is not None and before not in paired[0])
        or (after is not None and after not in paired[1])
    ]
    kinds = _renamed_kinds(old, new)
    kept = [part for pair in (*kept, *aliases) for part in _by_kinds(pair, kinds)]
    order = {permission.path: number for number, permission in enumerate(new.permissions)}
    kept.sort(key=lambda pair: len(order) if pair.new is None else order[pair.new.path])
    return tuple(kept)


def _renamed_kinds(old: Catalog, new: Catalog) -> dict[str, str]:
    """What kinds of the older side are called now, by a former name of either side."""
    back = {was: now for now, was in old.former.of("resource").items()}
    pairs = {**back, **new.former.of("resource")}.items()
    return {
        was: now for was, now in pairs if now not in old.resources and was not in new.resources
    }  # of two kinds that became one, nobody knows whose instance an id is


def _by_kinds(pair: PairedPermission, renamed: Mapping[str, str]) -> tuple[PairedPermission, ...]:
    """*pair*, or two, where the sides have instances of different kinds, some of which are *renamed*."""
    if pair.old is None or pair.new is None:
        return (pair,)
    before, after = tuple(renamed.get(kind, kind) for kind in pair.old.chain), pair.new.chain
    shared = _shared(before, after)
    if shared == min(len(before), len(after)):
        return (pair,)
    return tuple(replace(pair, kinds_of=side, shared_kinds=shared) for side in (0, 1))


def _shared(one: Sequence[str], other: Sequence[str]) -> int:
    """How many kinds two chains have in common, from the first on."""
    longest = min(len(one), len(other))
    return next((at for at in range(longest) if one[at] != other[at]), longest)


def own_permissions(catalog: Catalog) -> tuple[PairedPermission, ...]:
    """Every permission of one catalog, paired with itself, for questions about one policy alone."""
    return tuple(
        PairedPermission(permission.path, permission, permission) for permission in catalog.permissions
    )


def _texts(old: Catalog, new: Catalog) -> Iterator[str]:
    """Every text that may be asked; where several ask the same, the first of them names it.

    A path of the newer catalog comes before a former one.
    """
    for catalog in (new, old):
        yield from (permission.path for permission in catalog.permissions)
    for catalog in (new, old):
        yield from (text for text, _ in catalog.texts if text not in catalog.aliases)


def _aliases(old: Catalog, new: Catalog) -> Iterator[PairedPermission]:
    """Each text that is an alias on one side, and asks for a permission on both."""
    for text in dict.fromkeys((*new.aliases, *old.aliases)):
        before, after = _permission(old, text), _permission(new, text)
        is_path = any(catalog.nodes.get(text) is not None for catalog in (old, new))
        if before is not None and after is not None and not is_path:
            yield PairedPermission(text, before, after, is_alias=True)


def _permission(catalog: Catalog, text: str) -> Permission | None:
    node = catalog.find(text)
    return node if isinstance(node, Permission) else None
