"""Lines of a source as grants: what each of them covers of the catalog that is made for all of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from rolegate.diagnostics import quoted
from rolegate.encoding import MAX_COLUMN, encode
from rolegate.importing import problems
from rolegate.importing.casbin_lines import CasbinLine, casbin_functions
from rolegate.importing.casbin_matcher import ColumnTest
from rolegate.importing.given_names import names_for
from rolegate.importing.object_places import NO_OBJECT, ObjectPlace, ObjectPlaces, places_of
from rolegate.importing.object_templates import (
    Ids,
    ObjectTemplate,
    cover,
    is_pattern,
    matches_all,
    template_of,
)
from rolegate.importing.source_names import SourceNames

_WORD = re.compile(r"[\w:. -]+").fullmatch


class CoveredPart(NamedTuple):
    """What a grant is about: a place, an action and ids; None stands for all of them."""

    place: ObjectPlace | None
    action: str | None
    ids: Ids = ()

    def covers(self, other: CoveredPart) -> bool:
        """Whether this is *other* and perhaps more."""
        if self.place is None:
            return self.action is None or self.action == other.action
        return (
            self.place == other.place
            and self.action in (None, other.action)
            and all(one in (None, its) for one, its in zip(self.ids, other.ids, strict=True))
        )


EVERYTHING = CoveredPart(None, None)


@dataclass(frozen=True, slots=True)
class ImportChoices:
    """What an application asks about beside what the lines name, and the names that somebody chose."""

    objects: tuple[str, ...] = ()
    actions: tuple[str, ...] = ()
    kinds: tuple[ObjectTemplate, ...] = ()
    chosen: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class LineGrants:
    """The catalog of a source, and what its lines cover of it."""

    names: SourceNames
    asked: ImportChoices
    functions: Mapping[str, Callable[..., bool]] = field(init=False)
    places: ObjectPlaces = field(init=False)
    actions: dict[str, str] = field(init=False, default_factory=dict)
    cells: dict[ObjectPlace, set[str]] = field(init=False, default_factory=dict)
    widened: set[tuple[str, str]] = field(init=False, default_factory=set)
    """The groups of which a restriction takes all, since no grant says what it was about."""
    _domains: dict[str, tuple[str | None, ...]] = field(init=False, default_factory=dict)
    _named: dict[str, tuple[tuple[str, ...], bool]] = field(init=False, default_factory=dict)
    _objects: dict[
        tuple[str, str | None], tuple[frozenset[tuple[ObjectPlace, Ids]], tuple[ObjectPlace, ...]]
    ] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.functions = casbin_functions()
        self.places = self._all_places()
        texts = set(self.asked.actions)
        for line in self.names.lines:
            value = self.names.column("action", line) if line.section == "p" else None
            if value is not None:
                texts |= self._named_actions(value)
        if "action" in self.names.terms.parts:
            if not texts:
                raise problems.refused(
                    self.names.model.span,
                    "no line names an action, only patterns of them",
                    "name them: `--action read`",
                )
            self.actions = names_for(texts, "action", self.asked.chosen)
        else:
            self.actions = {"": ""}

    # -- what there is --------------------------------------------------------------------------------------

    def _all_places(self) -> ObjectPlaces:
        names, test = self.names, self.names.terms.tests.get("object")
        if "object" not in names.terms.parts:
            return ObjectPlaces({"": NO_OBJECT}, ())
        texts, templates = set(self.asked.objects), set(self.asked.kinds)
        for value in self._values("object"):
            patterns = (
                [function for function in test.functions if is_pattern(function, value)] if test else []
            )
            for function in patterns:
                shape = template_of(function, value)
                if shape is not None:
                    templates.add(shape)
            if not patterns and test is not None and value not in test.words:
                texts.add(value)
        for section, _ in test.links if test is not None else ():
            for (linked, _), pairs in names.links.items():
                if linked == section:
                    texts |= {*pairs, *(name for far in pairs.values() for name in far)}
        if not texts and not templates:
            raise problems.refused(
                names.model.span, "no line names an object", "name them: `--object invoice`"
            )
        return places_of(texts, templates, self.asked.chosen)

    def _values(self, part: str) -> Iterator[str]:
        for line in self.names.lines:
            value = self.names.column(part, line) if line.section == "p" else None
            if value is not None:
                yield value

    def _named_actions(self, value: str) -> set[str]:
        """The actions that the value of a line names."""
        test = self.names.terms.tests["action"]
        if value in test.words:
            return set()
        if not any(is_pattern(function, value) for function in test.functions):
            return {value}
        inner = value.removeprefix("^").removesuffix("$")
        parts = [part.strip("()") for part in inner.strip("()").split("|")]
        return set(parts) if "regexMatch" in test.functions and all(map(_WORD, parts)) else set()

    # -- what a line covers ---------------------------------------------------------------------------------

    def everything(self) -> CoveredPart:
        """All of the catalog, of which each object gets each action."""
        for place in self.places.all:
            self.cells.setdefault(place, set()).update(self.actions)
        return EVERYTHING

    def covered(self, line: CasbinLine, domain: str | None, deny: bool) -> set[CoveredPart]:
        """What *line* grants in *domain*, or what it denies: then rather more than it says than less."""
        actions, all_actions = self._actions(line)
        test = self.names.terms.tests.get("object")
        value = self.names.column("object", line)
        if "object" not in self.names.terms.parts:
            return self._parts([(NO_OBJECT, ())], actions, all_actions)
        if test is None or value is None or self._is_all(test, value):
            if all_actions:
                return {self.everything()}
            if value is not None and not deny:
                problems.said_otherwise(
                    self.names.report, line.span,
                    f"{quoted(value)} is every object, and no star is one action of every object:"
                    f" it is granted on {problems.named(place.said for place in self.places.all)}",
                    "grant it on new objects when they are added to the catalog",
                )  # fmt: skip
            return self._parts([(place, _every(place)) for place in self.places.all], actions, all_actions)
        found, loose = self._covered_places(test, value, domain)
        if loose:
            self._tell_loose(line, value, found, loose, deny)
        elif self._matches_unnamed(test, value):
            problems.names_listed(
                self.names.report, line.span, value, [place.said for place, _ in found], deny
            )
        held = [*found, *((place, _every(place)) for place in (loose if deny else ()))]
        usable = [(place, ids) for place, ids in held if self._usable(line, place, ids, deny)]
        if deny:
            usable += [(place, _every(place)) for place, ids in held if not _fits(ids)]
        return self._parts(usable, actions, all_actions)

    def _parts(
        self, places: Iterable[tuple[ObjectPlace, Ids]], actions: Sequence[str], all_actions: bool
    ) -> set[CoveredPart]:
        found = set()
        for place, ids in places:
            self.cells.setdefault(place, set()).update(actions)
            if all_actions and actions != ("",):
                found.add(CoveredPart(place if place.name else None, None, ids))
            else:
                found |= {CoveredPart(place, action, ids) for action in actions}
        return found

    def _actions(self, line: CasbinLine) -> tuple[tuple[str, ...], bool]:
        """The actions that *line* is about, and whether later ones are as well."""
        test, value = self.names.terms.tests.get("action"), self.names.column("action", line)
        if test is None or value is None:
            return tuple(self.actions), True
        if value not in self._named:
            found = tuple(text for text in self.actions if self._matches(test, text, value, None))
            self._named[value] = found, self._is_all(test, value)
        return self._named[value]

    def _is_all(self, test: ColumnTest, value: str) -> bool:
        return value in test.words or any(matches_all(function, value) for function in test.functions)

    def _matches(self, test: ColumnTest, text: str, value: str, domain: str | None) -> bool:
        if self.names.matches(test, text, value, domain):
            return True
        return any(self.functions[function](text, value) for function in test.functions)

    def domains_of(self, line: CasbinLine) -> tuple[str | None, ...]:
        """The domains in which *line* holds."""
        test, value = self.names.terms.tests.get("domain"), self.names.column("domain", line)
        if test is None or value is None:
            return self.names.domains
        if value not in self._domains:
            named = (one for one in self.names.domains if one is not None)
            self._domains[value] = tuple(one for one in named if self._matches(test, one, value, None))
        return self._domains[value]

    def _covered_places(
        self, test: ColumnTest, value: str, domain: str | None
    ) -> tuple[frozenset[tuple[ObjectPlace, Ids]], tuple[ObjectPlace, ...]]:
        """The objects that *value* matches, and the kinds of which no grant says what it matches."""
        key = value, domain if any(by_domain for _, by_domain in test.links) else None
        if key not in self._objects:
            alone = not test.links and not any(self._may_match_others(one, value) for one in test.functions)
            texts = [value] if alone else [*self.places.things, *self.places.known]
            matching = (text for text in texts if self._matches(test, text, value, domain))
            found: set[tuple[ObjectPlace, Ids]] = {
                named for text in matching if (named := self.places.named(text)) is not None
            }
            loose = []
            for place in self.places.kinds:
                shape = place.template
                for function in test.functions if shape is not None else ():
                    ids = cover(function, value, shape) if self._may_match_others(function, value) else None  # type: ignore[arg-type]
                    if ids == "some":
                        loose.append(place)
                    elif ids is not None:
                        found.add((place, ids))
            self._objects[key] = frozenset(found), tuple(loose)
        return self._objects[key]

    def _matches_unnamed(self, test: ColumnTest, value: str) -> bool:
        """Whether *value* matches texts that are neither named nor of a kind."""
        patterns = [function for function in test.functions if is_pattern(function, value)]
        return any(template_of(function, value) is None for function in patterns)

    def _may_match_others(self, function: str, value: str) -> bool:
        return function != "keyMatch" or "*" in value

    def _tell_loose(
        self,
        line: CasbinLine,
        value: str,
        found: Iterable[tuple[ObjectPlace, Ids]],
        loose: Sequence[ObjectPlace],
        deny: bool,
    ) -> None:
        texts = [place.said for place in loose]
        if deny:
            self.widened |= {(place.name, action) for place in loose for action in self._actions(line)[0]}
        else:
            names = {place.name for place in loose}
            texts = sorted(
                place.template.write([str(id) for id in ids]) if place.template is not None else place.said
                for place, ids in found
                if place.name in names and None not in ids
            )
        problems.pattern_listed(self.names.report, line.span, value, texts, deny)

    def _usable(self, line: CasbinLine, place: ObjectPlace, ids: Ids, deny: bool) -> bool:
        if _fits(ids):
            return True
        text = place.template.write([str(id) for id in ids]) if place.template is not None else place.said
        why = f"it has more than {MAX_COLUMN} characters once it is percent-encoded"
        if deny:
            self.widened |= {(place.name, action) for action in self._actions(line)[0]}
        problems.id_unusable(self.names.report, line.span, "instance", text, why)
        return False


def _fits(ids: Ids) -> bool:
    return sum(len(encode(id)) + 1 for id in ids if id is not None) <= MAX_COLUMN - 1


def _every(place: ObjectPlace) -> Ids:
    return (None,) * len(place.kinds)
