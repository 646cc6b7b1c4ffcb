"""The gains of a change that nothing approves, and the roles that may not change at all."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from rolegate.review.access_diff import AccessDiff, ChangedSubjects
from rolegate.review.approvals import Approvals
from rolegate.review.gains import Whose, approval_entry, gains_of
from rolegate.review.gate_refusal import GateRefusal, RefusalKind
from rolegate.review.gate_rules import GateRules
from rolegate.review.permission_meanings import PermissionMeanings

_Missing = dict[tuple[Whose, str], dict[int, bool]]
"""By each text that somebody lacks, the lines of the diff in which it stands, and whether it is sensitive."""


def refused_gains(
    diff: AccessDiff, meanings: PermissionMeanings, rules: GateRules, approvals: Approvals
) -> Iterator[GateRefusal]:
    """What is refused of each line of a diff; what is in several lines is refused in the first."""
    missing = _missing(diff, meanings, rules, approvals)
    by_line: dict[int, dict[Whose, dict[str, bool]]] = {}
    for (whose, text), lines in missing.items():
        by_line.setdefault(min(lines), {}).setdefault(whose, {})[text] = any(lines.values())
    for number, line in enumerate(diff.subjects):
        if line.kind == "role" and rules.only_roles is not None:
            others = _others(line, rules.only_roles)
            if others:
                names = tuple(name for name, _ in others)
                yield GateRefusal("role", names, line.part(others, line.domains), lines=(line,))
        refused = by_line.get(number, {})
        standing: dict[tuple[str, ...], set[int]] = {}
        for whose, known in refused.items():
            standing.setdefault(tuple(known), set()).update(*(missing[whose, text] for text in known))
        for about, texts in _together(line, refused):
            kind: RefusalKind = "sensitive" if any(texts.values()) else "gain"
            what = tuple(sorted(texts, key=texts.__getitem__, reverse=True))  # what is sensitive first
            beside = [*texts.values()].count(False) if kind == "sensitive" else 0
            where = tuple(diff.subjects[other] for other in sorted(standing[tuple(texts)]))
            yield GateRefusal(kind, what, about, approval_entry(about, what), where, beside)


def _missing(
    diff: AccessDiff, meanings: PermissionMeanings, rules: GateRules, approvals: Approvals
) -> _Missing:
    """Every text that is not approved and has to be, in the order of the diff."""
    numbers = {id(line): number for number, line in enumerate(diff.subjects)}
    found: _Missing = {}
    for line, gain in gains_of(diff.subjects, meanings):
        missing = approvals.missing(gain)
        if gain.sensitive or not rules.sensitive_only:
            for text in missing:
                lines = found.setdefault((gain.whose, text), {})
                number = numbers[id(line)]
                lines[number] = gain.sensitive or lines.get(number, False)
    return found


def _others(roles: ChangedSubjects, only: Collection[str]) -> list[tuple[str, str]]:
    """Those of *roles* that *only* does not let change, each with its owner.

    It has to name a role as both sides do. It names default roles: a tenant calls its own ones as it likes.
    """
    known = zip(roles.owned, roles.was or roles.names, strict=True)
    return [(name, owner) for (name, owner), was in known if owner or not {name, was} <= {*only}]


def _together(
    subjects: ChangedSubjects, refused: Mapping[Whose, dict[str, bool]]
) -> Iterator[tuple[ChangedSubjects, dict[str, bool]]]:
    """Those of *subjects* for whom the same is refused in the same domains, with that."""
    domains: dict[tuple[tuple[str, str], tuple[str, ...]], list[str]] = {}
    for one, texts in refused.items():
        found = domains.setdefault(((one.name, one.owner), tuple(texts)), [])
        found += [] if one.domain is None else [one.domain]
    names: dict[tuple[tuple[str, ...], tuple[str, ...]], list[tuple[str, str]]] = {}
    for (name, known), where in domains.items():
        names.setdefault((known, tuple(where)), []).append(name)
    said = {tuple(texts): texts for texts in refused.values()}
    for (known, there), together in names.items():
        yield subjects.part(together, there), said[known]
