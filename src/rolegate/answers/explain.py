"""Why an answer is what it is, with the file and line of each step, and what would change a no."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from rolegate.answers.explanation_step import ExplanationStep
from rolegate.answers.explanation_text import explanation_lines
from rolegate.answers.narrowed_roles import narrowed_roles
from rolegate.answers.suggest import Suggestion, suggest
from rolegate.compiled.lines import GLine, PLine, Provenance
from rolegate.compiled.names import (
    EVERYONE,
    is_role,
    is_user,
    of_subject,
    parse_subject,
    team_name,
    unlimited,
)
from rolegate.diagnostics import Span
from rolegate.documents.text import Text
from rolegate.encoding import decode, readable
from rolegate.engine.aside_notes import aside_note, roles_held_aside
from rolegate.engine.decision import Decision
from rolegate.engine.idle_answers import coming_grants, ended_grants, ended_restrictions
from rolegate.engine.idle_notes import beginning_of, end_of
from rolegate.engine.later import Later
from rolegate.engine.question import Asked, Question, UnknownQuestionError
from rolegate.engine.request import Request
from rolegate.engine.snapshot import Snapshot
from rolegate.engine.translation import translate
from rolegate.grants.bindings import Binding
from rolegate.grants.roles import Origin, Role
from rolegate.wording.phrases import Listing, Phrase, SaidName, named


@dataclass(frozen=True, slots=True)
class Explanation:
    """A decision with its reasons.

    `chain` leads from the subject to the `grant` of an allowed question; for a denied one, `blocked` has the
    restrictions in the way, what the domain does not have, roles that are narrowed by `only` or set aside,
    and the lines that would allow it and do not hold now. `until` is when an allowed question is denied
    again, as a line ends or a restriction begins. `nearest` has the smallest changes that would allow it;
    nothing is suggested for what is `unknown`. `str` gives the text that `rolegate explain` prints.
    """

    decision: Decision
    chain: tuple[ExplanationStep, ...] = ()
    blocked: tuple[ExplanationStep, ...] = ()
    nearest: tuple[Suggestion, ...] = ()
    unknown: bool = False
    grant: str | None = None
    until: datetime | None = None

    def __str__(self) -> str:
        return "\n".join(explanation_lines(self))

    def to_dict(self) -> dict[str, Any]:
        until = {} if self.until is None else {"until": self.until.isoformat()}
        return {
            **self.decision.to_dict(),
            **({} if self.grant is None else {"grant": self.grant}),
            **until,
            "chain": [step.to_dict() for step in self.chain],
            "blocked": [step.to_dict() for step in self.blocked],
            "nearest": [suggestion.to_dict() for suggestion in self.nearest],
        }


def explain(question: Question, snapshot: Snapshot, later: Later | None = None) -> Explanation:
    """The decision on *question*, and why; *later* is what comes after, where that is known already."""
    decision = snapshot.decide(question)
    try:
        asked = translate(question, snapshot.resolved)
    except UnknownQuestionError:
        return Explanation(decision, unknown=True)
    chain, blocked = grounds(asked, snapshot)
    if decision.allowed:
        request = next(request for request in asked.requests if snapshot.allows(asked, request))
        line = next(snapshot.speaking(asked, request, "allow"))
        until = (later or Later.of(asked, snapshot)).denied(asked)
        return Explanation(decision, chain=chain, grant=_written(line, snapshot), until=until)
    return Explanation(decision, chain, blocked, suggest(question, asked, snapshot))


def grounds(
    asked: Asked, snapshot: Snapshot
) -> tuple[tuple[ExplanationStep, ...], tuple[ExplanationStep, ...]]:
    """The `chain` and the `blocked` of an explanation, without what takes longer to find."""
    request = next((request for request in asked.requests if snapshot.allows(asked, request)), None)
    if request is not None:
        return (*_chain(asked, request, snapshot), *_freed(asked, request, snapshot)), ()
    blocked = tuple(dict.fromkeys(_blocked(asked, snapshot)))
    return tuple(_granted(asked, snapshot)) if blocked else (), blocked


def _chain(asked: Asked, request: Request, snapshot: Snapshot) -> Iterator[ExplanationStep]:
    """From the subject to the grant of *request*, and on to a hidden permission; nothing without a grant."""
    for line in snapshot.speaking(asked, request, "allow"):
        for link in way_to(asked, line.sub, snapshot):
            yield from link_steps(link, snapshot)
        yield from _to_grant(asked, line, snapshot)
        if request.implier is not None:
            owner = line.act
            for entry in request.implier.entries:
                yield ExplanationStep.at(_implies(owner, entry.path), entry.span)
                owner = entry.path
        return


def _freed(asked: Asked, request: Request, snapshot: Snapshot) -> Iterator[ExplanationStep]:
    """The restrictions that were in the way of an allowed question until they ended."""
    domains = snapshot.resolved.domains
    for binding in ended_restrictions(asked, request, snapshot):
        who = snapshot.said(of_subject(binding.subject), asked.dom)
        text = Phrase("restriction_ended", who=who, when=end_of(binding, domains))
        yield ExplanationStep.at(text, binding.span)


def _granted(asked: Asked, snapshot: Snapshot) -> Iterator[ExplanationStep]:
    chains = (tuple(_chain(asked, request, snapshot)) for request in asked.requests)
    return iter(next((chain for chain in chains if chain), ()))


def way_to(asked: Asked, target: str, snapshot: Snapshot) -> tuple[GLine, ...]:
    """The memberships and bindings that lead from who was asked about to *target*."""
    waiting = [asked.sub, EVERYONE] if is_user(asked.sub) else [asked.sub]
    paths: dict[str, tuple[GLine, ...]] = dict.fromkeys(waiting, ())
    for sub in waiting:
        if target in paths:
            break
        for role in snapshot.lookup.roles(sub, asked.dom):
            if role not in paths:
                paths[role] = (*paths[sub], GLine(sub, role, asked.dom))
                waiting.append(role)
    return paths.get(target, ())


def link_steps(link: GLine, snapshot: Snapshot) -> Iterator[ExplanationStep]:
    """Why somebody is in a team, or has a role."""
    source = snapshot.compiled.g[link]
    if source.why == "member":
        yield from _membership(link, snapshot)
        return
    name = unlimited(link.role)
    own = snapshot.roles.get(name)
    given = {"who": snapshot.said(link.sub, link.dom), "what": _bound(own, source)}
    limit = parse_subject(link.role).limit if name != link.role else ""
    text = Phrase("has_for", **given, limit=said_limit(limit)) if limit else Phrase("has", **given)
    yield ExplanationStep.at(text, source.span)
    if own is not None and own.replaces is not None and source.text == own.replaces:
        yield _replacing(own, own.replaces)


def _replacing(role: Role, replaced: Text) -> ExplanationStep:
    """That a domain has *role* in the place of the one that a line names."""
    where = SaidName("domain", role.domain or "")
    text = Phrase("replaces", role=_role(role), replaced=SaidName("role", replaced), domain=where)
    return ExplanationStep.at(text, replaced.span)


def _membership(link: GLine, snapshot: Snapshot) -> Iterator[ExplanationStep]:
    """The teams by which a user or a team is in a team."""
    team, own = parse_subject(link.role), parse_subject(link.sub)
    member = own.name if own.domain is None else (own.domain, own.name)
    who: object = SaidName("user", own.name) if own.domain is None else snapshot.said(link.sub, link.dom)
    for step, span in snapshot.resolved.domains.way(member, team.name, team.domain or ""):
        around = snapshot.said(team_name(step.name, step.domain), link.dom)
        yield ExplanationStep.at(Phrase("is_in", who=who, team=around), span)
        who = around


def _bound(role: Role | None, source: Provenance) -> Phrase:
    """The role that a line names, which a domain may have *role* for."""
    owner = role.domain if role is not None and role.name == source.text else None
    return named("role", source.text, owner or "")


def _role(role: Role) -> Phrase:
    return named("role", role.name, role.domain or "")


def _implies(owner: str, path: str) -> Phrase:
    return Phrase("implies", owner=SaidName("permission", owner), path=SaidName("permission", path))


def said_limit(label: str) -> Phrase:
    """What the name of a limited copy of a role says, in words."""
    held, _, kinds = label.partition(":")
    if held == "-":
        shown = Listing("or", [SaidName("resource", kind) for kind in kinds.split(":")])
        return Phrase("for_the_rest", kinds=shown)
    kind, _, path = held.partition("/")
    return Phrase(
        "for_instance", kind=SaidName("resource", kind), id=SaidName("instance", readable(path), kind)
    )


def _to_grant(asked: Asked, line: PLine, snapshot: Snapshot) -> Iterator[ExplanationStep]:
    """The grant behind a line, and what it implies on the way to the line."""
    origins: list[Origin] = []
    origin = snapshot.compiled.p[line].origin
    while origin is not None:
        origins.insert(0, origin)
        origin = origin.because
    who, held = snapshot.said(line.sub, asked.dom), snapshot.roles.get(unlimited(line.sub))
    brought = [*[origin.implied_by.path for origin in origins if origin.implied_by is not None][1:], line.act]
    for origin in origins:
        if origin.implied_by is not None:
            yield ExplanationStep.at(_implies(origin.implied_by.path, brought.pop(0)), origin.span)
            continue
        own = origin.role is None or (held is not None and held.name == origin.role)
        author = who if own else _author(origin.role or "", held, snapshot)
        if author != who:
            extends = Phrase("extends", who=who, role=author)
            has = extends if is_role(line.sub) else Phrase("has", who=who, what=author)
            yield ExplanationStep.at(has, origin.span if held is None else held.span)
        verb = "is_granted" if origin.role is None else "grants"
        grant = SaidName("grant", origin.text)
        yield ExplanationStep.at(Phrase(verb, who=author, grant=grant), origin.span)


def _author(name: str, held: Role | None, snapshot: Snapshot) -> Phrase:
    """The role that has a grant: one of the domain of the role that is *held*, or a default role."""
    owner = held.domain if held is not None else None
    return named("role", name, owner if owner and (owner, name) in snapshot.resolved.roles else "")


def _named(name: str, source: Provenance, snapshot: Snapshot) -> ExplanationStep:
    """Where the catalog says what a named restriction takes away."""
    title = snapshot.resolved.restrictions[str(name)].title
    grant = SaidName("grant", source.text)
    text = Phrase("takes_away", name=SaidName("restriction", name, title), grant=grant)
    return ExplanationStep.at(text, source.span)


def _written(line: PLine, snapshot: Snapshot) -> str | None:
    """The grant, as it is written, that a line goes back to."""
    origin = snapshot.compiled.p[line].origin
    while origin is not None and origin.because is not None:
        origin = origin.because
    return None if origin is None else origin.text


def _blocked(asked: Asked, snapshot: Snapshot) -> Iterator[ExplanationStep]:
    named: set[tuple[Span, Span]] = set()  # one entry may deny several permissions that imply a hidden one
    for request in asked.requests:
        unavailable = snapshot.unavailable(request.permission, asked.dom)
        if unavailable:
            yield ExplanationStep.at(unavailable, snapshot.resolved.domains[decode(asked.dom)].span)
        for line in snapshot.speaking(asked, request, "deny"):
            source = snapshot.compiled.p[line]
            line_span = source.span if source.by is None else source.by.span
            if (line_span, source.span) in named:
                continue
            named.add((line_span, source.span))
            who = snapshot.said(line.sub, asked.dom)
            what = source.restricts(line.act)
            text = what if source.why == "removed" else Phrase("is_restricted", who=who, what=what)
            yield ExplanationStep.at(text, line_span)
            if source.by is not None:
                yield _named(source.by, source, snapshot)
    for said, span in narrowed_roles(asked, snapshot):
        yield ExplanationStep.at(said, span)
    for role in roles_held_aside(asked, snapshot):
        note = aside_note(role)
        yield ExplanationStep.at(note.message, role.aside.span if role.aside is not None else role.span)
    yield from idle_grounds(asked, snapshot)


def idle_grounds(asked: Asked, snapshot: Snapshot) -> Iterator[ExplanationStep]:
    """The lines that would give what is asked, and have ended or have not begun."""
    domains = snapshot.resolved.domains
    for binding in ended_grants(asked, snapshot):
        who = snapshot.said(of_subject(binding.subject), asked.dom)
        text = Phrase("had_until", who=who, what=_given(binding), when=end_of(binding, domains))
        yield ExplanationStep.at(text, binding.span)
    for binding in coming_grants(asked, snapshot):
        who = snapshot.said(of_subject(binding.subject), asked.dom)
        text = Phrase("has_from", who=who, what=_given(binding), when=beginning_of(binding, domains))
        yield ExplanationStep.at(text, binding.span)


def _given(binding: Binding) -> Phrase:
    role = binding.role
    if role is None:
        return Phrase("the_grants")
    return named("role", binding.role_named, (role.domain if role.name == binding.role_named else None) or "")
