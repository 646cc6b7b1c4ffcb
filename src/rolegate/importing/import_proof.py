"""Casbin on the source and the new set are asked the same questions, and what differs is told."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count, product
from math import prod
from pathlib import Path

from rolegate.documents.capture import Files
from rolegate.documents.file_kinds import BINDINGS
from rolegate.documents.limits import Limits, chosen
from rolegate.documents.value_lines import value_between_brackets
from rolegate.engine.question import Question
from rolegate.importing.casbin_lines import source_enforcer
from rolegate.importing.casbin_mapping import CasbinMapping
from rolegate.importing.imported_roles import ImportedLines
from rolegate.importing.line_grants import LineGrants
from rolegate.loading.load import policy_of
from rolegate.policy.policy import Policy

QUESTIONS = 20_000
"""So many questions are asked at most, and fewer of a large source: Casbin tries all its lines."""
_LINES = 4_000_000
_FEWEST = 200
_SHOWN = 1_000

UNKNOWN = "never-named"
"""What no source names: a subject, a domain, an object, an action and an instance."""


@dataclass(frozen=True, slots=True)
class AnswerDifference:
    """A question that Casbin and the new set answer differently."""

    asked: tuple[str, ...]
    question: Question | None
    source: bool

    @property
    def gained(self) -> bool:
        """Whether the new set allows what the source does not."""
        return not self.source


@dataclass(frozen=True, slots=True)
class ImportProof:
    """What both were asked: so many questions of all that the names in the source make.

    `differences` has the first of those that nothing explains, and `differ` says how many there are.
    `unnamed` counts what the source allows on names that it does not have, and the set denies as unknown;
    `told` counts what a finding says is not granted.
    """

    asked: int
    possible: int
    allowed: int
    differ: int = 0
    unnamed: int = 0
    told: int = 0
    differences: tuple[AnswerDifference, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether nothing differs that is not explained."""
        return not self.differ


@dataclass(slots=True)
class _Prover:
    grants: LineGrants
    lines: ImportedLines
    mapping: CasbinMapping
    policy: Policy
    holders: Mapping[str, str]
    lossy: frozenset[tuple[str, ...]]
    enforce: Callable[..., tuple[bool, list[str]]]
    counts: dict[str, int] = field(
        default_factory=lambda: dict.fromkeys(("allowed", "differ", "unnamed", "told"), 0)
    )
    differences: list[AnswerDifference] = field(default_factory=list)

    def ask(self, asked: tuple[str, ...]) -> None:
        allowed, line = self.enforce(*asked)
        self.counts["allowed"] += allowed
        question = self.mapping.question(*asked)
        found = False
        if question is not None:
            found = bool(self.policy.decide(self._as_holder(question)))
        if allowed == found:
            return
        if allowed and (question is None or question.domain not in self.grants.names.domains):
            self.counts["unnamed"] += 1
        elif allowed and self._is_told(line, question):
            self.counts["told"] += 1
        else:
            self.counts["differ"] += 1
            if len(self.differences) < _SHOWN:
                self.differences.append(AnswerDifference(asked, question, allowed))

    def _as_holder(self, question: Question) -> Question:
        """*question* about somebody who has the role that is asked about, and nothing else."""
        user = str(question.user)
        return Question(
            question.permission, user=self.holders.get(user, user), domain=question.domain, on=question.on
        )

    def _is_told(self, line: Sequence[str], question: Question | None) -> bool:
        if tuple(line) in self.lossy:
            return True
        group, _, action = ("" if question is None else question.permission).rpartition(".")
        widened = {(name, self.grants.actions[text]) for name, text in self.grants.widened}
        return (group, action) in widened or (action, "") in widened


