"""Where a model's requests and policy lines hold what, and how the two are compared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any, Literal, NamedTuple

from rolegate.casbin.key_patterns import EVERY_VALUE, FUNCTIONS, Tests, Way, ways
from rolegate.casbin.not_indexed import NotIndexableError
from rolegate.casbin.request_conditions import Condition

Effect = Literal["allow", "deny", "both"]
Shape = tuple[int | None, ...]
"""How much of each field of a key counts: all of it (`None`), or so many characters at its beginning."""


@dataclass(frozen=True, slots=True)
class LinePlace:
    """Where a policy line belongs: to *sub*, under *key*, in what is said about *topic* in *dom*.

    The *tests* are for the key of a question, which has to pass all of them.
    """

    dom: str
    topic: tuple[str, ...]
    shape: Shape | None
    key: Any
    tests: Tests
    sub: str
    eft: str


class SharedName(NamedTuple):
    """Subjects that `keyMatch` finds like *pattern* count as *name* as well, with all of its roles."""

    pattern: str
    name: str


@dataclass(frozen=True, slots=True)
class FieldMatch:
    """What a line says in one column: a value, one of the *words* for all, or a pattern for *functions*."""

    asked: int
    column: int
    equal: bool
    words: tuple[str, ...]
    late_words: tuple[str, ...]
    """Those that Casbin sees after it has asked the functions."""
    functions: tuple[str, ...]

    @property
    def loose(self) -> bool:
        """Whether one line may match many values."""
        return bool(self.words or self.functions)

    def ways(self, value: str) -> list[Way]:
        """The ways in which a line with *value* matches; each value is found by at least one of them.

        Raises:
            NotIndexableError: for a pattern with which Casbin raises an exception.
        """
        if value in self.words and value not in self.late_words:
            return [EVERY_VALUE]
        found = {way: None for function in self.functions for way in ways(function, value)}
        if value in self.words:
            return [EVERY_VALUE]
        if self.equal:
            found[Way(value)] = None
        return [way for way in found if not any(other.covers(way) for other in found if other != way)]

    def matches(self, asked: str, value: str) -> bool:
        """Whether a line with *value* matches *asked*, by Casbin's own functions."""
        if (self.equal and asked == value) or value in self.words:
            return True
        return any(FUNCTIONS[function](asked, value) for function in self.functions)


@dataclass(frozen=True, slots=True)
class ModelLayout:
    """What a matcher says, in positions of a request and of a policy line.

    A line matches when the subject at *sub* is the one at *psub*, or has it through *roles*, by itself or by
    its *shared* name, or when the line is about *anybody*; when the domain at *pdom* counts in the domain at
    *dom*; and when every other field agrees. Roles are those in the domain at *dom* if they hold *by domain*,
    and those in each of *role_domains*. A request has *arity* values, a line has *width*. *roles* and
    *domains* are names of role definitions; *everywhere* are the words in a line that mean every domain.
    *topics* must be equal; *keys* may also be patterns, or else there are no topics.

    Every line matches a request for which *always* holds, and no other line matches one for which *needed*
    does not; both ask for the roles of *asked_roles*.
    """

    arity: int
    width: int
    sub: int
    psub: int
    roles: str | None
    shared: SharedName | None
    anybody: frozenset[str]
    roles_by_domain: bool
    role_domains: tuple[str, ...]
    dom: int | None
    pdom: int | None
    domains: str | None
    everywhere: tuple[str, ...]
    topics: tuple[FieldMatch, ...]
    keys: tuple[FieldMatch, ...]
    eft: int | None
    effect: Effect
    always: Condition | None
    needed: Condition | None
    asked_roles: frozenset[str]

    def places(self, rule: Sequence[str]) -> list[LinePlace]:
        """Where the line *rule* belongs: more than one place if its patterns are read in several ways.

        Raises:
            NotIndexableError: for a line that is not as many texts as the model says, or a pattern with
                which Casbin raises an exception.
        """
        self.check(rule)
        dom = "" if self.pdom is None else rule[self.pdom]
        topic = tuple([rule[field.column] for field in self.topics])
        sub, eft = rule[self.psub], self.effect_of(rule)
        if not (self.keys and self.keys[0].loose):
            key = tuple([rule[field.column] for field in self.keys])
            return [LinePlace(dom, topic, None, key[0] if len(key) == 1 else key, (), sub, eft)]
        return [
            LinePlace(dom, topic, *_key_of(found), sub, eft)
            for found in product(*[field.ways(rule[field.column]) for field in self.keys])
        ]

    def check(self, rule: Sequence[str]) -> None:
        """Refuse what is no line of this model.

        Raises:
            NotIndexableError: for a line that is not as many texts as the model says.
        """
        if not isinstance(rule, (list, tuple, str)):
            raise NotIndexableError("a policy line is not a list, a tuple or a text")
        if len(rule) != self.width:
            raise NotIndexableError(f"a policy line has {len(rule)} fields, the model says {self.width}")
        for value in rule:
            if not isinstance(value, str):
                raise NotIndexableError("a policy line has a field that is not a text")

    def effect_of(self, rule: Sequence[str]) -> str:
        """The effect of *rule*, whatever it says there."""
        return "allow" if self.eft is None else rule[self.eft]

    def denies(self, rule: Sequence[str]) -> bool:
        """Whether *rule* takes something away."""
        return self.eft is not None and len(rule) > self.eft and rule[self.eft] == "deny"


def _key_of(ways: tuple[Way, ...]) -> tuple[Shape | None, Any, Tests]:
    """How much of a key counts, the key, and its tests."""
    sizes = tuple([way.size for way in ways])
    texts = tuple([way.text for way in ways])
    tests = tuple([(number, way.test) for number, way in enumerate(ways) if way.test is not None])
    shape = sizes if any(size is not None for size in sizes) else None
    return shape, texts[0] if len(texts) == 1 else texts, tests
