"""Fields with scopes: viewing and editing one are permissions of their own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeGuard

from rolegate.catalog.ladders import FIELD_LADDER
from rolegate.catalog.model import Catalog, Group, Node, Permission


def is_field(node: Node | None, catalog: Catalog) -> TypeGuard[Group]:
    """Whether *node* is a field with scopes."""
    halves = node.children if isinstance(node, Group) else ()
    return any(isinstance(half := catalog.nodes[path], Permission) and half.of_field for path in halves)


def halves_meant(field: Group, scope: str | None) -> Sequence[str]:
    """The permissions of *field* that *scope* means, if it is one of the scopes of a field without scopes."""
    meant = f"{field.path}.{scope}"
    return [meant] if scope in FIELD_LADDER.scopes else field.children


def fields_passed_over(star: str, scope: str, catalog: Catalog) -> Iterator[str]:
    """What `@edit` or `@view` after a star does not reach: permissions of fields with scopes.

    They are those that it would reach if these fields had no scopes: whoever may not see one, may not edit
    it. *star* is the group of the star. Nothing if it does not reach any field.
    """
    below = catalog.below(star)
    if scope not in FIELD_LADDER.scopes or not any(permission.ladder is FIELD_LADDER for permission in below):
        return
    names = FIELD_LADDER.broader(scope)
    for permission in below:
        if permission.of_field and permission.path.rpartition(".")[2] in names:
            yield permission.path
