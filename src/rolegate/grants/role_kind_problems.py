"""What can be wrong with kinds of roles, each finding in its words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from rolegate.catalog.availability import one_of
from rolegate.catalog.role_kind import RoleKind
from rolegate.diagnostics import Diagnostic, RelatedSpan, Report, Span, did_you_mean
from rolegate.documents.text import Text
from rolegate.grants.domains import Domain
from rolegate.grants.grant_entry import GrantEntry
from rolegate.grants.rights import Right, shown
from rolegate.grants.roles import Origin, Role

if TYPE_CHECKING:
    from rolegate.grants.bindings import Binding

_FEW = 3
"""So many exceptions are proposed at most."""

# -- what a role holds ---------------------------------------------------------------------------------------


def role_kind_unknown(report: Report, name: Text, kinds: Mapping[str, RoleKind]) -> None:
    help = did_you_mean(name, kinds) or "declare it in the catalog, under `role_kinds`"
    report.add("RG233", name.span, f"unknown kind of role `{name}`", help)


def kind_unavailable(report: Report, span: Span, role: Role, domain: Domain, kind: RoleKind) -> Diagnostic:
    """*role* is one of *domain*, which has none of *kind*."""
    otherwise = "remove the role, or make it a default role" if kind.name is None else "or remove the role"
    help = f"{kind.many} need {kind.availability.in_words}: change the domain, {otherwise}"
    message = f"role `{role.name}` grants nothing: domain `{domain.name}` has no {kind.many}"
    if kind.name is None and role.replaces is not None and role.rights:  # what it holds beyond that one
        right, origin = next(iter(role.rights.items()))
        instead = (
            f"name what is meant in the place of `{origin.text}`" if "*" in origin.text else "leave it out"
        )
        help = f"it holds `{shown(right)}`, and `{role.replaces}` does not: {instead}, or change the domain"
    return report.add("RG320", span, message, help)


def right_beyond_kind(report: Report, role: Role, right: Right, origin: Origin, way: Sequence[Right]) -> None:
    """*right*, held by *way*, is not among what the kind of *role* may hold."""
    report.add("RG355", origin.written, _held_beyond(role, right), _leave_out(right, way), entry=_whose(role))


def rights_beyond_kind_inherited(
    report: Report, role: Role, entry: Text, beyond: Sequence[tuple[Right, Origin]]
) -> None:
    """*entry*, under `extends`, brings rights that are not among what the kind of *role* may hold."""
    assert role.kind is not None  # noqa: S101 - only roles with a kind are judged by it
    named = [f"`{shown(right)}`" for right, _ in beyond]
    more = len(named) - _FEW
    *first, last = [*named[:_FEW], f"{more} more"] if more > 0 else named
    held = f"{', '.join(first)} and {last}" if first else last
    help = f"except {'what it may not hold' if len(named) > 1 else held}, or extend another role"
    message = f"role `{role.name}` extends `{entry}` and so holds {held}, which no {role.kind.one} may"
    _, origin = beyond[0]
    granted = RelatedSpan(origin.written, f"{named[0]} comes from this grant")
    report.add("RG355", entry.span, message, help, [granted], entry=_whose(role))


def ruled_out_right_held(
    report: Report, role: Role, right: Right, origin: Origin, way: Sequence[Right], entry: GrantEntry
) -> None:
    """*entry*, of `never` of the kind of *role*, rules out *right*, which is held by *way*."""
    place = RelatedSpan(entry.span, f"`{entry.text}` is ruled out here")
    told = _held_beyond(role, right), _leave_out(right, way), [place]
    report.add("RG321", origin.written, *told, entry=_whose(role))


def _whose(role: Role) -> str:
    """Tells roles of one name apart, which may have something from the same grant of a default role."""
    return "" if role.domain is None else f"{role.domain}/{role.name}"


def _held_beyond(role: Role, right: Right) -> str:
    assert role.kind is not None  # noqa: S101 - only roles with a kind are judged by it
    what = "custom role" if role.kind.name is None else "role"
    return f"{what} `{role.name}` holds `{shown(right)}`, which no {role.kind.one} may"


def _leave_out(right: Right, way: Sequence[Right]) -> str:
    """*way* leads from the visible right that brings *right* to the one that is granted."""
    granted = f"`{shown(way[-1])}`"
    if list(way) == [right]:
        return f"leave it out, or except {granted}"
    if len(way) == 1:
        return f"leave out or except {granted}, which implies it"
    except_all = " and ".join(f"`{shown(step)}`" for step in reversed(way)) if len(way) <= _FEW else ""
    return f"leave out {granted}, which implies it" + (f", or except {except_all}" if except_all else "")


# -- what lines give -----------------------------------------------------------------------------------------


def kind_elsewhere(report: Report, span: Span, role: Role, domain: Domain) -> None:
    """Roles of the kind of *role* exist in other kinds of domains than *domain*."""
    assert role.kind is not None  # noqa: S101 - only roles with a kind are judged by it
    message = f"role `{role.name}` does not exist in domain `{domain.name}`, which is of kind `{domain.kind}`"
    kinds = one_of(role.kind.availability.kinds or ())
    report.add("RG435", span, message, f"{role.kind.many} exist in a domain of kind {kinds}: bind it in one")


def kind_not_offered(report: Report, span: Span, role: Role, domain: Domain) -> None:
    """*domain* does not have the plan or the add-ons that roles of the kind of *role* come with."""
    assert role.kind is not None  # noqa: S101 - only roles with a kind are judged by it
    message = f"role `{role.name}` is bound in domain `{domain.name}`, which has no {role.kind.many}"
    needs = replace(role.kind.availability, kinds=None).in_words
    help = f"{role.kind.many} need {needs}: remove the line, or change the domain"
    report.add("RG436", span, message, help)


def role_beside_kind(
    report: Report,
    line: Binding,
    role: Role,
    right: Right,
    user: str | None,
    held: Role,
    places: Sequence[RelatedSpan],
) -> None:
    """*line* gives *role* to *user*, who may be one of several and has *held*; None is everyone."""
    message = f"role `{role.name}` gives {_ruled_out(right, user, held)}"
    help = f"if this is not meant, bind one of the two roles, or a role without `{shown(right)}`"
    entry = "" if user is None or line.subject.kind == "user" else user
    report.add("RG329", line.span, message, help, places, entry=entry)


def grant_beside_kind(
    report: Report, span: Span, right: Right, user: str | None, held: Role, places: Sequence[RelatedSpan]
) -> None:
    message = f"the line gives {_ruled_out(right, user, held)}"
    custom = held.kind is not None and held.kind.name is None
    instead = f"a {'default role' if custom else 'role of another kind'} that holds it"
    report.add("RG415", span, message, f"leave it out, or bind {instead} instead of `{held.name}`", places)


def _ruled_out(right: Right, user: str | None, held: Role) -> str:
    assert held.kind is not None  # noqa: S101 - only roles with a kind rule something out
    who = "everyone" if user is None else f"user `{user}`"
    what = "custom role" if held.kind.name is None else "role"
    return f"`{shown(right)}` to {who}, who holds {what} `{held.name}`: no {held.kind.one} may hold that"
