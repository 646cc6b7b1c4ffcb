"""Where roles can be edited at run time, so that a role gains: the role itself, and those that it extends."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from rolegate.catalog.role_kind import RoleKind
from rolegate.compiled.names import FULL, parse_subject, role_name
from rolegate.diagnostics import Report
from rolegate.documents.text import Text
from rolegate.grants.resolve import Resolved
from rolegate.grants.roles import Role, RoleKey, visible
from rolegate.review.invariant_checks import region_mask
from rolegate.review.invariants import touched_region
from rolegate.review.reach_places import ReachPlace


class RoleEdit(NamedTuple):
    """A role that can be edited in a domain, `home`: as the version that this domain makes of it, if need be.

    `manage` lets somebody edit it, and `may_hold` has the cells of that domain that the rules of its kind
    allow. `kept` has the cells that the role in question comes to hold with it: what no exception takes out
    on the way, and no rule forbids.
    """

    role: Role
    home: str
    manage: str
    may_hold: int
    kept: int


def role_edits(sub: str, place: ReachPlace, places: Mapping[str, ReachPlace]) -> Iterator[RoleEdit]:
    """The edits by which a role, by its name in lines, can come to hold more in a domain."""
    resolved = place.resolved
    role = _role_at(resolved, sub, place)
    if role is None or place.here.domain is None:
        return
    kept = _kept(role, place)
    edits = ((key, edited.key, home) for key, edited, home in _edited(role, place.here.domain, resolved))
    for key, author, home in dict.fromkeys(edits):
        edited = resolved.roles[author]
        kinds = _edited_as(edited, places[home])
        if kinds and kinds[0].manage is not None:
            yield RoleEdit(edited, home, kinds[0].manage, _may_hold(edited, kinds, places[home]), kept[key])


def _role_at(resolved: Resolved, sub: str, place: ReachPlace) -> Role | None:
    who = parse_subject(sub)
    key = (who.domain, who.name)
    if place.here.domain is not None and who.domain is None:
        key = visible(resolved.roles, who.name, place.here.domain, resolved.domains) or key
    return resolved.roles.by_key.get(key)


def _edited(role: Role, domain: str, resolved: Resolved) -> Iterator[tuple[RoleKey, Role, str]]:
    """*role* and all that it extends, as a domain sees it, each with what is edited for that, and where."""
    found = {role.key: role}
    waiting = [role]
    for edited, home in _homes(role, domain, None, resolved):
        yield role.key, edited, home
    for heir in waiting:
        seen_from = heir.domain if resolved.domains.declared else domain
        for key in heir.parents:
            parent = resolved.roles.by_key.get(key)
            if parent is None or seen_from is None:
                continue
            for edited, home in _homes(parent, seen_from, heir, resolved):
                yield key, edited, home
            if key not in found:
                found[key] = parent
                waiting.append(parent)


def _homes(role: Role, domain: str, heir: Role | None, resolved: Resolved) -> Iterator[tuple[Role, str]]:
    """Where an edit changes what the name of *role* means in a domain, to its *heir* if it has one."""
    if not resolved.domains.declared:
        yield role, domain
        return
    if role.domain is not None:
        yield role, role.domain
    name = role.name if role.domain is None else str(role.replaces or "")
    default = resolved.roles.by_key.get((None, name))
    for outer in resolved.domains.outward(domain):
        if outer == role.domain or default is None:
            return  # a version further outside is not what the name means here
        if heir is None or outer != heir.domain or str(heir.replaces or "") != name:
            yield default, outer


def _kept(role: Role, place: ReachPlace) -> dict[RoleKey, int]:
    """The cells of *place* that *role* holds once the role of a key holds them: itself, or one it extends."""
    found: dict[RoleKey, int] = {role.key: -1}
    waiting = [role]
    for heir in waiting:
        mask = found[heir.key] & (_handed_on(heir, place) if heir.parents else 0)
        for key in heir.parents:
            parent, known = place.resolved.roles.by_key.get(key), found.get(key, 0)
            if parent is not None and (key not in found or mask | known != known):
                found[key] = mask | known
                waiting.append(parent)
    return found


def _handed_on(heir: Role, place: ReachPlace) -> int:
    """The cells that a role takes over from those that it extends, and may hold."""
    found, report = -1, Report()
    for entry in heir.excepted:
        found &= ~region_mask(
            place.here.cells, touched_region(Text(entry.text, entry.span), place.resolved, report)
        )
    if heir.domain is not None:
        found &= _may_hold(heir, (heir.kind or place.resolved.catalog.custom_roles,), place)
    return found


def _may_hold(role: Role, kinds: Iterable[RoleKind], place: ReachPlace) -> int:
    """The cells that rules of kinds allow; a version may hold what its default role does as well."""
    custom, found = place.resolved.catalog.custom_roles, -1
    replaced = role.name if role.domain is None else role.replaces
    for kind in kinds:
        allowed = place.role_may_hold(kind)
        if replaced is not None and kind == custom:
            allowed |= place.held(role_name(str(replaced), None))
        found &= allowed
    return found


def _edited_as(role: Role, place: ReachPlace) -> tuple[RoleKind, ...]:
    """The kinds whose rules a role keeps if a domain edits it, first the one that says who may do it.

    A default role is edited as the version that the domain makes of it, and what that adds is judged as a
    custom role is. There are none where nobody edits it at run time.
    """
    custom, declared = place.resolved.catalog.custom_roles, place.resolved.domains.declared
    if role.locked or place.name == FULL:
        return ()
    version = declared and (role.domain is None or role.replaces is not None)
    kind = role.kind
    if kind is None:
        return (custom,) if version else ()  # it needs no plan for custom roles
    if not place.offers(kind.availability):
        return ()
    return (kind, custom) if version else (kind,)
