"""Changes that would allow a denied question; every suggestion is tried before it is made."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from rolegate.answers.trial import Trial, allows, with_grants, with_line
from rolegate.catalog.dependency_entries import SAME
from rolegate.catalog.grant_syntax import Grant
from rolegate.catalog.model import Catalog, Permission
from rolegate.compiled.names import is_domain, of_subject, unlimited
from rolegate.diagnostics import Report, Span
from rolegate.documents.file_kinds import BINDINGS
from rolegate.encoding import decode
from rolegate.engine.idle_answers import coming_grants, ended_grants
from rolegate.engine.idle_notes import beginning_of, end_of
from rolegate.engine.question import Asked, Question
from rolegate.engine.request import Request
from rolegate.engine.snapshot import Snapshot
from rolegate.grants.bindings import Binding
from rolegate.grants.entries import give
from rolegate.grants.grant_entry import GrantEntry
from rolegate.grants.resolve import Resolved
from rolegate.grants.rights import Right, RightSet, need, patterns
from rolegate.grants.roles import Origin, Role, close, name_in, visible
from rolegate.texts.invisible import with_escapes
from rolegate.wording.phrases import Listing, Phrase, SaidName, named

AT_MOST = 4
_ROLES = 2
_TRIED = 6  # how many roles are tried in search of those without warnings
_MOST = 100  # a line with more grants than this is not a small change
_NOW_HERE = Span("")


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A change that allows the question: what to add (`add`) or to remove, and where.

    `warnings` are the codes of the new warnings that `validate` would give.
    """

    text: str
    add: Mapping[str, Any] | None
    file: str = ""
    line: int = 0
    warnings: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        return {
            "text": self.text,
            "add": self.add,
            "file": self.file,
            "line": self.line,
            "warnings": list(self.warnings),
        }


def suggest(question: Question, asked: Asked, snapshot: Snapshot) -> tuple[Suggestion, ...]:
    """The smallest changes that turn the answer into a yes; at most four.

    None of them leads to an error; those that lead to a warning come last.
    """
    silent: list[Suggestion] = []
    warned: list[Suggestion] = []
    for suggestion, trial in _candidates(question, asked, snapshot):
        known = suggestion.text in {other.text for other in silent}
        if known or not allows(trial, question, asked.dom, snapshot.at):
            continue
        if trial.warnings:
            warned.append(_with_warnings(suggestion, trial.warnings))
        else:
            silent.append(suggestion)
        if len(silent) == AT_MOST:
            break
    return tuple({suggestion.text: suggestion for suggestion in (*silent, *warned)}.values())[:AT_MOST]


def _with_warnings(suggestion: Suggestion, codes: tuple[str, ...]) -> Suggestion:
    text = Phrase("with_warning", change=suggestion.text, codes=", ".join(codes))
    return replace(suggestion, text=text, warnings=codes)


def _candidates(question: Question, asked: Asked, snapshot: Snapshot) -> Iterator[tuple[Suggestion, Trial]]:
    resolved = snapshot.resolved
    yield from _idle(asked, snapshot)
    restricting = [b for b in resolved.bindings if b.takes and _concerns(b, asked, snapshot)]
    for request in asked.requests:
        if snapshot.unavailable(request.permission, asked.dom):
            continue
        right = wanted(request)
        for binding in restricting:
            without = replace(resolved, bindings=tuple(b for b in resolved.bindings if b is not binding))
            place = f"{binding.span.file}:{binding.span.line}"
            yield (
                Suggestion(Phrase("lift", place=place), None, binding.span.file, binding.span.line),
                Trial(without),
            )
        if question.role is not None:
            yield from _in_role(question, right, resolved)
        else:
            file = snapshot.files.get(decode(asked.dom), BINDINGS.place)
            # A line of grants gives what is asked and what that needs, and no role can give less.
            yield from _with_grants(question, right, asked, resolved, file)
            yield from _with_role(question, right, asked, resolved, file)


def _idle(asked: Asked, snapshot: Snapshot) -> Iterator[tuple[Suggestion, Trial]]:
    """Changes of lines that do not hold now and would allow what was asked."""
    domains = snapshot.resolved.domains
    for coming in islice(coming_grants(asked, snapshot), AT_MOST):
        text = Phrase("begin_now", place=_place(coming), when=beginning_of(coming, domains))
        yield _with(text, coming, replace(coming, begins=None), snapshot.resolved)
    for gone in islice(ended_grants(asked, snapshot), AT_MOST):
        text = Phrase("extend", place=_place(gone), when=end_of(gone, domains))
        yield _with(text, gone, replace(gone, until=None), snapshot.resolved)


def _with(text: str, line: Binding, changed: Binding, resolved: Resolved) -> tuple[Suggestion, Trial]:
    bindings = tuple(changed if other is line else other for other in resolved.bindings)
    trial = Trial(replace(resolved, bindings=bindings))
    return Suggestion(text, None, line.span.file, line.span.line), trial


def _place(line: Binding) -> str:
    return f"{line.span.file}:{line.span.line}"


