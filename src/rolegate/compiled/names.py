"""Names in compiled lines: how subjects, domains and objects are written there, and how they are read.

Every id in a name is percent-encoded (`rolegate.encoding`), so each character below that is not part of an
encoded id is a mark that only this module writes:

    user:ana                        a user
    user:*                          every user
    team:acme/sales                 the team that the domain `acme` declares
    role:agent                      a default role
    role:acme/lead                  a custom role of `acme`
    role:agent@inbox/Default        what `only` leaves of a role on one instance
    role:agent@                     nothing of it: whoever has it is a holder of the role all the same
    role:agent@-:inbox              what it leaves of what is not per inbox, with `rest: keep`
    gate:plan=pro&addon=ai          every domain with this plan and this add-on
    gate:kind=workspace&plan=pro    every domain of this kind with this plan
    gate:addon=ai|bots              every domain with one of these add-ons
    *                               every domain, or every instance
    shop-1/*                        in a line: every instance below `shop-1`
    shop-1/:every                   in a question: all instances below `shop-1` at once
    -                               a permission that has no instances, or no scopes
    :full                           the pseudo-domain that offers everything
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from rolegate.encoding import decode, encode

if TYPE_CHECKING:
    from rolegate.catalog.availability import Availability
    from rolegate.grants.bindings import BindingSubject
    from rolegate.grants.roles import Role
    from rolegate.grants.set_aside import SetAside

NONE = "-"
"""The object of a permission without instances, and the scope of one without scopes."""

ALL = "*"
"""As a domain, every domain; as the last part of an object, every instance below the part before."""

EVERY = ":every"
"""The last part of the object of a question about everything below."""

FULL = ":full"
"""The pseudo-domain that offers everything; questions about a role without a domain are asked there."""

NOBODY, NOWHERE = ":nobody", ":nowhere"
"""A subject and a domain that no line names, for questions about what cannot exist."""

EVERYONE = "user:*"
"""Every user, those included whom no line names; the matcher of the model says so."""

STRANGER = "user::stranger"
"""A user whom no line names; all of these have the same answers."""

_USER, _TEAM, _ROLE, _GATE = "user:", "team:", "role:", "gate:"
_LIMIT = "@"

EMPTY = _LIMIT
"""Ends the name of a copy of a role that holds nothing: what is denied to holders reaches its holders."""

_SUBJECTS = (_USER, _TEAM, _ROLE)


def user_name(user: str) -> str:
    return f"{_USER}{encode(user)}"


def team_name(team: str, domain: str) -> str:
    return f"{_TEAM}{encode(domain)}/{encode(team)}"


def role_name(name: str, domain: str | None) -> str:
    return f"{_ROLE}{encode(name)}" if domain is None else f"{_ROLE}{encode(domain)}/{encode(name)}"


def of_subject(subject: BindingSubject) -> str:
    """The name of whom a line of bindings is about."""
    if subject.kind == "everyone":
        return EVERYONE
    if subject.kind == "role":
        return role_name(subject.name, subject.domain)
    return user_name(subject.name) if subject.domain is None else team_name(subject.name, subject.domain)


def of_role(role: Role) -> str:
    return role_name(role.name, role.domain)


def aside_name(part: SetAside) -> str:
    """The name of what is set aside: that of a role, or of a domain."""
    return encode(part.domain) if part.role is None else role_name(part.role, part.domain)


def is_subject(sub: str) -> bool:
    """Whether *sub* is the name of a user, a team or a role."""
    return sub.startswith(_SUBJECTS)


def is_user(sub: str) -> bool:
    """Whether *sub* is the name of one user."""
    return sub.startswith(_USER) and sub != EVERYONE


def is_team(sub: str) -> bool:
    return sub.startswith(_TEAM)


def is_role(sub: str) -> bool:
    return sub.startswith(_ROLE)


def unlimited(sub: str) -> str:
    """The name of the role that *sub* is, or is a limited copy of; any other name as it is."""
    return sub.partition(_LIMIT)[0] if sub.startswith(_ROLE) else sub


def user_of(sub: str) -> str:
    """The user that a name `user:…` stands for."""
    return decode(sub[len(_USER) :])


class SubjectParts(NamedTuple):
    """What the name of a subject says: `kind` is `user`, `team`, `role` or `everyone`.

    `domain` declares the team or the custom role; `limit` is what `only` leaves of a role, as it is written.
    """

    kind: str
    name: str
    domain: str | None
    limit: str


def parse_subject(sub: str) -> SubjectParts:
    """Read the name of a subject."""
    if sub == EVERYONE:
        return SubjectParts("everyone", "", None, "")
    kind, _, rest = sub.partition(":")
    path, _, limit = rest.partition(_LIMIT)
    domain, slash, name = path.rpartition("/")
    return SubjectParts(kind, decode(name), decode(domain) if slash else None, limit)


def availability_name(availability: Availability) -> str:
    """The domain column of a default role's line: the kind, plan and add-ons it needs, or every domain."""
    if availability.everywhere:
        return ALL
    needs = [] if availability.kinds is None else ["kind=" + "|".join(sorted(availability.kinds))]
    if availability.plans is not None:
        needs.append("plan=" + "|".join(sorted(availability.plans)))
    addons = [*availability.addons, *("|".join(sorted(choice)) for choice in availability.choices)]
    return _GATE + "&".join(needs + [f"addon={addon}" for addon in sorted(addons)])


def is_availability(dom: str) -> bool:
    return dom.startswith(_GATE)


def needs_of(dom: str) -> str:
    """What a domain needs to have or to be, as an availability says it."""
    return dom.removeprefix(_GATE)


def is_domain(dom: str) -> bool:
    """Whether *dom*, in a question, is the encoded name of a domain, not `:full` or `:nowhere`."""
    return not dom.startswith(":")


def kind_of(value: str) -> str:
    """`user`, `team`, `role` or `gate` for such a name; empty for other values of columns."""
    return next((mark[:-1] for mark in (_USER, _TEAM, _ROLE, _GATE) if value.startswith(mark)), "")


class ObjectParts(NamedTuple):
    """What an object says: raw ids from the outermost kind inwards, and how it ends.

    `end` is empty for one instance and for a permission without instances, `ALL` for everything below in a
    line, `EVERY` for everything below in a question.
    """

    ids: tuple[str, ...]
    end: str


def parse_object(obj: str) -> ObjectParts:
    """Read an object."""
    if obj == NONE:
        return _NO_IDS
    parts = obj.split("/")
    end = parts.pop() if parts[-1] == ALL or parts[-1] == EVERY else ""
    return ObjectParts(tuple([decode(part) for part in parts]), end)


_NO_IDS = ObjectParts((), "")


def every_below(path: str) -> str:
    """The object of a question about everything below an encoded instance path; empty: every instance."""
    return f"{path}/{EVERY}" if path else EVERY


def asked_object(pattern: str) -> str:
    """The object of a question about all of *pattern*."""
    return f"{pattern[: -len(ALL)]}{EVERY}" if pattern.endswith(ALL) else pattern


def all_below(obj: str) -> str:
    """The object of a line on everything below *obj*, which may itself stand for everything below."""
    return obj if obj.endswith((ALL, EVERY)) else f"{obj}/{ALL}"
