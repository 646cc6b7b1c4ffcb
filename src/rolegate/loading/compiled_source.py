"""Compiled files as a source: what they answer by themselves, and what nobody can know from them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Unpack

from rolegate.answers.build_matrix import WantedCells
from rolegate.answers.explain import Explanation
from rolegate.answers.inventory import check_domain
from rolegate.answers.matrix import Matrix
from rolegate.answers.who_can import PermissionHolder
from rolegate.catalog.model import Permission
from rolegate.compiled.lines import CompiledPolicy
from rolegate.compiled.names import EVERYONE, STRANGER, is_role, is_team, is_user, parse_subject, unlimited
from rolegate.diagnostics import Span, short
from rolegate.encoding import encode
from rolegate.engine.decision import Decision
from rolegate.engine.question import Asked, DecisionNote, Question, QuestionDetails, UnknownQuestionError
from rolegate.engine.request import Request
from rolegate.engine.snapshot import Snapshot
from rolegate.engine.translation import translate, translated
from rolegate.errors import InvalidQuestionError
from rolegate.grants.resolve import Resolved
from rolegate.loading.matrix_of_lines import matrix_of_lines
from rolegate.loading.names_of_lines import UNKNOWN_SCOPES, names_of_lines
from rolegate.loading.reasons_of_lines import reasons_of_lines
from rolegate.policy.declared_policy import DeclaredPolicy
from rolegate.policy.policy import Policy

_ASK = "ask the policy set that they were compiled from"
ONE_TIME = f"compiled files are of one time: leave out the time, or {_ASK}"


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class LinesPolicy(Policy):
    """Compiled files: who may do what at one time, without titles, places and reasons.

    Raises:
        InvalidQuestionError: by each method, for a question that the lines cannot answer.
    """

    compiled: CompiledPolicy
    _lines: Snapshot = field(init=False, compare=False)

    def __post_init__(self) -> None:
        DeclaredPolicy.__post_init__(self)
        object.__setattr__(self, "_lines", Snapshot.of(self.resolved, self.compiled, datetime.now(UTC)))

    def snapshot(self, at: date | None = None) -> Snapshot:  # noqa: ARG002 - lines are of one time
        """The lines, whatever the time is."""
        return self._lines

    @property
    def said(self) -> tuple[str, ...]:
        """What is to be known of every answer, each in one line."""
        until, now = self.compiled.holds_until, self._lines.at
        found = ["compiled files have names alone: no titles, no places, and nothing that nobody holds"]
        if until is not None and until <= now:
            found.append(f"they held until {until:%Y-%m-%dT%H:%M:%SZ}: compile again")
        found += (f"they say that `{part}` is set aside" for part in self.compiled.set_aside)
        return tuple(found)

    def like(self, other: Resolved) -> LinesPolicy:
        """The same lines, in the words of a policy set with which they are compared."""
        names = names_of_lines(self.compiled, Span(self.name), other)
        return LinesPolicy(resolved=names, compiled=self.compiled, path=self.path)

    def decide(self, question: Question, at: date | None = None, locale: str | None = None) -> Decision:
        """The answer of the lines; a name that no line has is denied."""
        self._refuse(at, locale)
        self._refuse_unclear(question)
        snapshot = self.snapshot()
        try:
            asked = translate(question, self.resolved)
        except UnknownQuestionError as unknown:
            note = DecisionNote(unknown.note.code, unknown.note.message, _NAMED)
            return Decision(False, question, note.message, (note,))
        for request in _requests(asked):
            if snapshot.allows(asked, request):
                return Decision(True, question, snapshot.why(asked, request))
        denied = next((line for r in _requests(asked) for line in snapshot.speaking(asked, r, "deny")), None)
        why = snapshot.missing(asked) if denied is None else f"a line denies `{self.compiled.p[denied].text}`"
        return Decision(False, question, why)

    def who_can(
        self,
        permission: str,
        *,
        any: bool = False,
        at: date | None = None,
        locale: str | None = None,
        **details: Unpack[QuestionDetails],
    ) -> tuple[PermissionHolder, ...]:
        """Everybody whom lines allow it, by the names in lines: a team or a role with its domain.

        Raises:
            UnknownNameError: for a permission, a domain or a scope that no line names.
            InvalidQuestionError: for a question that the lines cannot answer.
        """
        self._refuse(at, locale)
        question = Question(permission, user="*", any=any, **details)
        self._refuse_unclear(question)
        domains = self.domains if question.domain is None else (question.domain,)
        found: list[PermissionHolder] = []
        snapshot = self.snapshot()
        for domain in domains:
            asked = translated(replace(question, domain=domain), self.resolved)
            found += _holders(asked, domain, snapshot)
        return tuple(found)

    def explain_question(
        self, question: Question, at: date | None = None, locale: str | None = None
    ) -> Explanation:
        """The answer of `decide` with the lines that say so; what would change a no is not in lines."""
        decision = self.decide(question, at, locale)
        try:
            asked = translate(question, self.resolved)
        except UnknownQuestionError:
            return Explanation(decision, unknown=True)
        return reasons_of_lines(decision, asked, tuple(_requests(asked)), self._lines)

    def matrix(
        self,
        *,
        domain: str | None = None,
        locale: str | None = None,
        roles: Sequence[str] | None = None,
        group: str | None = None,
        depth: int | None = None,
    ) -> Matrix:
        """What lines give each role, of the permissions that somebody holds, without groups.

        Raises:
            UnknownNameError: for a domain, a role or a group that no line names.
            InvalidQuestionError: for a language and a depth.
        """
        self._refuse(None, locale)
        if depth is not None:
            raise InvalidQuestionError(f"compiled files have no groups: leave out the depth, or {_ASK}")
        check_domain(domain, self.resolved.domains)
        named = None if roles is None else tuple(roles)
        wanted = WantedCells(self.resolved.labels.base, domain, named, group)
        return matrix_of_lines(self.resolved, self.compiled, wanted)

    def _refuse(self, at: date | None, locale: str | None) -> None:
        if at is not None:
            raise InvalidQuestionError(ONE_TIME)
        if locale is not None:
            raise InvalidQuestionError(f"compiled files have no titles: leave out the language, or {_ASK}")

    def _refuse_unclear(self, question: Question) -> None:
        """Refuse what depends on more than lines say; a guess could be a yes that nobody may have."""
        group = question.permission.removesuffix("*") if question.permission.endswith(".*") else None
        implying = [
            line.implier
            for line in self.compiled.g3
            if line.hidden == question.permission or (group and line.hidden.startswith(group))
        ]
        if implying:
            names = " or ".join(f"`{name}`" for name in dict.fromkeys(implying[:3]))
            raise InvalidQuestionError(
                f"`{short(question.permission)}` is hidden, or has what is hidden, which is asked as what"
                f" implies it: ask about {names}"
            )
        node = self.catalog.find(question.permission)
        ladder = node.ladder if isinstance(node, Permission) else None
        # One scope in the lines may be all that somebody holds, and not the broadest that there is.
        below = question.any and question.scope is not None and not isinstance(node, Permission)
        unordered = ladder is not None and ladder.name == UNKNOWN_SCOPES
        if below or (unordered and (question.scope is None) is not question.any):
            names = ", ".join(f"`{scope}`" for scope in (ladder.scopes if ladder is not None else ()))
            raise InvalidQuestionError(
                "compiled files do not say which scope lies within which: "
                + (f"ask without a scope, or {_ASK}" if question.any else f"name a scope; lines have {names}")
            )
        if isinstance(node, Permission) and len(question.path) > len(node.chain) and self._is_open(node):
            raise InvalidQuestionError(
                f"compiled files do not say whether `{node.path}` takes {len(question.path)} ids: {_ASK}"
            )
        if question.domain is None:
            return
        if question.team is not None and not self._own_team(question.team, question.domain):
            raise InvalidQuestionError(
                f"compiled files do not say which team `{short(question.team)}` means in"
                f" `{short(question.domain)}`: ask about a user, or {_ASK}"
            )
        if question.role is not None and self._has_versions(question.role, question.domain):
            raise InvalidQuestionError(
                f"compiled files do not say which role `{short(question.role)}` means in"
                f" `{short(question.domain)}`: leave out the domain, or {_ASK}"
            )

    def _is_open(self, permission: Permission) -> bool:
        """Whether instances may lie within the deepest ones that lines name: all of these end with a star."""
        deepest = [
            line.obj
            for line in self.compiled.p
            if line.act == permission.path and line.obj.count("/") + 1 == len(permission.chain)
        ]
        return bool(permission.chain) and all(obj.endswith("*") for obj in deepest)

    def _own_team(self, team: str, domain: str) -> bool:
        known = self.resolved.domains.by_name.get(domain)
        return known is None or team in known.teams

    def _has_versions(self, role: str, domain: str) -> bool:
        """Whether a role of a domain may be in the place of a default one, or a role of another one meant."""
        if (domain, role) in self.resolved.roles:
            return False
        return any(owner is not None for owner, _ in self.resolved.roles)


_NAMED = "compiled files name only what somebody holds or is denied"


def _requests(asked: Asked) -> Iterator[Request]:
    """What has to be asked; about some scope, each of them, since none is known to lie within another."""
    for request in asked.requests:
        every = asked.any and asked.scope is None and request.permission.ladder is not None
        yield replace(request, scopes=request.permission.scope_names) if every else request


def _holders(asked: Asked, domain: str, snapshot: Snapshot) -> Iterator[PermissionHolder]:
    dom, allowed, denied = encode(domain), [], []
    for sub in _subjects(snapshot.compiled, dom):
        about = replace(asked, sub=sub)
        request = next((one for one in _requests(about) if snapshot.allows(about, one)), None)
        if request is not None:
            via = next((str(line.sub) for line in snapshot.speaking(about, request, "allow")), sub)
            grant = next(
                (snapshot.compiled.p[line].text for line in snapshot.speaking(about, request, "allow")), ""
            )
            allowed.append((sub, "by itself" if via == sub else _said(unlimited(via)), grant))
        elif is_user(sub):
            denied.append(parse_subject(sub).name)
    for sub, via, grant in allowed:
        parts = parse_subject(sub)
        name = parts.name if parts.domain in (None, domain) else f"{parts.domain}/{parts.name}"
        if sub == STRANGER:
            yield PermissionHolder("everyone", "", domain, via, grant, tuple(denied))
        elif is_user(sub):
            yield PermissionHolder("user", name, domain, via, grant)
        else:
            yield PermissionHolder("team" if is_team(sub) else "role", name, domain, via, grant)


def _said(sub: str) -> str:
    parts = parse_subject(sub)
    owner = "" if parts.domain is None else f"{parts.domain}/"
    return "everyone" if sub == EVERYONE else f"{parts.kind} {owner}{parts.name}"


def _subjects(compiled: CompiledPolicy, dom: str) -> list[str]:
    """Everybody whom a line names in a domain, users first, and one user whom none names."""
    offered = {line.availability for line in compiled.g2 if line.dom == dom} | {dom}
    subs = {line.sub for line in compiled.p if line.dom in offered}
    subs |= {name for link in compiled.g if link.dom == dom for name in (link.sub, link.role)}
    found = {unlimited(sub) for sub in subs if is_user(sub) or is_team(sub) or is_role(sub)}
    ordered = sorted(found, key=lambda sub: (is_role(sub), is_team(sub), sub))
    return [STRANGER, *ordered]
