"""A policy set at one time: compiled, indexed, and ready for questions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from rolegate.catalog.model import Permission
from rolegate.compiled.lines import CompiledPolicy, PLine
from rolegate.compiled.names import (
    is_domain,
    is_role,
    is_user,
    of_role,
    of_subject,
    parse_subject,
    unlimited,
    user_of,
)
from rolegate.compiled.revision import revision_of
from rolegate.compiled.unwritten_lines import UnwrittenLines
from rolegate.encoding import decode
from rolegate.engine.aside_notes import aside_note, roles_held_aside
from rolegate.engine.decision import Decision
from rolegate.engine.idle_lines import IdleLines
from rolegate.engine.idle_notes import idle_grant, nothing_bound
from rolegate.engine.index import Index
from rolegate.engine.lookup import Lookup
from rolegate.engine.question import Asked, DecisionNote, Question, UnknownQuestionError
from rolegate.engine.request import Request, visible
from rolegate.engine.translation import translate
from rolegate.engine.vocabulary import Vocabulary
from rolegate.grants.bindings import Binding
from rolegate.grants.domains import DEFAULT
from rolegate.grants.own_files import files_of_domains
from rolegate.grants.resolve import Resolved
from rolegate.grants.roles import Role
from rolegate.wording.phrases import Phrase, SaidName, named

T = TypeVar("T")


@dataclass(frozen=True)
class Snapshot:
    """Everything a decision needs; nothing in it changes."""

    resolved: Resolved
    compiled: CompiledPolicy
    index: Index
    at: datetime

    def __repr__(self) -> str:
        return f"<Snapshot of {self.resolved.catalog.name!r} at {self.at.isoformat()}>"

    @classmethod
    def of(cls, resolved: Resolved, compiled: CompiledPolicy, at: datetime) -> Snapshot:
        unnamed = None if resolved.domains.declared else DEFAULT
        words, ends = Vocabulary.of(resolved.catalog), compiled.holds_until is not None
        return cls(resolved, compiled, Index(compiled, words, unnamed, ends=ends), at)

    # Kept in the instance's dictionary. `cached_property` has a lock for all snapshots in Python 3.11: askers
    # would wait for one another, and without end in a process that was forked while it was held.

    @property
    def lookup(self) -> Lookup:
        """The lines behind the answers; built when a reason is asked for."""
        found: Lookup | None = self.__dict__.get("lookup")
        return found if found is not None else self.__dict__.setdefault("lookup", Lookup(self.compiled))

    @property
    def users(self) -> Mapping[str, str]:
        """Every user to whom something is bound, by the name in compiled lines."""
        found: Mapping[str, str] | None = self.__dict__.get("users")
        return found if found is not None else self.__dict__.setdefault("users", self._users())

    def users_by_fold(self, domain: str) -> Mapping[str, str]:
        """Who is named in *domain* and those around it, without a difference of small and capital letters.

        What one tenant asks does not tell the users of another. Whoever asks about no domain, where there
        are several, looks at the whole set.
        """
        kept: dict[str, Mapping[str, str]] = self.__dict__.setdefault("users_by_domain", {})
        found = kept.get(domain)
        if found is None:
            whole = domain == DEFAULT and domain not in self.index.tables
            names = self.index.tables if whole else self.resolved.domains.outward(domain)
            tables = [self.index.tables[name] for name in names]
            subs = (sub for table in tables for sub in (*table.links, *table.bits) if is_user(sub))
            found = kept[domain] = {user.casefold(): user for user in map(user_of, subs)}
        return found

    @property
    def roles(self) -> Mapping[str, Role]:
        """Every role, by the name in compiled lines."""
        found: Mapping[str, Role] | None = self.__dict__.get("roles")
        if found is None:
            made = {of_role(role): role for role in self.resolved.roles.values()}
            found = self.__dict__.setdefault("roles", made)
        return found

    @property
    def files(self) -> Mapping[str, str]:
        """The file for the lines of each domain that has one of its own."""
        found: Mapping[str, str] | None = self.__dict__.get("files")
        if found is None:
            found = self.__dict__.setdefault("files", files_of_domains(self.resolved))
        return found

    @property
    def lines(self) -> Mapping[str, list[Binding]]:
        """The lines of bindings in force, by the name of their subject in compiled lines."""
        found: Mapping[str, list[Binding]] | None = self.__dict__.get("lines")
        if found is None:
            made: dict[str, list[Binding]] = {}
            for binding in self.resolved.bindings:
                for subject in binding.subjects() if binding.active(self.at) else ():
                    made.setdefault(of_subject(subject), []).append(binding)
            found = self.__dict__.setdefault("lines", made)
        return found

    @property
    def timeless(self) -> Mapping[str, list[Binding]]:
        """Every line of bindings, of any time, by its subject; those not about one user or team have none."""
        found: Mapping[str, list[Binding]] | None = self.__dict__.get("timeless")
        if found is None:
            made: dict[str, list[Binding]] = {}
            for binding in self.resolved.bindings:
                own = binding.subject.kind in ("user", "team")
                made.setdefault(of_subject(binding.subject) if own else "", []).append(binding)
            found = self.__dict__.setdefault("timeless", made)
        return found

    def lines_about(self, subjects: Iterable[str], dom: str) -> list[Binding]:
        """The lines in force that say something about *subjects* in an encoded domain."""
        here, domains = decode(dom), self.resolved.domains
        around = frozenset(domains.outward(here) if is_domain(dom) else ())
        return [
            line
            for sub in dict.fromkeys(map(unlimited, subjects))
            for line in self.lines.get(sub, ())
            if line.domain == here or (line.domain in around and not line.limited)
            if of_subject(line.subject_in(here, domains)) == sub
        ]

    def _users(self) -> Mapping[str, str]:
        lines = self.compiled.p
        named = [line.sub for line in (lines.others if isinstance(lines, UnwrittenLines) else lines)]
        named += [link.sub for link in self.compiled.g]
        return {sub: user_of(sub) for sub in dict.fromkeys(named) if is_user(sub)}

    @property
    def revision(self) -> str:
        """The name of the state: equal for equal lines; it is worked out when it is asked for."""
        found: str | None = self.__dict__.get("revision")
        return (
            found if found is not None else self.__dict__.setdefault("revision", revision_of(self.compiled))
        )

    def kept(self, kind: type[T], made: Callable[[], T]) -> T:
        """What a room above works out of it, one of a *kind*; *made* when it is first asked for."""
        found: dict[type[object], Any] = self.__dict__.setdefault("kept_above", {})
        known: T | None = found.get(kind)
        return known if known is not None else found.setdefault(kind, made())

    def allowed(self, question: Question) -> bool:
        """Whether the answer is yes, without a reason."""
        try:
            asked = translate(question, self.resolved)
        except UnknownQuestionError:
            return False
        return any(self.allows(asked, request) for request in asked.requests)

    def decide(self, question: Question) -> Decision:
        """The answer; anything unknown is denied with a note that says so."""
        try:
            asked = translate(question, self.resolved)
        except UnknownQuestionError as unknown:
            return Decision(False, question, unknown.note.message, (unknown.note,))
        granting = next((request for request in asked.requests if self.allows(asked, request)), None)
        if granting is not None:
            return Decision(True, question, self.why(asked, granting), self._stranger(question))
        obstacles = [(request, self._in_the_way(asked, request)) for request in asked.requests]
        reason = next((found for _, found in obstacles if found), "")
        notes = [aside_note(role) for role in roles_held_aside(asked, self)]
        free = [request for request, found in obstacles if not found]
        idle = idle_grant(asked, free, self) if free else None
        if idle is not None:
            return Decision(False, question, idle[0], (idle[1], *notes))
        unbound = None if question.user is None else nothing_bound(question.user, asked.dom, self)
        if unbound is not None:
            notes.insert(0, unbound)
        return Decision(False, question, reason or self.missing(asked), tuple(notes))

    def _stranger(self, question: Question) -> tuple[DecisionNote, ...]:
        """That a user is allowed something as everyone is, although no line of the domain names them."""
        if question.user is None or question.user in self.index.tables[question.domain].users:
            return ()
        who = named("user", question.user)
        if question.domain is None:
            return (DecisionNote("RG609", Phrase("everyone_may", who=who)),)
        message = Phrase("everyone_there_may", domain=SaidName("domain", question.domain), who=who)
        return (DecisionNote("RG609", message, Phrase("ask_where_they_belong")),)

    @property
    def idle(self) -> IdleLines:
        """The lines that do not hold now; looked for when something is denied."""
        found: IdleLines | None = self.__dict__.get("idle")
        if found is None:
            found = self.__dict__.setdefault("idle", IdleLines(self.resolved, self.at))
        return found

    def allows(self, asked: Asked, request: Request) -> bool:
        """Whether the subject of the question is allowed a request."""
        return self.holds(asked.sub, asked.dom, request)

    def holds(self, sub: str, dom: str, request: Request) -> bool:
        """Whether a subject is allowed a request; about a hidden permission, one of those that imply it."""
        return any(
            self._allows(sub, dom, shown, scope)
            for shown in visible(request, self.resolved.catalog)
            for scope in shown.scopes
        )

    def _allows(self, sub: str, dom: str, request: Request, scope: str) -> bool:
        path = request.permission.path
        if request.some:
            return self.index.allows_some(sub, dom, request.region, path, scope)
        return self.index.allows(sub, dom, request.obj, path, scope)

    def why(self, asked: Asked, request: Request) -> str:
        """The grant behind a request that is allowed, in short."""
        for line in self.speaking(asked, request, "allow"):
            grant = SaidName("grant", self.compiled.p[line].text)
            verb = "grants" if is_role(line.sub) else "is_granted"
            granted = Phrase(verb, who=self.said(line.sub, asked.dom), grant=grant)
            if request.implier is None:
                return granted
            implied = SaidName("permission", request.implier.entry.path)
            return Phrase("which_implies", granted=granted, implied=implied)
        return Phrase("granted")

    def said(self, sub: str, dom: str) -> Phrase:
        """A subject of the compiled policy in words, as seen from a domain.

        Where the name of a team means another one there, its domain is named as well.
        """
        kind, name, owner, _ = parse_subject(sub)
        if kind == "everyone":
            return Phrase(kind)
        if kind != "team" or self.resolved.domains.team_owner(name, decode(dom)) == owner:
            return named(kind, name, owner or "")
        return Phrase("team_of", name=SaidName("team", name), domain=SaidName("domain", owner or ""))

    def speaking(self, asked: Asked, request: Request, eft: str) -> Iterator[PLine]:
        """The lines of one effect that speak about what was asked."""
        for scope in request.scopes:
            for line in self.lookup.matching(asked.sub, asked.dom, request.permission.path, scope):
                if line.eft == eft and request.touches(line.obj):
                    yield line

    def _in_the_way(self, asked: Asked, request: Request) -> str:
        """What is in the way of a denied request, in short; empty when only a grant is missing."""
        missing = self.unavailable(request.permission, asked.dom)
        if missing:
            return missing
        for line in self.speaking(asked, request, "deny"):
            source = self.compiled.p[line]
            what = source.restricts(line.act)
            return what if source.why == "removed" else Phrase("restricted_by", what=what)
        return ""

    @staticmethod
    def missing(asked: Asked) -> str:
        """What to say when only a grant is missing."""
        hidden = all(permission.hidden for permission in asked.permissions)
        return Phrase("no_grant_implying" if hidden else "no_grant")

    def unavailable(self, permission: Permission, dom: str) -> str:
        """What the domain lacks for *permission*; empty when nothing."""
        domain = self.resolved.domains[decode(dom)] if is_domain(dom) else None
        if domain is None or domain.offers(permission.availability):
            return ""
        return domain.lacks(SaidName("permission", permission.path), permission.availability)
