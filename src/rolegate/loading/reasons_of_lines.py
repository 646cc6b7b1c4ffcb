"""Why compiled lines answer as they do: the lines themselves, since where they came from is not in them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rolegate.answers.explain import Explanation, said_limit, way_to
from rolegate.answers.explanation_step import ExplanationStep
from rolegate.compiled.lines import GLine, PLine
from rolegate.compiled.names import is_role, is_team, parse_subject, unlimited
from rolegate.engine.decision import Decision
from rolegate.engine.question import Asked
from rolegate.engine.request import Request
from rolegate.engine.snapshot import Snapshot
from rolegate.wording.phrases import Phrase, SaidName


def reasons_of_lines(
    decision: Decision, asked: Asked, requests: Sequence[Request], snapshot: Snapshot
) -> Explanation:
    """The lines behind *decision*, from the subject on; what would change it is not in lines."""
    chain: tuple[ExplanationStep, ...] = ()
    grant = None
    for request in requests:
        line = next(snapshot.speaking(asked, request, "allow"), None)
        if line is not None and (not decision.allowed or snapshot.allows(asked, request)):
            chain, grant = tuple(_to_line(asked, line, snapshot)), snapshot.compiled.p[line].text
            break
    if decision.allowed:
        return Explanation(decision, chain, grant=grant)
    denying = (line for request in requests for line in snapshot.speaking(asked, request, "deny"))
    blocked = tuple(dict.fromkeys(_denied(asked, line, snapshot) for line in denying))
    return Explanation(decision, chain if blocked else (), blocked, unknown=True)


def _to_line(asked: Asked, line: PLine, snapshot: Snapshot) -> Iterator[ExplanationStep]:
    """The links from the subject to whom *line* is about, and the line."""
    for link in way_to(asked, line.sub, snapshot):
        yield ExplanationStep.at(_linked(link, snapshot), snapshot.compiled.g[link].span)
    source = snapshot.compiled.p[line]
    verb = "grants" if is_role(line.sub) else "is_granted"
    who = snapshot.said(line.sub, asked.dom)
    yield ExplanationStep.at(Phrase(verb, who=who, grant=SaidName("grant", source.text)), source.span)


def _linked(link: GLine, snapshot: Snapshot) -> Phrase:
    who, name = snapshot.said(link.sub, link.dom), unlimited(link.role)
    what = snapshot.said(name, link.dom)
    if is_team(link.role):
        return Phrase("is_in", who=who, team=what)
    limit = "" if name == link.role else parse_subject(link.role).limit
    if limit:
        return Phrase("has_for", who=who, what=what, limit=said_limit(limit))
    return Phrase("has", who=who, what=what)


def _denied(asked: Asked, line: PLine, snapshot: Snapshot) -> ExplanationStep:
    source = snapshot.compiled.p[line]
    who = snapshot.said(line.sub, asked.dom)
    return ExplanationStep.at(Phrase("is_restricted", who=who, what=source.restricts(line.act)), source.span)
