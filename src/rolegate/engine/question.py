"""Questions: who, what, where, on which instance, at which scope."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal, TypedDict

from rolegate.catalog.model import Catalog, Permission
from rolegate.compiled.names import ALL, NONE
from rolegate.diagnostics import did_you_mean, one_line, quoted
from rolegate.encoding import MAX_COLUMN, MAX_USER, SHORT_ID, encode
from rolegate.engine.question_json import json_object
from rolegate.engine.request import Request, visible
from rolegate.errors import InvalidQuestionError, RolegateError, wrong_kind


class SubjectDetails(TypedDict, total=False):
    """The keyword arguments that say who is asked about, and in which domain."""

    user: str | None
    team: str | None
    role: str | None
    domain: str | None


class QuestionDetails(TypedDict, total=False):
    """The keyword arguments that say in which domain, on which instance and at which scope is asked."""

    domain: str | None
    on: str | tuple[str, ...] | None
    scope: str | None


@dataclass(frozen=True, slots=True)
class Question:
    """May this subject use *permission*?

    Exactly one of `user`, `team` and `role` names the subject. `on` is one raw id, or a tuple of raw
    ids from the outermost kind inwards; without it the question is about every instance. Without
    `scope` it is about the broadest one. `any` asks for some scope and some instance instead of all.

    Raises:
        InvalidQuestionError: for values of the wrong kind, and unless exactly one subject is named.
    """

    permission: str
    user: str | None = None
    team: str | None = None
    role: str | None = None
    domain: str | None = None
    on: str | tuple[str, ...] | None = None
    scope: str | None = None
    any: bool = False

    def __post_init__(self) -> None:
        for key in ("permission", "user", "team", "role", "domain", "scope"):
            value = getattr(self, key)
            if not isinstance(value, str) and not (value is None and key != "permission"):
                raise wrong_kind(key)
        if isinstance(self.on, list):
            object.__setattr__(self, "on", tuple(self.on))
        ids = self.on if isinstance(self.on, tuple) else () if self.on is None else (self.on,)
        if not all(isinstance(id, str) for id in ids):
            raise wrong_kind("on", "a text or a list of texts")
        if not isinstance(self.any, bool):
            raise wrong_kind("any", "true or false")
        if len([name for name in (self.user, self.team, self.role) if name is not None]) != 1:
            raise InvalidQuestionError("a question names one subject: `user`, `team` or `role`")

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Question:
        """The question of one JSON object.

        Raises:
            InvalidQuestionError: for unknown keys, values of the wrong kind, and what is not a mapping.
        """
        if not isinstance(data, Mapping):
            raise InvalidQuestionError(f"a question is a mapping, not {type(data).__name__}")
        known = ("permission", "user", "team", "role", "domain", "on", "scope", "any")
        for key in data:
            if key not in known:
                raise InvalidQuestionError(f"unknown key {quoted(key)}; {did_you_mean(str(key), known)}")
        if data.get("permission") is None:
            raise InvalidQuestionError("a question names a `permission`")
        return cls(**data)

    @classmethod
    def from_json(cls, text: str | bytes) -> Question:
        """The question of one JSON object, as a line of a batch or the body of a request has it.

        Raises:
            InvalidQuestionError: as `from_dict`, and for what is not a JSON object, for duplicate keys, and
            for
                more than a megabyte.
        """
        return cls.from_dict(json_object(text))

    def about(self, kind: Literal["user", "team", "role"], name: str, domain: str | None) -> Question:
        """The same question about another subject in another domain."""
        user, team, role = (name if kind == given else None for given in ("user", "team", "role"))
        return replace(self, user=user, team=team, role=role, domain=domain)

    @property
    def path(self) -> tuple[str, ...]:
        """`on` as a path; empty for every instance."""
        if self.on is None:
            return ()
        return (self.on,) if isinstance(self.on, str) else self.on

    @property
    def subject(self) -> str:
        kind = "user" if self.user is not None else "team" if self.team is not None else "role"
        return f"{kind} {quoted(self.user or self.team or self.role or '')}"


@dataclass(frozen=True, slots=True)
class DecisionNote:
    """Something to know about an answer, e.g. that the permission is unknown."""

    code: str
    message: str
    help: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question in the words of the compiled policy.

    `permissions` has more than one only for `any` below a group. `parts` is the instance path, empty for
    every.
    """

    sub: str
    dom: str
    permissions: tuple[Permission, ...]
    parts: tuple[str, ...]
    scope: str | None
    any: bool
    catalog: Catalog

    @property
    def requests(self) -> Iterator[Request]:
        """What has to be asked about visible permissions; the answer is yes if one of them is allowed."""
        for permission in self.permissions:
            yield from visible(self.request(permission), self.catalog)

    def request(self, permission: Permission) -> Request:
        """What is asked about *permission*, hidden or not."""
        scope = self.scope_of(permission)
        ladder = permission.ladder if self.any else None
        scopes = ladder.within(scope) if ladder is not None else (scope,)
        return Request(permission, self.region(permission), scopes, self.any)

    def region(self, permission: Permission) -> str:
        """The pattern of all instances the question is about."""
        if not permission.chain:
            return NONE
        return "/".join(self.parts if len(self.parts) == len(permission.chain) else (*self.parts, ALL))

    def scope_of(self, permission: Permission) -> str:
        """The scope column: the one asked for, or the broadest."""
        if permission.ladder is None:
            return NONE
        return permission.ladder.today(self.scope) if self.scope else permission.ladder.broadest


class UnknownQuestionError(RolegateError):
    """A question about something that is not there: the answer is no, for the reason in `note`."""

    def __init__(self, note: DecisionNote) -> None:
        super().__init__(note.message)
        # Ids and aliases may hold line breaks; a note is one line.
        self.note = DecisionNote(note.code, one_line(note.message), one_line(note.help))


def sound_id(text: str) -> bool:
    """Whether *text* can be an id: not empty, no half of a surrogate pair, not too long once encoded."""
    if text.isascii() and 0 < len(text) <= SHORT_ID:
        return True
    try:
        return len(encode(text)) <= MAX_COLUMN
    except ValueError:
        return False


def sound_user(text: str) -> bool:
    """Whether *text* can be the id of a user whom a policy names."""
    return sound_id(text) and len(encode(text)) <= MAX_USER
