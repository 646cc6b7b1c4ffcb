"""Why access changes: what only one side says of what explains the answer, and what is in the way."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Literal

from rolegate.answers.explain import grounds, idle_grounds
from rolegate.answers.explanation_step import ExplanationStep
from rolegate.compiled.names import FULL, is_role, parse_subject, unlimited
from rolegate.diagnostics import Span, one_line
from rolegate.encoding import decode
from rolegate.engine.question import Asked
from rolegate.grants.roles import visible
from rolegate.review.changed_question import ChangedQuestion, Snapshots, translated_or_none
from rolegate.review.known_facts import known_facts, with_parents
from rolegate.review.moved_domains import lies_within
from rolegate.review.moved_permissions import moved, reached_otherwise
from rolegate.review.paired_names import PairedNames
from rolegate.review.paired_permissions import PairedPermission
from rolegate.wording.phrases import Phrase

SideWord = Literal["old", "new"]
SIDES: tuple[SideWord, SideWord] = ("old", "new")


@dataclass(frozen=True, slots=True)
class ReasonLine:
    """A line of one side's files, and what it says; `file` is empty for what no file says."""

    side: SideWord
    text: str
    file: str
    line: int
    column: int

    @classmethod
    def at(cls, number: int, text: str, span: Span) -> ReasonLine:
        return cls(SIDES[number], one_line(text), span.file, span.line, span.column)

    def to_dict(self) -> dict[str, Any]:
        """The same as JSON."""
        place = {"file": self.file, "line": self.line, "column": self.column} if self.file else {}
        return {"side": self.side, "text": self.text, **place}


@dataclass(frozen=True, slots=True)
class ChangeReason:
    """Why something is gained (`gain`), or lost, with one question that shows it.

    `lines` are those of the side that allows it which the other side does not have. `blocked` is what is in
    the way on the other side: a restriction, a plan, an exception, or the way in which its catalog differs.
    """

    gain: bool
    question: ChangedQuestion
    lines: tuple[ReasonLine, ...]
    blocked: tuple[ReasonLine, ...]

    @property
    def said(self) -> tuple[ReasonLine, ...]:
        """All lines."""
        return (*self.lines, *self.blocked)

    def without(self, known: Collection[tuple[bool, ReasonLine]]) -> ChangeReason:
        """The same, without the lines that are *known* to be why something is gained, or why it is lost."""
        lines, blocked = (
            tuple(line for line in several if (self.gain, line) not in known)
            for several in (self.lines, self.blocked)
        )
        return replace(self, lines=lines, blocked=blocked)

    def to_dict(self) -> dict[str, Any]:
        """The same as JSON."""
        return {
            "gain": self.gain,
            "question": self.question.to_dict(),
            "lines": [line.to_dict() for line in self.lines],
            "blocked": [line.to_dict() for line in self.blocked],
        }


def change_reason(pair: PairedPermission, question: ChangedQuestion, sides: Snapshots) -> ChangeReason:
    """Why *question*, about *pair*, has another answer than before."""
    holding, other = (1, 0) if question.now else (0, 1)
    put = (question.before, question.question)
    asked = translated_or_none(put[holding], sides[holding])
    if asked is None:
        return ChangeReason(question.now, question, (), ())
    chain, _ = grounds(asked, sides[holding])
    refused = translated_or_none(put[other], sides[other])
    known = _known(asked, sides, holding)
    lines = tuple(
        ReasonLine.at(holding, step.text, Span(step.file, step.line, step.column))
        for step in chain
        if step.text not in known
    )
    blocked: tuple[ReasonLine, ...] = ()
    if refused is not None:
        _, steps = grounds(refused, sides[other])
        names = PairedNames.of(sides[0].resolved, sides[1].resolved)
        idle = {step.text for step in idle_grounds(asked, sides[holding])}
        blocked = tuple(
            ReasonLine.at(other, step.text, Span(step.file, step.line, step.column))
            for step in steps
            if names.said_on(holding, step.text) not in idle
        )
    blocked = (*blocked, *_excepted(pair, asked, sides, holding), *_replaced(asked, sides, holding))
    if not lines and not blocked:
        catalogs = (side.resolved.catalog for side in sides)
        lines = (
            *_as_version(asked, sides, holding),
            *(ReasonLine.at(number, text, span) for number, text, span in moved(pair, *catalogs)),
            *(_by_star(chain, holding) if reached_otherwise(pair) else ()),
        )
    lines = (*_within(asked.dom, sides, holding), *lines)
    if refused is not None:
        blocked = (*_within(refused.dom, sides, 1 - holding), *blocked)
    return ChangeReason(question.now, question, tuple(dict.fromkeys(lines)), tuple(dict.fromkeys(blocked)))


