"""Invariants with every name looked up: what has to stay true of a policy, and for whom."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, cast

from rolegate.catalog.model import Permission
from rolegate.compiled.names import ALL, SubjectParts
from rolegate.diagnostics import Report, Span
from rolegate.documents.former_name_problems import name_renamed
from rolegate.documents.invariants_file import COUNTS, RULES, SORTS, InvariantShape
from rolegate.documents.text import Text
from rolegate.grants.entries import given, read_entry
from rolegate.grants.grant_entry import GrantEntry
from rolegate.grants.resolve import Resolved
from rolegate.grants.takes import take
from rolegate.review import invariant_problems as problems
from rolegate.review.invariant_sentence import text_of

InvariantRule = Literal["never", "only", "includes", "separate", "reach", "at_least", "max_holders"]


@dataclass(frozen=True, slots=True)
class RegionPart:
    """A part of one permission: on the instances of `obj`, or on all, at each of `scopes`.

    `scope` is the one that is written; None where none is.
    """

    permission: Permission
    obj: str | None
    scopes: tuple[str, ...]
    scope: str | None = None


Region = tuple[RegionPart, ...]


@dataclass(frozen=True, slots=True)
class InvariantSubject:
    """Whom an invariant is about: one of a `sort` by its name, or all of them."""

    sort: str
    name: str | None = None

    def means(self, parts: SubjectParts, replaced: str | None) -> bool:
        """Whether somebody is meant; *replaced* is the default role in whose place a role is."""
        if self.name is None:
            custom = parts.domain is not None
            return parts.kind == self.sort.removeprefix("custom_").removesuffix("s") and (
                custom or self.sort != "custom_roles"
            )
        return parts.kind == self.sort and self.name in (parts.name, replaced)


@dataclass(frozen=True, slots=True, eq=False)
class Invariant:
    """What has to stay true: `regions` are what the rule is about, each entry of `separate` being one.

    For `never` and `only`, the one region is what is not held; for `includes`, what is. `held` is what makes
    somebody hold it. There are no `subjects` where everybody is meant, and no `domains` where all are.
    """

    rule: InvariantRule
    text: str
    span: Span
    regions: tuple[Region, ...]
    held: Region | None = None
    subjects: tuple[InvariantSubject, ...] = ()
    domains: frozenset[str] | None = None
    note: str = ""
    count: int = 0
    """The number of `at_least` and `max_holders`."""
    actors: tuple[InvariantSubject, ...] = ()
    """With `reach`: who changes access; everybody who may, where there are none."""

    @property
    def paths(self) -> Iterator[str]:
        """The instances that it names, as objects of lines are written."""
        for region in (*self.regions, self.held or ()):
            yield from (part.obj for part in region if part.obj is not None)


def invariants_of(resolved: Resolved, report: Report) -> tuple[Invariant, ...]:
    """The invariants of a set; what is wrong with them goes to *report*."""
    read = (read_invariant(shape, resolved, report) for shape in resolved.invariants)
    return tuple(invariant for invariant in read if invariant is not None)


def read_invariant(shape: InvariantShape, resolved: Resolved, report: Report) -> Invariant | None:
    """One invariant; None where something is wrong with it."""
    before = len(report.diagnostics)
    rule = _rule(shape, report)
    if rule is None:
        return None
    counted = rule in COUNTS
    texts: list[Text] = (shape.of or []) if counted else getattr(shape, rule)
    lists = {"of" if counted else rule: texts, "with": shape.held, "for": shape.subjects}
    lists |= {"by": shape.actors, "in": shape.domains}
    for key, entries in lists.items():
        if entries is not None and not entries:
            problems.key_empty(report, shape.at(key), key)
    read = touched_region if rule != "includes" else granted_region if shape.held is None else _along
    regions = [read(text, resolved, report) for text in texts]
    along = (touched_region(text, resolved, report) for text in shape.held or ())
    held = None if shape.held is None else _joined(along)
    starred = any("*" in text for text in (*texts, *(shape.held or ())))  # may be about more tomorrow
    if held is not None and not starred and _goes_without_saying(_joined(regions), held):
        problems.included_in_itself(report, shape.at(rule), rule)
    if rule == "separate":
        _each_once(texts, regions, report)
    subjects = [subject for text in shape.subjects or () for subject in _subjects(text, resolved, report)]
    actors = [subject for text in shape.actors or () for subject in _subjects(text, resolved, report)]
    domains = None if shape.domains is None else frozenset(_domains(shape.domains, resolved, report))
    if report.failed_since(before):
        return None
    return Invariant(
        rule,
        text_of(shape, rule),
        shape.span,
        tuple(regions) if rule == "separate" else (_joined(regions),),
        held,
        tuple(subjects),
        domains,
        str(shape.note or ""),
        int(getattr(shape, rule)) if counted else 0,
        tuple(actors),
    )


def _rule(shape: InvariantShape, report: Report) -> InvariantRule | None:
    """The one rule of an invariant, if it has the keys that the rule needs."""
    rules = sorted((rule for rule in RULES if getattr(shape, rule) is not None), key=shape.at)
    if len(rules) > 1:
        problems.several_rules(report, shape.at(rules[1]), rules[1], shape.at(rules[0]), rules[0])
        return None
    if not rules:
        problems.rule_missing(report, shape.span, RULES)
        return None
    (rule,) = rules
    if shape.held is not None and rule != "includes":
        problems.held_without_includes(report, shape.at("with"))
        return None
    if rule in COUNTS and shape.of is None:
        problems.key_missing(report, shape.at(rule), rule, "add `of:`, what so many people hold")
        return None
    if rule in COUNTS and shape.subjects is not None:
        problems.key_beside(report, shape.at("for"), "for", "it counts users; leave out `for`")
        return None
    if rule not in COUNTS and shape.of is not None:
        problems.key_beside(report, shape.at("of"), "of", "it goes with `at_least` or `max_holders`")
        return None
    if rule != "reach" and shape.actors is not None:
        problems.key_beside(report, shape.at("by"), "by", "it goes with `reach`: who changes access")
        return None
    if rule == "only" and shape.subjects is None:
        problems.key_missing(report, shape.at(rule), rule, "add `for:`, those who may hold it")
        return None
    if rule == "includes" and shape.held is None and shape.subjects is None:
        help = "add `with:`, what somebody holds, or `for:`, who always holds it"
        problems.key_missing(report, shape.at(rule), rule, help)
        return None
    if rule == "separate" and len(shape.separate or ()) == 1:
        problems.one_apart(report, shape.at(rule))
        return None
    return cast("InvariantRule", rule)


def _goes_without_saying(wanted: Region, held: Region) -> bool:
    """Whether whoever holds any part of *held* holds *wanted*, since both are of one permission."""
    if len({part.permission.path for part in (*wanted, *held)}) != 1:
        return False
    scopes = {scope for part in held for scope in part.scopes}
    # Without an instance or a scope of its own, it is about those of what is held.
    return all(part.obj is None and (part.scope is None or scopes <= {*part.scopes}) for part in wanted)


def _each_once(texts: Sequence[Text], regions: Sequence[Region], report: Report) -> None:
    for number, region in enumerate(regions):
        if region and region in regions[:number]:
            problems.apart_from_itself(report, texts[number])


def touched_region(text: Text, resolved: Resolved, report: Report) -> Region:
    """What is held of it by whoever holds any part of what *text* names, or something broader."""
    entry = read_entry(text, resolved.catalog, report, "takes away")
    takes = () if entry is None else take(entry, resolved.catalog, report, hidden=True)
    return tuple(RegionPart(found.permission, found.obj, found.scopes) for found in takes)


def _along(text: Text, resolved: Resolved, report: Report) -> Region:
    """What goes with something else: at the scope and on the instance of that, unless *text* names one."""
    entry = read_entry(text, resolved.catalog, report, "takes away")
    takes = () if entry is None else take(entry, resolved.catalog, report, hidden=True)
    named = entry is not None and entry.grant.instance is not None
    scope = None if entry is None else entry.grant.scope
    return tuple(
        RegionPart(found.permission, (found.obj or ALL) if named else None, found.scopes, scope)
        for found in takes
    )


def granted_region(text: Text, resolved: Resolved, report: Report) -> Region:
    """What somebody holds who is granted *text*."""
    entry = read_entry(text, resolved.catalog, report)
    return () if entry is None else tuple(_granted(entry, resolved, report))


def _granted(entry: GrantEntry, resolved: Resolved, report: Report) -> Iterator[RegionPart]:
    for permission in given(entry, resolved.catalog, report):
        instance = entry.grant.instance if permission.chain else None
        scopes = permission.scope_names
        if permission.ladder is not None and entry.grant.scope is not None:
            scopes = tuple(permission.ladder.within(entry.grant.scope))
        yield RegionPart(permission, instance, scopes, entry.grant.scope)


def _joined(regions: Iterable[Region]) -> Region:
    return tuple(part for region in regions for part in region)


def _subjects(text: Text, resolved: Resolved, report: Report) -> Iterator[InvariantSubject]:
    if text in SORTS:
        yield InvariantSubject(str(text))
        return
    kind, _, name = text.partition(":")
    if kind not in ("role", "team", "user") or not name:
        problems.subject_unreadable(report, text, bool(resolved.roles.called(text)))
        return
    known: Sequence[str] = [name]
    names = [name]
    if kind == "role":
        known = list(dict.fromkeys(role for _, role in resolved.roles))
        names = resolved.roles.called(name) or names
        for now in names if name not in names else ():
            name_renamed(report, Text(name, text.span), "role", now)
    elif kind == "team":
        known = list(dict.fromkeys(str(team) for domain in resolved.domains for team in domain.teams))
    # What a domain declares that is set aside is not known, and nobody holds anything there.
    if not set(names) <= set(known) and not resolved.domains.dark:
        problems.subject_unknown(report, text, kind, name, known)
        return
    yield from (InvariantSubject(kind, called) for called in names)


def _domains(names: Iterable[Text], resolved: Resolved, report: Report) -> Iterator[str]:
    for name in names:
        if name in resolved.domains.dark:
            continue
        if name not in resolved.domains:
            problems.domain_unknown(report, name, resolved.domains.help(name))
        else:
            yield from resolved.domains.inside(name)
