"""Drafts of roles: of one that there is, or of a new one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, TypedDict

from rolegate.catalog.labels import words_of
from rolegate.diagnostics import Report, Span, did_you_mean
from rolegate.documents.text import Text
from rolegate.errors import InvalidQuestionError, UnknownNameError, wrong_kind
from rolegate.grants.entries import read_entry
from rolegate.grants.grant_entry import GrantEntry
from rolegate.grants.resolve import Resolved
from rolegate.grants.roles import Role, RoleKey, role_help, visible
from rolegate.grants.takes import take
from rolegate.tree.draft import Draft
from rolegate.tree.draft_error import DraftError
from rolegate.tree.draft_rules import DraftRules
from rolegate.tree.held_rights import HeldRights
from rolegate.tree.selection import Selection, refuse

_HERE = Span("")


class DraftDetails(TypedDict, total=False):
    """What a role file says of a role, as keyword arguments; `excepts` is its `except`."""

    name: str
    title: str
    description: str
    extends: Iterable[str]
    grants: Iterable[str]
    excepts: Iterable[str]
    kind: str | None
    replaces: str | None
    clone_of: str | None
    locked: bool


def draft_of(resolved: Resolved, role: str | None, domain: str | None, details: DraftDetails) -> Draft:
    """The draft of *role* as seen from *domain*; without a role, of a new one of the domain.

    *details* are in the place of what the role says.

    Raises:
        UnknownNameError: for an unknown role or kind.
        DraftError: for grants and exceptions that would not be valid in a role file, and for a role that is
            set aside.
        InvalidQuestionError: for values of the wrong kind.
    """
    _check(role, details)
    grants: Iterable[str] = ()
    key: RoleKey | None = None
    if role is None:
        edited = Role(name="", domain=domain, title="", span=_HERE, rights={})
        edited = replace(edited, kind=None if domain is None else resolved.catalog.custom_roles)
    else:
        key = _visible(resolved, role, domain)
        edited = resolved.roles[key]
        if edited.aside is not None:
            raise DraftError(f"role `{edited.name}` is set aside: {edited.aside.message}")
        grants = [str(entry.grant) for entry in edited.grants]
    edited = _with(edited, details, resolved)
    kept = Selection.of(resolved.catalog, grants).covered
    selection = Selection.of(resolved.catalog, details.get("grants", grants), kept)
    words = words_of(resolved.labels, None)
    rules = DraftRules(resolved, replace(edited, rights={}, grants=()), words, key)
    return Draft(rules, selection, HeldRights.of(rules.work_out(selection.entries.values())))


def _visible(resolved: Resolved, name: str, domain: str | None) -> RoleKey:
    key = visible(resolved.roles, name, domain, resolved.domains)
    if key is None:
        raise UnknownNameError("role", name, help=role_help(resolved.roles, name, domain, resolved.domains))
    return key


def _with(role: Role, details: DraftDetails, resolved: Resolved) -> Role:
    """*role* with what *details* say of it."""
    changed: dict[str, Any] = {
        key: value
        for key, value in details.items()
        if key in ("name", "title", "description", "clone_of", "locked")
    }
    if "name" in details and "title" not in details and role.title in ("", role.name):
        changed["title"] = details["name"]
    if "replaces" in details:
        changed["replaces"] = _replaced(details["replaces"], resolved)
    if "kind" in details:
        changed["kind"] = _kind(details["kind"], role, resolved)
    role = replace(role, **changed)
    if role.replaces is not None:
        role = replace(role, kind=resolved.roles[None, str(role.replaces)].kind)
    if "extends" in details:
        keys = (_parent(name, role, resolved) for name in details["extends"])
        role = replace(role, parents=tuple(dict.fromkeys(keys)))
    if "excepts" in details:
        role = replace(role, excepted=tuple(_excepted(details["excepts"], resolved)))
    return role


def _replaced(name: str | None, resolved: Resolved) -> Text | None:
    if name is None:
        return None
    now = resolved.roles.former.get((None, name), (None, name))
    if now not in resolved.roles:
        raise UnknownNameError("role", name, help=role_help(resolved.roles, name, None, resolved.domains))
    return Text(now[1], _HERE)


def _parent(name: str, role: Role, resolved: Resolved) -> RoleKey:
    if role.replaces is not None and role.domain is not None and name == role.replaces:
        within = resolved.domains[role.domain].within  # it means what it meant without this role
        return _visible(resolved, name, within)
    return _visible(resolved, name, role.domain)


def _kind(name: str | None, role: Role, resolved: Resolved) -> Any:
    kinds = resolved.catalog.role_kinds
    if name is None:
        return None if role.domain is None else resolved.catalog.custom_roles
    if name not in kinds:
        raise UnknownNameError("kind of role", name, help=did_you_mean(name, kinds))
    return kinds[name]


def _excepted(texts: Iterable[str], resolved: Resolved) -> Iterable[GrantEntry]:
    report = Report()
    for text in texts:
        entry = read_entry(Text(text, _HERE), resolved.catalog, report, "takes away")
        if entry is not None:
            take(entry, resolved.catalog, report)
        refuse(report)
        assert entry is not None  # noqa: S101 - no entry without an error
        yield entry


_LISTS = ("extends", "grants", "excepts")


def _check(role: object, details: DraftDetails) -> None:
    """Refuse values of the wrong kind."""
    for key, value in (("role", role), *details.items()):
        if key != "role" and key not in DraftDetails.__annotations__:
            help = did_you_mean(key, DraftDetails.__annotations__) or "a role has no such detail"
            raise InvalidQuestionError(f"`draft` does not take `{key}`; {help}")
        if key == "locked":
            sound = isinstance(value, bool)
        elif key in _LISTS:
            sound = not isinstance(value, str | bytes) and isinstance(value, Iterable)
        else:
            sound = isinstance(value, str) or (
                value is None and key in ("role", "kind", "replaces", "clone_of")
            )
        if not sound and key in _LISTS and isinstance(value, str):
            raise InvalidQuestionError(f"`{key}` takes a list, not a text; write `[{value!r}]`")
        if not sound:
            takes = "true or false" if key == "locked" else "a list" if key in _LISTS else "a text"
            raise wrong_kind(key, takes)
