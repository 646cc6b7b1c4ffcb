"""What is wrong with a resolved role: what it lacks, and what it may not hold."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain

from rolegate.catalog.model import Catalog, Dependency
from rolegate.diagnostics import RelatedSpan, Report, Span
from rolegate.documents.roles_file import RoleBody
from rolegate.grants.domains import Domain, Domains
from rolegate.grants.entries import look_up
from rolegate.grants.grant_entry import GrantEntry
from rolegate.grants.problems import requirement_excepted, right_lacks_recommendation, right_lacks_requirement
from rolegate.grants.rights import Need, Right, RightSet, need, needs, shown
from rolegate.grants.roles import Brought, Origin, Rights, Role, close
from rolegate.grants.takes import Take, take

_NEEDED = ("requires", "implies")
_RECOMMENDED = ("recommends",)
_ALIKE, _NEED = 2, 12
"""Steps for a dependency that is looked at for a permission, and for one that is for a single right."""


def check_dependencies(
    role: Role, parents: Iterable[Role], taken: Mapping[Right, GrantEntry], catalog: Catalog, report: Report
) -> None:
    """Report what *role* holds without what it requires, implies or recommends.

    What its *parents* lack by themselves was reported of them; *taken* is what
    `except` took away.
    """
    removed = RightSet(taken)
    inherited: RightSet | None = None
    # The broadest scope of each grant stands for the rest.
    said: set[tuple[str, str, Span]] = set()
    needed: dict[tuple[Span, str, str], list[tuple[GrantEntry, Right, Need]]] = {}
    excepted: dict[str, list[tuple[Right, GrantEntry]]] = {}
    for right, taker in taken.items():
        excepted.setdefault(right.path, []).append((right, taker))
    what = f"role `{role.name}`"
    for right, entry, wanted in lacking(role.rights, _NEEDED, catalog, report, what, role.span):
        if inherited is None:
            inherited = RightSet(right for parent in parents for right in parent.rights)
        origin = role.rights[right]
        away = excepted.get(wanted.path, ())
        report.steps(2 * len(away), what, role.span)
        by = next((e for r, e in away if wanted.met_by(r)), None)
        if by is not None and removed.meets(wanted):
            needed.setdefault((by.span, right.path, entry.text), []).append((by, right, wanted))
        elif (right.path, entry.text, origin.written) not in said and not (
            inherited.covers(right) and not inherited.meets(wanted)
        ):
            said.add((right.path, entry.text, origin.written))
            help = missing_help(catalog, wanted, right, origin)
            right_lacks_requirement(report, origin, role.name, held_by(right, origin), wanted, help)
    for right, entry, wanted in lacking(role.rights, _RECOMMENDED, catalog, report, what, role.span):
        origin = role.rights[right]
        if (right.path, entry.path, origin.written) not in said:
            said.add((right.path, entry.path, origin.written))
            right_lacks_recommendation(report, origin, right, wanted)
    for found in needed.values():
        (by, right, wanted), (_, narrowest, _) = found[0], found[-1]
        requirement_excepted(report, by, role.rights[right], right, wanted, narrowest)


def lacking(
    rights: Rights, keys: tuple[str, ...], catalog: Catalog, report: Report, what: str, at: Span
) -> Iterator[tuple[Right, Dependency, Need]]:
    """Each of *rights*, which *what* holds, with each dependency under *keys* that is not held with it."""
    by_key = [found for found in map(catalog.entries, keys) if found]
    paths = dict.fromkeys(right.path for right in rights) if by_key else ()
    entries_of = (
        (path, list(chain.from_iterable(entries.get(path, ()) for entries in by_key))) for path in paths
    )
    asking = {path: entries for path, entries in entries_of if entries}
    if not asking:
        return
    held = RightSet(rights)
    missing: dict[str, list[Dependency]] = {}
    for path, entries in asking.items():
        owner = catalog.permission(path)
        report.steps(_ALIKE * len(entries), what, at)
        apart = [e for e in entries if not held.alike(owner, catalog.permission(e.path), e)]
        if not apart:
            continue
        limited = sum(1 for e in apart if catalog.permission(e.path).limited)
        report.steps(limited and limited * held.effort(path), what, at)
        lost = [e for e in apart if not held.meets_all(owner, catalog.permission(e.path), e)]
        if lost:
            missing[path] = lost
    for right in rights if missing else ():
        if right.path not in missing:
            continue
        for entry, wanted in _asked(
            right, missing[right.path], catalog, lambda: report.steps(_NEED, what, at)
        ):
            report.steps(_NEED, what, at)
            if not held.meets(wanted):
                yield right, entry, wanted


def _asked(
    right: Right, entries: list[Dependency], catalog: Catalog, count: Callable[[], None]
) -> Iterable[tuple[Dependency, Need]]:
    """What *entries* ask of a holder of *right*; where one is hidden, all that the holder needs."""
    if any(catalog.permission(entry.path).hidden for entry in entries):
        return needs(catalog, right, count)
    return ((entry, need(catalog, right, entry)) for entry in entries)


def held_by(right: Right, origin: Origin) -> str:
    """*right* in words, and what brings it where it is not granted by itself."""
    implied_by = f", which `{origin.implied_by.path}` implies," if origin.implied_by is not None else ""
    return f"`{shown(right)}`{implied_by}"


def missing_help(catalog: Catalog, wanted: Need, right: Right, origin: Origin) -> str:
    """How to mend that *wanted* is missing, which *right* requires."""
    holder = right
    while origin.implied_by is not None and origin.because is not None:
        holder, origin = origin.implied_by, origin.because
    permission = catalog.permission(wanted.path)
    some = ""
    if permission.chain and wanted.obj is None:
        some = f" on some {permission.chain[-1]}"
    elif permission.ladder is not None and wanted.scope is None:
        some = " at some scope"
    return f"add a grant of `{shown(wanted)}`{some}, or remove `{shown(holder)}`"


def warn_of_unavailable(brought: Brought, domain: str, domains: Domains, report: Report) -> None:
    """Report the entries of which nothing is available anywhere in *domain*."""
    for entry, permissions in brought:
        report.steps(len(permissions), f"`{entry.text}`", entry.span)
        wanted = {permission.availability for permission in permissions}
        if not wanted or not all(domains.none_offers(each, domain, report) for each in wanted):
            continue
        needs = "plans or add-ons" if len(wanted) > 1 else next(iter(wanted)).in_words
        report.add(
            "RG326",
            entry.span,
            f"`{entry.text}` needs {needs}, which domain `{domain}` does not have",
            "remove the grant, or change the `plan` or the `addons` of a domain",
        )


def warn_of_instances(entries: Iterable[GrantEntry], report: Report) -> None:
    """Report the grants of a default role that name an instance."""
    for entry in entries:
        if any(part != "*" for part in (entry.grant.instance or "*").split("/")):
            report.add(
                "RG322",
                entry.span,
                f"`{entry.text}` names an instance in a role that all domains share",
                "give the role a `domain`, or grant the instance in a binding",
            )


RuledOut = Mapping[str, list[tuple[Take, GrantEntry]]]
"""What no custom role may hold, by permission."""


def ruled_out(catalog: Catalog, report: Report) -> RuledOut:
    """What no custom role may hold."""
    found: dict[str, list[tuple[Take, GrantEntry]]] = {}
    for grant, text, span in catalog.custom_roles.never:
        entry = look_up(grant, text, span, catalog, report)
        if entry is not None:
            for each in take(entry, catalog, report, hidden=True):
                found.setdefault(each.permission.path, []).append((each, entry))
    return found


def check_custom(
    role: Role,
    body: RoleBody,
    domain: Domain,
    catalog: Catalog,
    never: RuledOut,
    report: Report,
) -> None:
    """Report a custom role where there are none, and what it holds of what *never* rules out."""
    availability = catalog.custom_roles.availability
    if not domain.offers(availability):
        where = body.domain.span if body.domain is not None else role.span
        report.add(
            "RG320",
            where,
            f"domain `{domain.name}` has no custom roles",
            f"custom roles need {availability.in_words}: change the domain, or make it a default role",
        )
    what = f"role `{role.name}`"
    hidden = close(dict(role.rights), catalog, report, what, role.span) if never else {}
    held: dict[str, dict[Right, Origin]] = {}
    for right, origin in (*role.rights.items(), *hidden.items()) if never else ():
        if right.path in never:
            held.setdefault(right.path, {})[right] = origin
    for each, entry in (found for named in held for found in never[named]):
        path = each.permission.path
        report.steps(2 * len(held[path]), what, role.span)
        hit = next((right for right in held[path] if each.hits(right)), None)
        if hit is not None:
            holder, origin = hit, held[path][hit]
            while (
                catalog.permission(holder.path).hidden
                and origin.implied_by is not None
                and origin.because is not None
            ):
                report.steps(1, what, role.span)
                holder, origin = origin.implied_by, origin.because
            help = f"leave it out, or except `{shown(hit)}`"
            if holder is not hit:
                help = f"leave out or except `{shown(holder)}`, which implies it"
            report.add(
                "RG321",
                origin.written,
                f"custom role `{role.name}` holds `{shown(hit)}`, which no custom role may",
                help,
                [RelatedSpan(entry.span, f"`{entry.text}` is ruled out here")],
            )