def wanted(request: Request) -> Right:
    """The right that covers *request* exactly; at the narrowest scope if an implier may be held at any."""
    implied = request.implier is not None and request.implier.scope != SAME
    return Right(request.permission.path, request.region, request.scopes[-1 if implied else 0])


def _concerns(binding: Binding, asked: Asked, snapshot: Snapshot) -> bool:
    domains = snapshot.resolved.domains
    subject = binding.subject_in(decode(asked.dom), domains) if is_domain(asked.dom) else binding.subject
    return of_subject(subject) in map(unlimited, snapshot.lookup.subjects(asked.sub, asked.dom))


def _with_role(
    question: Question, right: Right, asked: Asked, resolved: Resolved, file: str
) -> Iterator[tuple[Suggestion, Trial]]:
    domain, roles = question.domain or decode(asked.dom), resolved.roles.values()
    called = ((role, name_in(role, domain, resolved.roles, resolved.domains)) for role in roles)
    fitting = sorted(
        (len(role.rights), name, role.domain or "")
        for role, name in called
        if name is not None and _covers(role, right)
    )
    told = 0
    for _, name, owner in fitting[:_TRIED]:
        line = {**_who(question), "role": name, **_where(resolved, domain)}
        trial = with_line(_flow(line), resolved)
        if trial is None:
            continue
        text = Phrase("bind", role=named("role", name, owner), line=_flow(line), file=file)
        yield Suggestion(text, line, file), trial
        told += not trial.warnings
        if told == _ROLES:
            return


def _covers(role: Role, right: Right) -> bool:
    return any(Right(right.path, obj, right.scope) in role.rights for obj in patterns(right.obj))


def _with_grants(
    question: Question, right: Right, asked: Asked, resolved: Resolved, file: str
) -> Iterator[tuple[Suggestion, Trial]]:
    domain = question.domain or decode(asked.dom)
    texts = _complete(right, resolved.catalog, {})
    line = {**_who(question), "grants": texts, **_where(resolved, domain)}
    trial = with_line(_flow(line), resolved) if texts else None
    if trial is not None:
        text = Phrase("grant_it", line=_flow(line), file=file)
        yield Suggestion(text, line, file), trial


def _in_role(question: Question, right: Right, resolved: Resolved) -> Iterator[tuple[Suggestion, Trial]]:
    key = visible(resolved.roles, question.role or "", question.domain, resolved.domains)
    if key is None or resolved.roles[key].aside is not None:
        return
    role: Role = resolved.roles[key]
    texts = _complete(right, resolved.catalog, dict(role.rights))
    trial = with_grants(key, texts, resolved) if texts else None
    if trial is not None:
        shown = Listing("and", [SaidName("code", text) for text in texts])
        who = named("role", role.name, role.domain or "")
        text = Phrase("add_to_role", grants=shown, role=who, place=f"{role.span.file}:{role.span.line}")
        yield Suggestion(text, {"grants": texts}, role.span.file, role.span.line), trial


def _complete(right: Right, catalog: Catalog, held: dict[Right, Origin]) -> list[str]:
    """The grants to add to what is *held* for *right* and what it requires; empty if they are too many."""
    texts: list[str] = []
    waiting = [right]
    while waiting:
        wanting = waiting.pop(0)
        target = catalog.permission(wanting.path)
        if len(texts) == _MOST:
            return []
        grant = Grant(
            wanting.path,
            instance=wanting.obj if target.chain else None,
            scope=wanting.scope if target.ladder else None,
        )
        texts.append(str(grant))
        brought = give(GrantEntry(grant, str(grant), _NOW_HERE), catalog, Report())
        held.update({given: Origin(str(grant), _NOW_HERE) for given in brought})
        close(held, catalog, Report(), "", _NOW_HERE)
        known = RightSet(held)
        for given in held:
            for entry in catalog.permission(given.path).requires:
                asked = need(catalog, given, entry)
                if not known.meets(asked) and not any(w.path == asked.path for w in waiting):
                    other = catalog.permission(entry.path)
                    obj = asked.obj or ("*" if other.chain else "-")
                    waiting.append(Right(entry.path, obj, _scope(asked.scope, right, other)))
    return texts


def _scope(asked: str | None, right: Right, other: Permission) -> str:
    """The scope at which to grant a required permission: the one asked for, or the narrowest."""
    if asked is None:
        return other.scope_names[-1]
    return right.scope if asked != "-" and right.scope in other.scope_names else asked


def _who(question: Question) -> dict[str, str]:
    return {"user": question.user} if question.user is not None else {"team": question.team or ""}


def _where(resolved: Resolved, domain: str) -> dict[str, str]:
    return {"domain": domain} if resolved.domains.declared else {}


def _flow(line: Mapping[str, Any]) -> str:
    """*line* as a YAML flow mapping on one line, with every text in quotes."""
    text = json.dumps(line, ensure_ascii=False)
    # JSON's own escapes do not do: YAML reads a surrogate pair as two characters.
    return with_escapes(text, lambda c: f"\\U{ord(c):08X}")
