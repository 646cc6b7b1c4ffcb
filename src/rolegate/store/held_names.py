"""Names that run time has for something of its own: files do not come to say something else by them.

INVARIANT: no line of run time comes to mean another role, team or domain because files take a name, also as a
former or a removed one. What lines say stays as it is, so the files are refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from rolegate.administration.tenant_documents import listed
from rolegate.catalog.former_names import FormerNames
from rolegate.diagnostics import short
from rolegate.encoding import encode
from rolegate.store.item import Identity, Item
from rolegate.store.item_words import item_words, place_words

_NAMED = ("domain", "role", "team")


@dataclass(frozen=True, slots=True)
class HeldName:
    """An `item` of run time, and the `other` one that has a name of it as well; None for a removed name."""

    item: Item
    name: str
    other: Item | None = None
    has: str = "has"
    """What the other one does with the name."""

    @property
    def about(self) -> tuple[Identity, str, Identity | None]:
        """What tells it from all others."""
        return (self.item.identity, self.name, None if self.other is None else self.other.identity)

    @property
    def what(self) -> str:
        """Why the files are refused."""
        own = f"{_words(self.item)} was made at run time"
        if self.other is None:
            return f"{own}, and the files say that `{short(self.name)}` was removed"
        if self.other.identity == self.item.identity:
            return f"{own}, and the files have one as well"
        whose = " of the files" if self.other.owner == "files" else ""
        return f"{own}, and {_words(self.other)}{whose} {self.has} the name `{short(self.name)}` as well"

    @property
    def help(self) -> str:
        """What to do about it."""
        if self.other is None:
            return "take the name out of `removed_names`"
        if self.other.owner != "files":
            return "let the files keep their domains apart, or rename one of the two before"
        if self.has == "had":
            return "take the name out of `renamed_from`, or let files own both before: `rolegate store adopt`"
        if self.other.identity != self.item.identity:
            return "give it another name in the files"
        return "take it out of the files, or let files own it: `rolegate store adopt`"


@dataclass(frozen=True, slots=True)
class _Claim:
    """That an item has, had or replaces a name in its domain and in those inside; none for removed names."""

    item: Item | None
    home: str
    has: str = "has"


@dataclass(slots=True)
class _Places:
    """Where domains lie, under their names of today; NO_DOMAIN is around all."""

    within: dict[str, str] = field(default_factory=dict)
    today: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, domains: Iterable[Item]) -> _Places:
        made = cls()
        for item in domains:
            name = str(item.document["domain"])
            made.within[name] = str(item.document.get("within") or "")
            made.today |= dict.fromkeys(listed(item.document.get("renamed_from")), name)
        return made

    def home(self, name: object) -> str:
        found = str(name or "")
        return found if found in self.within else self.today.get(found, found)

    def outward(self, home: str) -> tuple[str, ...]:
        found = [home]
        while found[-1] and (outer := self.home(self.within.get(found[-1]))) not in found:
            found.append(outer)
        return (*found,) if found[-1] == "" else (*found, "")


def held_names(wanted: Iterable[Item], stored: Iterable[Item], former: FormerNames) -> Iterator[HeldName]:
    """The names of run time in *stored* that what is *wanted* of files has as well, or that it removed."""
    named = [item for item in stored if item.kind in _NAMED]
    theirs = {item.identity: item for item in named if item.owner != "files"}
    before = {item.identity for item in named}
    new = [item for item in wanted if item.kind in _NAMED]
    yield from (HeldName(theirs[one.identity], _name(one), one) for one in new if one.identity in theirs)
    items = [*theirs.values(), *(item for item in new if item.identity not in theirs)]
    places = _Places.of(item for item in items if item.kind == "domain")
    claims: dict[tuple[str, str], dict[str, list[_Claim]]] = {}
    for item in items:
        for about, claim in _claims(item, places):
            claims.setdefault(about, {}).setdefault(claim.home, []).append(claim)
    for kind in ("role", "domain"):
        for name in former.gone(kind):
            claims.setdefault((kind, name), {}).setdefault("", []).append(_Claim(None, ""))
    yield from _in_former_domains(stored, items, places)
    for (kind, name), homes in claims.items():
        for inner, outer in _meeting(homes, places, nested=kind != "version"):
            found = _held(name, inner, outer)
            if found is not None and (kind != "team" or _is_new_inside(inner, before)):
                yield found


def _in_former_domains(stored: Iterable[Item], named: Iterable[Item], places: _Places) -> Iterator[HeldName]:
    """The first thing of run time in each domain that files call something else: it says the former name."""
    found: dict[str, Item] = {}
    former = {encode(name): name for name in places.today if name not in places.within}
    for item in stored if former else ():
        if item.owner != "files" and item.domain in former:
            found.setdefault(former[item.domain], item)
    domains = {_name(item): item for item in named if item.kind == "domain"}
    for name, item in found.items():
        yield HeldName(item, name, domains[places.today[name]], "had")


def _claims(item: Item, places: _Places) -> Iterator[tuple[tuple[str, str], _Claim]]:
    said, home = item.document, ""
    if item.kind != "domain":
        home = places.home(said.get("domain"))
    yield (item.kind, _name(item)), _Claim(item, home)
    for former in listed(said.get("renamed_from")):
        yield (item.kind, former), _Claim(item, home, "had")
    if said.get("replaces"):
        yield ("version", str(said["replaces"])), _Claim(item, home, "replaces")


def _meeting(
    homes: Mapping[str, list[_Claim]], places: _Places, *, nested: bool
) -> Iterator[tuple[_Claim, _Claim]]:
    """Two claims that are seen from one domain, the inner one first."""
    for home, here in homes.items():
        for at, one in enumerate(here):
            yield from ((one, other) for other in here[at + 1 :])
            for outer in places.outward(home)[1:] if nested and home else ():
                yield from ((one, other) for other in homes.get(outer, ()))


def _held(name: str, one: _Claim, other: _Claim) -> HeldName | None:
    """One of two claims is run time's, and the other is of something else."""
    if one.item is None or one.item.owner == "files":
        one, other = other, one
    if one.item is None or one.item.owner == "files":
        return None
    if other.item is not None and other.item.identity == one.item.identity:
        return None
    return HeldName(one.item, name, other.item, other.has)


def _is_new_inside(inner: _Claim, before: set[Identity]) -> bool:
    """Whether files bring a team into a domain; one of a name that is around it is no fault of run time's."""
    item = inner.item
    return item is not None and item.owner == "files" and item.identity not in before


def _name(item: Item) -> str:
    return str(item.document[item.kind])


def _words(item: Item) -> str:
    return f"{item_words(item)}{place_words(item)}"
