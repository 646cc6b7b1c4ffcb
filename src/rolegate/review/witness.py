"""Witnesses: somebody who breaks an invariant, with questions that show it."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from operator import eq
from typing import Any

from rolegate.catalog.grant_syntax import Grant
from rolegate.compiled.names import STRANGER, parse_subject
from rolegate.diagnostics import RelatedSpan, quoted
from rolegate.encoding import decode
from rolegate.engine.question import Question
from rolegate.grants.resolve import Resolved
from rolegate.grants.roles import name_in
from rolegate.review.cells import UNNAMED, Cell
from rolegate.review.differences import PolicySide
from rolegate.review.held_access import HeldAccess
from rolegate.review.invariant_checks import Counterexample

SOMEBODY = "somebody-else"
"""Stands for a user or an instance that no file names; if one is called so, dashes are added."""


@dataclass(frozen=True, slots=True)
class Witness:
    """Somebody, and questions about them with the answers that break an invariant.

    `because` says where the first thing that is allowed is granted.
    """

    who: str
    questions: tuple[tuple[Question, bool], ...]
    because: tuple[RelatedSpan, ...] = ()
    says: str = ""
    """What is said of several people; empty for one."""
    listed: Question | None = None
    """What is asked to list them."""
    steps: tuple[str, ...] = ()
    """The changes that show it, where it takes some."""

    def __str__(self) -> str:
        """What they hold, and what they do not, such as ``role `agent` holds `payments.refund` ``."""
        if self.says:
            return self.says
        holds = [f"`{_grant(asked)}`" for asked, allowed in self.questions if allowed]
        lacks = [f"`{_grant(asked)}`" for asked, allowed in self.questions if not allowed]
        both = "both " if len(holds) > 1 else ""
        parts = [f"holds {both}{' and '.join(holds)}"] if holds else []
        parts += [f"{'not' if holds else 'does not hold'} {' and '.join(lacks)}"] if lacks else []
        return f"{self.who} {' and '.join(parts)}"

    def commands(self, source: str, at: datetime | None = None) -> tuple[str, ...]:
        """The questions as command lines, asked at a moment if one is given."""
        time = [] if at is None else ["--at", f"{at:%Y-%m-%dT%H:%M:%SZ}"]
        if self.listed is not None:
            words = ["rolegate", "who-can", source, self.listed.permission, "--any"]
            return (shlex.join([*words, "--domain", self.listed.domain or "", *time]),)
        return tuple(shlex.join([*_command(asked, source), *time]) for asked, _ in self.questions)

    def to_dict(self) -> dict[str, Any]:
        """The same as JSON."""
        return {
            "says": str(self),
            **({"steps": list(self.steps)} if self.steps else {}),
            "questions": [
                {
                    **{
                        key: value
                        for key in ("permission", "user", "team", "role", "domain", "on", "scope")
                        if (value := getattr(asked, key)) is not None
                    },
                    "allowed": allowed,
                }
                for asked, allowed in self.questions
            ],
        }


def witness_of(sub: str, here: HeldAccess, questions: Counterexample, side: PolicySide) -> Witness:
    """The witness *sub*, as the name in lines of one domain."""
    kind, name = _named(sub, here, side.resolved)
    where = "" if here.domain is None else f" in {quoted(here.domain)}"
    who = who_is(sub, here, side.resolved)
    asked = tuple((_question(cell, kind, name, here), allowed) for cell, allowed in questions)
    because = tuple(dict.fromkeys(where_granted(sub, here, questions, side)))
    owner = parse_subject(sub).domain
    if kind == "team" and here.domain and side.resolved.domains.team_owner(name, here.domain) != owner:
        # A question would be about the team of this name that a domain further inside declares.
        who = f"team {quoted(name)} of {quoted(owner or '')}{where}"
        listed = Question(questions[0][0].permission.path, user="*", domain=here.domain, any=True)
        return Witness(who, (), because, says=str(Witness(who, asked)), listed=listed)
    return Witness(who, asked, because)


def who_is(sub: str, here: HeldAccess, resolved: Resolved, *, alone: bool = False) -> str:
    """How *sub*, as the name in lines of one domain, is called; with *alone* without the domain."""
    kind, name = _named(sub, here, resolved)
    where = "" if alone or here.domain is None else f" in {quoted(here.domain)}"
    return f"a user whom no file names{where}" if sub == STRANGER else f"{kind} {quoted(name)}{where}"


def question_of(cell: Cell, sub: str, here: HeldAccess, resolved: Resolved) -> Question:
    """The question about one cell and *sub*."""
    return _question(cell, *_named(sub, here, resolved), here)


def granted_text(cell: Cell, here: HeldAccess) -> str:
    """A cell as a grant, in backticks."""
    return f"`{_grant(_question(cell, 'user', '', here))}`"


def _named(sub: str, here: HeldAccess, resolved: Resolved) -> tuple[str, str]:
    if sub == STRANGER:
        name = SOMEBODY
        while any(parse_subject(one).name == name for one in here.named):
            name += "-"
        return "user", name
    kind, name, owner, _ = parse_subject(sub)
    if kind == "role" and (owner, name) in resolved.roles:
        role = resolved.roles[owner, name]
        name = name_in(role, here.domain, resolved.roles, resolved.domains) or name
    return kind, name


def _question(cell: Cell, kind: str, name: str, here: HeldAccess) -> Question:
    ids = {id for known in here.cells.all for id in known.on}
    fresh = SOMEBODY
    while fresh in ids:
        fresh += "-"
    on = tuple(fresh if id == UNNAMED else decode(id) for id in cell.on)
    names: dict[str, Any] = {kind: name}
    return Question(cell.permission.path, domain=here.domain, on=on or None, scope=cell.scope, **names)


def where_granted(
    sub: str, here: HeldAccess, questions: Counterexample, side: PolicySide
) -> Iterator[RelatedSpan]:
    """Where the first line is written by which *sub* may what a question with a yes asks."""
    reached = here.access.reached(sub)
    for cell, allowed in questions:
        if not allowed:
            continue
        bit = here.cells.mask(cell.permission, partial(eq, cell))
        for line in side.lines.at(here.dom):
            covered = here.access.side.covered(line.act, line.scope, line.obj)
            if line.sub in reached and line.eft == "allow" and covered & bit:
                source = side.compiled.p[line]
                yield RelatedSpan(source.span, f"`{source.text}` grants it")
                break


def _grant(asked: Question) -> str:
    instance = "/".join(asked.path)
    return str(Grant(asked.permission, False, instance or None, asked.scope))


def _command(asked: Question, source: str) -> list[str]:
    words = ["rolegate", "explain", source, asked.permission]
    for kind in ("user", "team", "role", "domain", "scope"):
        value = getattr(asked, kind)
        words += [f"--{kind}", value] if value is not None else []
    if asked.path:
        words += ["--on", "/".join(asked.path)]
    return words
