"""Where a model's requests and policy lines hold what, and how the two are compared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from rolegate.casbin.not_indexed import NotIndexableError

Effect = Literal["allow", "deny", "both"]
Shape = tuple[int | None, ...]
"""How much of each field of a key counts: all of it (`None`), or so many characters at its beginning."""


@dataclass(frozen=True, slots=True)
class LinePlace:
    """Where a policy line belongs: to *sub*, under *key*, in what is said about *topic* in *dom*."""

    dom: str
    topic: tuple[str, ...]
    shape: Shape | None
    key: Any
    sub: str
    eft: str


class SharedName(NamedTuple):
    """Subjects that `keyMatch` finds like *pattern* count as *name* as well, with all of its roles."""

    pattern: str
    name: str


@dataclass(frozen=True, slots=True)
class FieldMatch:
    """What a line says in one column: a value, the beginning of one, or the word *anything* for all."""

    asked: int
    column: int
    prefix: bool
    anything: str | None

    @property
    def loose(self) -> bool:
        """Whether one line may match many values."""
        return self.prefix or self.anything is not None

    def size(self, value: str) -> int | None:
        """How many characters of *value* count; `None` for all."""
        if value == self.anything:
            return 0
        star = value.find("*") if self.prefix else -1
        return star if star >= 0 else None


@dataclass(frozen=True, slots=True)
class ModelLayout:
    """What a matcher says, in positions of a request and of a policy line.

    A line matches when the subject at *sub* is the one at *psub*, or has it through *roles*, by itself or by
    its *shared* name; when the domain at *pdom* counts in the domain at *dom*; and when every other field
    agrees. A request has *arity* values, a line has *width*. *roles* and *domains* are names of role
    definitions; *everywhere* is the word in a line that means every domain. *topics* must be equal; *keys*
    may also be patterns, or else there are no topics.
    """

    arity: int
    width: int
    sub: int
    psub: int
    roles: str | None
    shared: SharedName | None
    roles_by_domain: bool
    dom: int | None
    pdom: int | None
    domains: str | None
    everywhere: str | None
    topics: tuple[FieldMatch, ...]
    keys: tuple[FieldMatch, ...]
    eft: int | None
    effect: Effect

    def place(self, rule: Sequence[str]) -> LinePlace:
        """Where the line *rule* belongs.

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
        topic = tuple([rule[field.column] for field in self.topics])
        key = tuple([rule[field.column] for field in self.keys])
        shape: Shape | None = None
        if self.topics or (self.keys and self.keys[0].loose):
            sizes = [field.size(value) for field, value in zip(self.keys, key, strict=True)]
            if any(size is not None for size in sizes):
                shape = tuple(sizes)
                key = tuple([value[:size] for value, size in zip(key, sizes, strict=True)])
        return LinePlace(
            "" if self.pdom is None else rule[self.pdom],
            topic,
            shape,
            key[0] if len(key) == 1 else key,
            rule[self.psub],
            "allow" if self.eft is None else rule[self.eft],
        )

    def denies(self, rule: Sequence[str]) -> bool:
        """Whether *rule* takes something away."""
        return self.eft is not None and len(rule) > self.eft and rule[self.eft] == "deny"
