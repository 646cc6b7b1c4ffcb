"""Expectations as values: questions with the answers that are expected, and whole lists."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from rolegate.diagnostics import Span, quoted
from rolegate.engine.question import Question

HolderWord = str
"""`users`, `teams` or `roles`, as an expectation of holders names them."""


@dataclass(frozen=True, slots=True)
class ExpectedAnswer:
    """A question with the answer that is expected; `text` is what the file says, at `span`.

    A question about some instance that names a scope is about this scope alone, and not those within it. One
    about a `record` is asked for a user of whom the application says `attributes`.
    """

    question: Question
    allowed: bool
    text: str
    span: Span
    at: datetime | None = None
    record: Mapping[str, Any] | None = field(default=None, hash=False)
    attributes: Mapping[str, Any] = field(default_factory=dict, hash=False)

    @property
    def who(self) -> str:
        """The subject and the domain in words."""
        asked = self.question
        where = "" if asked.domain is None else f" in {quoted(asked.domain)}"
        return f"{asked.subject}{where}"


@dataclass(frozen=True, slots=True)
class ExpectedHolders:
    """Everybody of some kinds who may do what `question` asks, whatever its own subject is.

    `everyone` says whether users whom no file names may; None where only the lists are compared.
    """

    question: Question
    lists: Mapping[HolderWord, tuple[str, ...]]
    everyone: bool | None
    text: str
    span: Span
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ExpectedRights:
    """Everything that the subject of `question` holds, each part at its broadest."""

    question: Question
    exactly: tuple[str, ...]
    span: Span
    at: datetime | None = None


BoxLook = Literal["ticked", "partly", "unticked"]


@dataclass(frozen=True, slots=True)
class ExpectedBox:
    """A box of a tree, or with a `star` a group with all boxes below it, and what is to be seen in it.

    Without an `instance`, as it is read, it is each box of the path; with a `scope` the box of this scope.
    """

    look: BoxLook
    path: str
    star: bool
    instance: str | None
    scope: str | None
    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class ExpectedTree:
    """What the boxes of the tree of the subject of `question` show; the others are not compared."""

    question: Question
    boxes: tuple[ExpectedBox, ...]
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Expectation:
    """One entry of a file of expectations; it is met when all of it is as expected."""

    name: str
    section: str
    span: Span
    answers: tuple[ExpectedAnswer, ...] = field(default=(), repr=False)
    holders: ExpectedHolders | None = field(default=None, repr=False)
    rights: ExpectedRights | None = field(default=None, repr=False)
    tree: ExpectedTree | None = field(default=None, repr=False)