def prove_import(
    texts: Mapping[str, str],
    grants: LineGrants,
    lines: ImportedLines,
    mapping: CasbinMapping,
    *,
    questions: int | None = None,
    limits: Limits | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> ImportProof:
    """Ask Casbin on the source, and the set of *texts*, what the source names and what it does not.

    A role is asked about as somebody who has it and nothing else.

    Raises:
        InvalidPolicyError: when the set has errors.
    """
    holders = _holders(grants)
    policy = _policy_with(texts, holders, grants, lines, limits)
    lossy = frozenset(line.values for line in grants.names.lines if line.span in _places_told(grants))
    enforcer = source_enforcer(grants.names.model, grants.names.lines)
    prover = _Prover(grants, lines, mapping, policy, holders, lossy, enforcer.enforce_ex)
    columns = [_asked_values(part, grants) for part in grants.names.terms.parts]
    possible = prod(map(len, columns))
    many = sum(line.section == "p" for line in grants.names.lines)
    most = questions if questions is not None else max(_FEWEST, min(QUESTIONS, _LINES // max(1, many)))
    for number, asked in enumerate(_chosen(columns, possible, most, grants)):
        if progress is not None and number % 200 == 0:
            progress(number, min(possible, most))
        prover.ask(asked)
    return ImportProof(min(possible, most), possible, **prover.counts, differences=tuple(prover.differences))


def _chosen(
    columns: Sequence[Sequence[str]], possible: int, most: int, grants: LineGrants
) -> Iterator[tuple[str, ...]]:
    """All combinations, or as many as are asked, the same ones in each run.

    Of a part, every other question is about what some line says: most combinations are about nothing.
    """
    if possible <= most:
        yield from product(*columns)
        return
    chance = random.Random(0)  # noqa: S311 - no secret depends on it
    known = [frozenset(column) for column in columns]
    lines = [line for line in grants.names.lines if line.section == "p"]
    asked: set[tuple[str, ...]] = set()
    while len(asked) < most:
        line = chance.choice(lines) if len(asked) % 2 and len(lines) > 1 else None
        found = []
        for part, column, its in zip(grants.names.terms.parts, columns, known, strict=True):
            said = None if line is None else grants.names.column(part, line)
            found.append(said if said in its and said is not None else chance.choice(column))
        question = tuple(found)
        if question in asked and line is not None:
            question = tuple(map(chance.choice, columns))
        if question not in asked:
            asked.add(question)
            yield question


def _asked_values(part: str, grants: LineGrants) -> tuple[str, ...]:
    names = grants.names
    if part == "subject":
        lines = (line.values[0] for line in names.lines if line.section == names.section)
        values = (names.column("subject", line) for line in names.lines if line.section == "p")
        found = {*names.roles, *lines, *(value for value in values if value is not None)}
        found |= {*names.terms.allowed_subjects}
    elif part == "domain":
        found = {domain for domain in names.domains if domain is not None}
    elif part == "action":
        found = set(grants.actions)
    else:
        places = grants.places
        found = {*places.things, *places.known}
        for place in places.kinds:
            if place.template is not None:
                outer = {ids[:-1] for its, ids in places.known.values() if its == place}
                outer.add((UNKNOWN,) * (len(place.kinds) - 1))
                found |= {place.template.write([*ids, UNKNOWN]) for ids in outer}
    return (*sorted(found - {UNKNOWN}), UNKNOWN)


def _places_told(grants: LineGrants) -> set[object]:
    """Where lines are of which less is granted, or nothing."""
    return {found.span for found in grants.names.report.diagnostics if found.severity != "note"}


def _holders(grants: LineGrants) -> dict[str, str]:
    """For each role, the id of a user whom the source does not name."""
    known = {name for line in grants.names.lines for name in line.values}
    free = (name for number in count() if (name := f"holder {number}") not in known)
    return dict(zip(sorted(grants.names.roles), free, strict=False))


def _policy_with(
    texts: Mapping[str, str],
    holders: Mapping[str, str],
    grants: LineGrants,
    lines: ImportedLines,
    limits: Limits | None,
) -> Policy:
    """The set of *texts*, in which each role has a holder who has nothing else."""
    added = []
    for domain in grants.names.domains:
        where = {} if domain is None else {"domain": domain}
        for role, holder in holders.items():
            if lines.has_role(domain, role):
                added.append(value_between_brackets({"user": holder, "role": role, **where}))
    files = dict(texts)
    if added:
        before = files.get(BINDINGS.place, f"{BINDINGS.key}:\n")
        files[BINDINGS.place] = before + "".join(f"  - {line}\n" for line in added)
    contents = {name: text.encode() for name, text in files.items()}
    return policy_of(Files(Path("imported"), contents, limits=chosen(limits)))
