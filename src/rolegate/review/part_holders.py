"""Who holds which part of each permission, in every domain: the lists of a report."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from rolegate.compiled.names import STRANGER, is_role, is_team, is_user, parse_subject
from rolegate.review.differences import PolicySide
from rolegate.review.extents import extent
from rolegate.review.held_access import HeldAccess, held_access


@dataclass(frozen=True, slots=True)
class PartHolder:
    """Somebody who holds parts of a permission, each as a grant ends: `@team`, and empty for all of it.

    `kind` is `everyone`, `role`, `team` or `user`. `owner` is the domain of a custom role, and of a team that
    a domain further outside declares.
    """

    kind: str
    name: str
    owner: str | None
    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DomainHolders:
    """The holders of a permission in domains where they are the same; roles without one have no `domains`.

    Where everyone holds it, users who hold the same parts are not named, and `but_not` are those who hold
    nothing.
    """

    domains: tuple[str, ...]
    holders: tuple[PartHolder, ...]
    but_not: tuple[str, ...] = ()


_KINDS = ("everyone", "role", "team", "user")


def part_holders(side: PolicySide) -> dict[str, tuple[DomainHolders, ...]]:
    """The holders of each permission that is not hidden, by its path, in the order of the catalog.

    A default role is listed once, where everything is offered, and a custom role in its domain.
    """
    shown = [permission.path for permission in side.resolved.catalog.permissions if not permission.hidden]
    found: dict[str, dict[tuple[tuple[PartHolder, ...], tuple[str, ...]], list[str]]]
    found = {path: {} for path in shown}
    for here in held_access(side, frozenset()):
        users = [parse_subject(sub).name for sub in here.named if is_user(sub) and sub != STRANGER]
        for path, holders in _held_here(here).items():
            if path in found:
                same = found[path].setdefault(_told(holders, users), [])
                same += [] if here.domain is None else [here.domain]
    return {
        path: tuple(DomainHolders(tuple(domains), *who) for who, domains in by_holders.items())
        for path, by_holders in found.items()
    }


def _told(holders: list[PartHolder], users: list[str]) -> tuple[tuple[PartHolder, ...], tuple[str, ...]]:
    """The holders that are named, and the users who hold nothing of what everyone holds."""
    holders = sorted(holders, key=lambda holder: (_KINDS.index(holder.kind), holder.name))
    if not holders or holders[0].kind != "everyone":
        return tuple(holders), ()
    everyone, holding = holders[0], {holder.name for holder in holders if holder.kind == "user"}
    named = (holder for holder in holders if holder.kind != "user" or holder.parts != everyone.parts)
    return tuple(named), tuple(user for user in users if user not in holding)


def _held_here(here: HeldAccess) -> dict[str, list[PartHolder]]:
    """The holders of each permission in one domain; equal access is looked at once."""
    by_mask: dict[int, list[str]] = {}
    for sub in _subjects(here):
        by_mask.setdefault(here.held(sub), []).append(sub)
    found: dict[str, list[PartHolder]] = {}
    for mask, subs in by_mask.items():
        names = [_named(sub, here) for sub in subs]
        made: dict[tuple[str, ...], list[PartHolder]] = {}
        for pair, (cells,) in here.cells.by_permission(mask):
            paths = {cell.on for cell in here.cells.of_permission(pair)}
            parts = extent(pair.new, cells, paths)
            if parts not in made:
                made[parts] = [PartHolder(*name, parts) for name in names]
            found.setdefault(pair.path, []).extend(made[parts])
    return found


def _subjects(here: HeldAccess) -> Iterator[str]:
    for sub in here.declared:
        if here.domain is None or is_team(sub) or (is_role(sub) and parse_subject(sub).domain == here.domain):
            yield sub
    if here.domain is not None:
        yield from filter(is_user, here.named)


def _named(sub: str, here: HeldAccess) -> tuple[str, str, str | None]:
    """The kind, the name and the owner of a subject."""
    if sub == STRANGER:
        return "everyone", "", None
    kind, name, owner, _ = parse_subject(sub)
    return kind, name, None if kind == "team" and owner == here.domain else owner