def _within(dom: str, sides: Snapshots, number: int) -> Iterator[ReasonLine]:
    """The domain around that of the question, where it is not around it on the other side."""
    for text, span in lies_within(dom, sides, number):
        yield ReasonLine.at(number, text, span)


def _by_star(chain: Iterable[ExplanationStep], holding: int) -> Iterator[ReasonLine]:
    """The grant with a star by which somebody holds what both sides do not have at the same place."""
    for step in chain:
        phrase = step.text
        if isinstance(phrase, Phrase) and phrase.key in ("grants", "is_granted"):
            path, *_ = re.split(r"[\[@]", phrase.values["grant"].name, maxsplit=1)
            if path.endswith("*"):
                text = f"{phrase}, which {('took', 'takes')[holding]} it in"
                yield ReasonLine.at(holding, text, Span(step.file, step.line, step.column))


def _known(asked: Asked, sides: Snapshots, holding: int) -> frozenset[str]:
    """What the other side says as well, about everybody through whom the subject holds something."""
    here, other = sides[holding], sides[1 - holding]
    names = PairedNames.of(sides[0].resolved, sides[1].resolved)
    there = dict.fromkeys(names.on(1 - holding, sub) for sub in here.lookup.subjects(asked.sub, asked.dom))
    dom = names.on(1 - holding, asked.dom)
    there |= dict.fromkeys(other.lookup.subjects(names.on(1 - holding, asked.sub), dom))
    return frozenset(names.said_on(holding, fact) for fact in known_facts(there, dom, other))


def _excepted(pair: PairedPermission, asked: Asked, sides: Snapshots, holding: int) -> Iterator[ReasonLine]:
    """The exceptions that a role has on the other side only, and that take what is asked."""
    other = sides[1 - holding]
    permission = pair.side(1 - holding)
    if permission is None:
        return
    names = PairedNames.of(sides[0].resolved, sides[1].resolved)
    for sub in dict.fromkeys(map(unlimited, sides[holding].lookup.subjects(asked.sub, asked.dom))):
        there, here = other.roles.get(names.on(1 - holding, sub)), sides[holding].roles.get(sub)
        if there is None or here is None:
            continue
        known = {entry.text for role in with_parents(here, sides[holding]) for entry in role.excepted}
        for role in with_parents(there, other):
            for entry in role.excepted:
                path = entry.grant.path
                takes = path == permission.path or (entry.grant.star and _in(permission.path, path))
                if takes and entry.text not in known:
                    yield ReasonLine.at(
                        1 - holding, f"role `{role.name}` leaves out `{entry.text}`", entry.span
                    )


def _replaced(asked: Asked, sides: Snapshots, holding: int) -> Iterator[ReasonLine]:
    """The versions of default roles of the domain on the other side only, which are in the way."""
    other, domain = sides[1 - holding].resolved, decode(asked.dom)
    if asked.dom == FULL or domain not in other.domains.by_name:
        return
    for sub in map(unlimited, sides[holding].lookup.subjects(asked.sub, asked.dom)):
        if not is_role(sub) or parse_subject(sub).domain is not None:
            continue
        key = visible(other.roles, parse_subject(sub).name, domain, other.domains)
        version = None if key is None else other.roles[key]
        if version is not None and version.replaces is not None:
            text = f"role `{version.name}` replaces `{version.replaces}` in domain `{version.domain}`"
            yield ReasonLine.at(1 - holding, text, version.replaces.span)


def _as_version(asked: Asked, sides: Snapshots, holding: int) -> Iterator[ReasonLine]:
    """What a role of a domain replaces on this side only: who has the default role had this one by it."""
    names = PairedNames.of(sides[0].resolved, sides[1].resolved)
    for sub in map(unlimited, sides[holding].lookup.subjects(asked.sub, asked.dom)):
        version, there = (
            sides[holding].roles.get(sub),
            sides[1 - holding].roles.get(names.on(1 - holding, sub)),
        )
        if version is not None and version.replaces is not None and (there is None or there.replaces is None):
            text = f"role `{version.name}` replaces `{version.replaces}` in domain `{version.domain}`"
            yield ReasonLine.at(holding, text, version.replaces.span)


def _in(path: str, group: str) -> bool:
    return not group or path.startswith(f"{group}.")
