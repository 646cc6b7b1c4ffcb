"""What people read about each role: its title and description, in their language."""

from __future__ import annotations

from dataclasses import dataclass

from rolegate.answers.build_matrix import role_title, shown_name
from rolegate.answers.inventory import roles_of
from rolegate.catalog.labels import Words
from rolegate.grants.resolve import Resolved
from rolegate.grants.roles import Role, visible


@dataclass(frozen=True, slots=True)
class RoleText:
    """A role as people read about it; `name` is `domain/role` for a role of a domain in the list of all."""

    name: str
    title: str
    description: str = ""

    def to_dict(self) -> dict[str, str]:
        return {"name": self.name, "title": self.title, "description": self.description}


def role_texts(resolved: Resolved, words: Words, domain: str | None) -> tuple[RoleText, ...]:
    """The roles that *domain* can use, by the names they have there; without a domain, every role."""
    if domain is None:
        return tuple(_text(shown_name(role), role, resolved, words) for role in resolved.roles.values())
    found = []
    for name in roles_of(domain, resolved):
        key = visible(resolved.roles, name, domain, resolved.domains)
        assert key is not None  # noqa: S101 - the domain can use it
        found.append(_text(name, resolved.roles[key], resolved, words))
    return tuple(found)


def kind_title(resolved: Resolved, words: Words, role: str, domain: str | None) -> str:
    """The title of the kind that *role* names in *domain*; empty where it names none, or there is no role."""
    key = visible(resolved.roles, role, domain, resolved.domains)
    kind = None if key is None else resolved.roles[key].kind
    return "" if kind is None else words.role_kind(kind)


def _text(name: str, role: Role, resolved: Resolved, words: Words) -> RoleText:
    """What the role says of itself.

    A role that replaces another one may go by its title, and not by its description, which may not be true
    any more.
    """
    title = role_title(role, words, resolved.roles)
    return RoleText(name, title, words.role_description(role.name, role.description))
