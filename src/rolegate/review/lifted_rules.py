"""Restrictions that a change lifts, as lines of the gate: they hold for people whom no file names as well."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import datetime

from rolegate.compiled.names import EVERYONE, parse_subject
from rolegate.grants.grant_entry import GrantEntry
from rolegate.grants.resolve import Resolved
from rolegate.review.access_diff import ChangedSubjects
from rolegate.review.changed_periods import SUBJECT_WORDS, period_words
from rolegate.review.lifted_restrictions import ComparedTakes, LiftedRestriction, LiftedRestrictions
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
    *sensitive_only*, what is taken, or something that requires it, is sensitive.
    """
    sensitive = _SensitiveEntries(old, new) if sensitive_only else None
    told: dict[tuple[object, ...], set[str]] = {}
    for line in changed:
        paths = {change.permission.path for change in line.changes if change.gains}
        for named in line.owned or (("", ""),):
            for domain in line.domains:
                told.setdefault((line.kind, *named, domain, line.since, line.until), set()).update(paths)
    said: dict[tuple[str, ...], dict[str, frozenset[str]]] = {}
    for lifted in LiftedRestrictions(old, new, since):
        if sensitive is not None and lifted.entry not in sensitive:
            continue
        parts = parse_subject(lifted.sub)
        for begins, ends in lifted.unnamed:
            what = (lifted.sub, lifted.entry.text, str(lifted.entry.by), period_words(begins, ends))
            places = said.setdefault(what, {})
            outward = new.domains.outward(lifted.domain)
            around = any(lifted.paths <= places[outer] for outer in outward if outer in places)
            places[lifted.domain] = lifted.paths
            whose = (parts.kind, parts.name, parts.domain or "")
            if lifted.sub == EVERYONE:
                whose = ("everybody else", "", "")
            who = (*whose, lifted.domain, begins, ends)
            later = lifted.entry.grant.star and not lifted.paths
            if not around and (later or not lifted.paths <= told.get(who, set())):
                yield f"restriction {_line(lifted)}: lifted{what[-1]}"
    for name, entry in _of_the_catalog(old, new):
        if sensitive is None or entry in sensitive:
            said_of_it = json.dumps({"restriction": name, "restrict": entry.text}, ensure_ascii=False)
            yield f"restriction {said_of_it}: lifted"


class _SensitiveEntries:
    """The entries of the older side that take something sensitive, or what something sensitive requires."""

    def __init__(self, old: Resolved, new: Resolved) -> None:
        self._catalog = new.catalog
        self._pairs = paired_permissions(old.catalog, new.catalog)
        self._sensitive = {pair.path for pair in self._pairs if is_sensitive(pair, old.catalog)}

    def __contains__(self, entry: GrantEntry) -> bool:
        node = self._catalog.find(entry.grant.path) if entry.grant.path else None
        tops = {entry.grant.path} if node is None else {entry.grant.path, node.path}
        waiting = [pair.path for pair in self._pairs if any(_is_below(tops, path) for path in pair.paths)]
        reached = set(waiting)
        for path in waiting:
            more = {one for one, _ in self._catalog.required_by.get(path, ())} - reached
            reached |= more
            waiting += more
        return not reached.isdisjoint(self._sensitive)


def _is_below(tops: Iterable[str], path: str | None) -> bool:
    return path is not None and any(not top or path == top or path.startswith(f"{top}.") for top in tops)


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


def _of_the_catalog(old: Resolved, new: Resolved) -> Iterator[tuple[str, GrantEntry]]:
    """What restrictions of the catalog take no longer, whether or not a file switches them on."""
    takes = ComparedTakes(old, new)
    for name, restriction in old.restrictions.items():
        now = new.restrictions.get(name)
        after = [] if now is None else [(one, entry) for entry, taken in now.entries for one in taken]
        for entry, taken in restriction.entries:
            if any(not covers_it(after) for _, covers_it in takes.parts((one, entry) for one in taken)):
                yield name, entry
