"""Restrictions that a change lifts, as lines of the gate: they hold for people whom no file names as well."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import datetime

from rolegate.compiled.names import ALL, EVERYONE, NONE, parse_subject
from rolegate.grants.grant_entry import GrantEntry
from rolegate.grants.resolve import Resolved
from rolegate.grants.rights import Right, shown
from rolegate.review.access_diff import ChangedSubjects
from rolegate.review.changed_periods import SUBJECT_WORDS, period_words
from rolegate.review.compared_takes import LATER, ComparedTakes, TakenPart
from rolegate.review.lifted_restrictions import LiftedRestriction, LiftedRestrictions
from rolegate.review.owned_names import owned_name
from rolegate.review.paired_permissions import paired_permissions
from rolegate.review.sensitive_marks import is_sensitive


def lifted_rules(
    old: Resolved,
    new: Resolved,
    changed: Iterable[ChangedSubjects],
    since: datetime,
    *,
    sensitive_only: bool = False,
) -> Iterator[str]:
    """Each restriction that is lifted, unless *changed* has what the one whom it names gains by that.

    What is lifted in a domain is not said of those inside it. A line that still switches a restriction of the
    catalog on is as it was: what the restriction takes no longer is said once, of the catalog. With
    *sensitive_only*, something of what is lifted, or of what that takes along, is sensitive.
    """
    sensitive = _SensitiveParts(old, new) if sensitive_only else None
    told = _Told(changed)
    said: dict[tuple[str, ...], dict[str, frozenset[TakenPart]]] = {}
    for lifted in LiftedRestrictions(old, new, since):
        if sensitive is not None and not sensitive.among(lifted.parts, lifted.entry):
            continue
        for begins, ends in lifted.unnamed if lifted.parts else ():
            what = (lifted.sub, lifted.entry.text, str(lifted.entry.by), period_words(begins, ends))
            places = said.setdefault(what, {})
            outward = new.domains.outward(lifted.domain) or old.domains.outward(lifted.domain)
            around = (places.get(outer, frozenset()) for outer in outward)
            if not any(lifted.parts <= parts for parts in around) and not told.has(lifted, (begins, ends)):
                opened = _lifted_said(lifted.parts, lifted.whole, new)
                yield f"restriction {_line(lifted)}: {opened}{what[-1]}"
            places[lifted.domain] = lifted.parts
    for name, entry, left, whole in _of_the_catalog(old, new):
        if sensitive is None or sensitive.among(left, entry):
            said_of_it = json.dumps({"restriction": name, "restrict": entry.text}, ensure_ascii=False)
            yield f"restriction {said_of_it}: {_lifted_said(left, whole, new)}"


class _Told:
    """The lines of a diff that tell what somebody gains."""

    def __init__(self, changed: Iterable[ChangedSubjects]) -> None:
        self._lines: dict[tuple[object, ...], list[ChangedSubjects]] = {}
        for line in changed:
            for named in line.owned or (("", ""),):
                for domain in line.domains:
                    key = (line.kind, *named, domain, line.since, line.until)
                    self._lines.setdefault(key, []).append(line)

    def has(self, lifted: LiftedRestriction, time: tuple[datetime | None, datetime | None]) -> bool:
        """Whether whoever is restricted is told to gain all that is lifted; then no words are left to say."""
        parts = parse_subject(lifted.sub)
        whose = (parts.kind, parts.name, parts.domain or "")
        if lifted.sub == EVERYONE:
            whose = ("everybody else", "", "")
        lines = self._lines.get((*whose, lifted.domain, *time), ())
        known = lifted.parts - {LATER} or lifted.parts
        return all(any(_is_gained(line, part) for line in lines) for part in known)


def _is_gained(line: ChangedSubjects, part: TakenPart) -> bool:
    """Whether a line tells a gain of a permission, after which all of *part* is held."""
    difference = line.difference
    on = tuple(step for step in part.obj.split("/") if step not in (ALL, NONE))
    for change in line.changes:
        pair = change.permission
        if change.gains and not pair.is_alias and pair.new is not None and pair.new.path == part.path:
            asked = (on, None if pair.new.ladder is None else part.scope)
            numbered = difference.cells.numbered(pair)
            bits = [1 << number for number, cell in numbered if (cell.on, cell.scope) == asked]
            if bits and all(bit & difference.after for bit in bits):
                return True
    return False


def _lifted_said(parts: Iterable[TakenPart], whole: bool, new: Resolved) -> str:
    """That a restriction is lifted, or the *parts* for which it is."""
    if whole:
        return "lifted"
    scopes: dict[tuple[str, str], list[str]] = {}
    for part in parts:
        scopes.setdefault((part.path, part.obj), []).append(part.scope)
    texts = [
        shown(Right(path, "-" if obj == ALL else obj, scope))
        for (path, obj), names in scopes.items()
        if path
        for ladder in [new.catalog.permission(path).ladder]
        for scope in (ladder.topmost(names) if ladder is not None else names)
    ]
    later = ["what is added later"] if LATER in parts else []
    return f"lifted for {', '.join([*sorted(texts), *later])}"


class _SensitiveParts:
    """Tells what is sensitive of what is lifted; what is added later is, where something in the group is."""

    def __init__(self, old: Resolved, new: Resolved) -> None:
        pairs = paired_permissions(old.catalog, new.catalog)
        self._paths = {pair.path for pair in pairs if is_sensitive(pair, old.catalog)}

    def among(self, parts: Iterable[TakenPart], entry: GrantEntry) -> bool:
        above = f"{entry.grant.path}." if entry.grant.path else ""
        return any(
            part.path in self._paths if part != LATER else any(p.startswith(above) for p in self._paths)
            for part in parts
        )


def _line(lifted: LiftedRestriction) -> str:
    """The line that restricted somebody, with one of its entries; JSON quotes whatever a name may hold."""
    parts = parse_subject(lifted.sub)
    who: dict[str, str | bool] = {"everyone": True}
    if lifted.sub != EVERYONE:
        kind = next(word for word in SUBJECT_WORDS if word == parts.kind)
        who = {kind: owned_name(kind, parts.name, parts.domain or "", (lifted.domain,))}
    by = {} if lifted.entry.by is None else {"restrictions": str(lifted.entry.by)}
    said = {**who, "domain": lifted.domain, **by, "restrict": lifted.entry.text}
    return json.dumps(said, ensure_ascii=False)


def _of_the_catalog(
    old: Resolved, new: Resolved
) -> Iterator[tuple[str, GrantEntry, frozenset[TakenPart], bool]]:
    """What restrictions of the catalog take no longer, whether or not a file switches them on."""
    takes = ComparedTakes(old.catalog, new.catalog)
    for name, restriction in old.restrictions.items():
        now = new.restrictions.get(name)
        after = [] if now is None else [(one, entry) for entry, taken in now.entries for one in taken]
        taking = takes.taking(after)
        for entry, taken in restriction.entries:
            parts = frozenset(takes.parts(entry, [(one, entry) for one in taken]))
            left = frozenset(part for part in parts if not takes.has(taking, part, entry))
            if left:
                yield name, entry, left, left == parts
