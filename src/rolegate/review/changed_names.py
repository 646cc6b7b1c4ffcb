"""Former and removed names that a change makes to mean another thing: whatever still uses one means that."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from rolegate.catalog.former_names import Noun
from rolegate.catalog.model import Catalog
from rolegate.catalog.removed_names import RemovedName, RemovedWord
from rolegate.grants.resolve import Resolved
from rolegate.grants.roles import RoleKey
from rolegate.review.owned_names import in_quotes
from rolegate.review.paired_names import renamed_domains, renamed_roles
from rolegate.review.paired_permissions import paired_permissions

_NOUNS: tuple[Noun, ...] = ("plan", "add-on", "kind of domain", "ladder of scopes", "resource")


@dataclass(frozen=True, slots=True)
class ChangedName:
    """A name that is not in use any more, and what it means `now`; `was` is empty if it meant nothing.

    It is a former one, or one that was removed.
    """

    noun: str
    name: str
    now: str
    was: str
    removed: bool = False
    where: str = ""

    @property
    def rule(self) -> str:
        """The line of the gate, as an approval names it."""
        named = f"{self.noun} {in_quotes(self.name)}{f' of {in_quotes(self.where)}' if self.where else ''}"
        return f"{'removed' if self.removed else 'former'} {named}: {self._word} {in_quotes(self.now)}"

    @property
    def _word(self) -> str:
        return "becomes" if self.removed else "now"

    def __str__(self) -> str:
        where = f" of {self.where}" if self.where else ""
        if self.removed and self.was == self.name:
            return f"the {self.noun} `{self.name}`{where} is removed, and has become `{self.now}`"
        before = f"`{self.was}`" if self.was else "nothing"
        return f"the {self.noun} `{self.name}`{where} means `{self.now}` now; before, {before}"


@dataclass(frozen=True, slots=True)
class _Family:
    """The names of one kind on either side, first the older one.

    `today` has what each name of the older side is called now, where that is another one. `declared` are the
    names of the older side that are in use there.
    """

    noun: str
    former: tuple[Mapping[str, str], Mapping[str, str]]
    removed: tuple[Mapping[str, RemovedWord], Mapping[str, RemovedWord]]
    today: Mapping[str, str]
    declared: Collection[str]
    around: str = ""
    where: str = ""
    compared: bool = False
    """Whether what one of these gives is compared with what it gives under the name of today."""

    def changed(self) -> Iterator[ChangedName]:
        """Those that mean another thing; one in use that only has another name now is as it was."""
        before, after = (self._meanings(side) for side in (0, 1))
        today = Counter(map(self._now, self.declared))
        for name, now in after.items():
            removed = name in self.removed[1]
            if now is None or (name in self.removed[0] and not removed):
                continue  # it means nothing, or is told as one that is given up
            if name in self.declared and not removed and (self.compared or today[now] < 2):
                continue  # it has another name, or is compared as a part of access
            was = name if name in self.declared else before.get(name)
            if was is None and name not in before and (removed or now not in today):
                continue  # it never meant anything, or what it means is new itself
            if was is None or was == name or self._now(was) != now:
                yield ChangedName(self.noun, f"{self.around}{name}", now, was or "", removed, self.where)

    def _meanings(self, side: int) -> dict[str, str | None]:
        former = self.former[side]
        gone = {
            name: None if word.becomes is None else former.get(word.becomes, str(word.becomes))
            for name, word in self.removed[side].items()
        }
        return {**gone, **former}

    def _now(self, name: str) -> str:
        return self.today.get(name, name)


def changed_names(old: Resolved, new: Resolved) -> Iterator[ChangedName]:
    """The former and removed names that *new* makes to mean another thing than *old* does.

    And those that mean something of *old* now, and meant nothing before. What has another name now is the
    same thing.
    """
    for family in (*_roles(old, new), _domains(old, new), *_of_catalogs(old.catalog, new.catalog)):
        yield from family.changed()
    yield from _paths(old.catalog, new.catalog)


def _roles(old: Resolved, new: Resolved) -> Iterator[_Family]:
    """Those of each domain, and the default ones."""
    back = {now: was for was, now in renamed_domains(old, new).items()}
    before, after = (_by_domain(side.roles.former) for side in (old, new))
    renamed = _by_domain(renamed_roles(old, new))
    for now in dict.fromkeys((None, *after)):
        was = None if now is None else back.get(now, now)
        former = before.get(was, {}), after.get(now, {})
        removed = _removed_roles(old, now), _removed_roles(new, now)
        yield _Family(
            "role",
            former,
            removed,
            renamed.get(was, {}),
            old.roles.names(was),
            where=now or "",
            compared=True,
        )


def _by_domain(names: Mapping[RoleKey, RoleKey]) -> dict[str | None, dict[str, str]]:
    found: dict[str | None, dict[str, str]] = {}
    for (domain, was), (_, now) in names.items():
        found.setdefault(domain, {})[was] = now
    return found


def _removed_roles(side: Resolved, domain: str | None) -> Mapping[str, RemovedWord]:
    return side.catalog.former.gone("role") if domain is None else {}


def _domains(old: Resolved, new: Resolved) -> _Family:
    gone = (old.catalog.former.gone("domain"), new.catalog.former.gone("domain"))
    former = (old.domains.former, new.domains.former)
    return _Family("domain", former, gone, renamed_domains(old, new), old.domains.by_name, compared=True)


def _of_catalogs(old: Catalog, new: Catalog) -> Iterator[_Family]:
    for noun in _NOUNS:
        former = (old.former.of(noun), new.former.of(noun))
        gone = (old.former.gone(noun), new.former.gone(noun))
        names = _declared(old, noun), _declared(new, noun)
        yield _Family(noun, former, gone, _today(former, names), names[0])
    ladders = _today(
        (old.former.of("ladder of scopes"), new.former.of("ladder of scopes")), (old.ladders, new.ladders)
    )
    for was in old.ladders.values():
        now = new.ladders.get(ladders.get(was.name, was.name))
        if now is not None:
            former = was.former, now.former
            today = _today(former, (was.scopes, now.scopes))
            yield _Family("scope", former, (was.removed, now.removed), today, was.scopes, f"{now.name}.")


def _declared(catalog: Catalog, noun: Noun) -> Collection[str]:
    known: dict[Noun, Collection[str]] = {
        "plan": catalog.plans,
        "add-on": catalog.addons,
        "kind of domain": catalog.domain_kinds,
        "ladder of scopes": catalog.ladders,
        "resource": catalog.resources,
    }
    return known[noun]


def _today(
    former: tuple[Mapping[str, str], Mapping[str, str]], names: tuple[Collection[str], Collection[str]]
) -> dict[str, str]:
    """What each name of the older side is called now; one may have its former name again."""
    back = {now: was for was, now in former[0].items() if now not in names[1] and was in names[1]}
    return back | {was: now for was, now in former[1].items() if was in names[0]}


def _paths(old: Catalog, new: Catalog) -> Iterator[ChangedName]:
    """Removed paths that become other grants than what they were, in the names of today."""
    for path, gone in new.removed.items():
        node, before = old.find(path), old.removed.get(path)
        now = _grants_today(gone, new)
        if before is not None:
            was = _grants_today(before, new)
        elif node is not None:
            was = path if node.path == path else _path_today(node.path, new)
        else:
            continue  # it never meant anything
        if now and was != now:
            yield ChangedName("path", path, now, was, removed=True)


def _grants_today(gone: RemovedName, new: Catalog) -> str:
    return ", ".join(sorted({_path_today(text, new) for _, text, _ in gone.becomes}))


def paths_of_nothing(old: Catalog, new: Catalog) -> Iterator[ChangedName]:
    """Former paths that *old* does not know, of what it has: whoever still asks by one is let in.

    An alias is one as well where *old* has the group in which a permission of that path would be.
    """
    pairs = (pair for pair in paired_permissions(old, new) if pair.old is not None)
    known = {pair.paths[1] for pair in pairs}
    aliases = ((text, path) for text, path in new.aliases.items() if old.find(text.rpartition(".")[0]))
    for text, path in (*new.renamed.items(), *aliases):
        permissions = [one.path for one in new.below(path)] or [path]
        if old.find(text) is None and not known.isdisjoint(permissions):
            yield ChangedName("path", text, path, "")


def _path_today(text: str, new: Catalog) -> str:
    path = re.split(r"[@\[]", text, maxsplit=1)[0]
    node = new.find(path)
    return text if node is None else f"{node.path}{text[len(path) :]}"
