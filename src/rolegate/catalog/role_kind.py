"""Kinds of roles: what such a role may hold, where it exists, and who edits it."""

from __future__ import annotations

from dataclasses import dataclass

from rolegate.catalog.availability import EVERYWHERE, Availability
from rolegate.catalog.grant_syntax import Grant
from rolegate.diagnostics import Span

Patterns = tuple[tuple[Grant, str, Span], ...]
"""Grants as they are written, and where."""


@dataclass(frozen=True, slots=True)
class RoleKind:
    """A kind of role; one without a name is that of the custom roles that name no kind.

    With `may`, a role of this kind holds nothing else. It holds nothing of `never`, and no line of grants
    gives that to somebody who holds such a role. `manage` is what lets its holder edit these roles.
    """

    name: str | None = None
    title: str = ""
    description: str = ""
    availability: Availability = EVERYWHERE
    manage: str | None = None
    may: Patterns | None = None
    never: Patterns = ()

    @property
    def one(self) -> str:
        """A role of this kind, in words."""
        return "custom role" if self.name is None else f"role of kind `{self.name}`"

    @property
    def many(self) -> str:
        return "custom roles" if self.name is None else f"roles of kind `{self.name}`"


CUSTOM = RoleKind()
"""That of custom roles where the catalog says nothing of them: anything, everywhere."""
