"""Removed names that a change keeps no longer, so that they may come to mean something else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from rolegate.catalog.model import Catalog
from rolegate.diagnostics import Span
from rolegate.grants.resolve import Resolved
from rolegate.review.owned_names import in_quotes


@dataclass(frozen=True, slots=True)
class GivenUpName:
    """A name that only the older side keeps; `again` is where the newer side declares it, if it does."""

    noun: str
    name: str
    again: Span | None

    @property
    def rule(self) -> str:
        """The line of the gate, as an approval names it; JSON quotes whatever a name may hold."""
        return f"removed {self.noun} {in_quotes(self.name)}: gone"


def given_up_names(old: Resolved, new: Resolved) -> Iterator[GivenUpName]:
    """The names that *old* keeps from being used again, and *new* does not."""
    ladders = new.catalog.former.of("ladder of scopes")
    before, after = _kept(old.catalog, ladders), _kept(new.catalog, {})
    roles = {was: new.roles[now].span for (_, was), now in new.roles.former.items()}
    roles |= {name: role.span for (_, name), role in new.roles.items()}
    for noun, names in before.items():
        for name in names:
            if name not in after.get(noun, ()):
                yield GivenUpName(noun, name, _declared(noun, name, new, roles))


def _kept(catalog: Catalog, ladders: Mapping[str, str]) -> dict[str, list[str]]:
    """The removed names of *catalog*, by what they were.

    A scope has its ladder before it, as it is called now by *ladders*.
    """
    found = {"path": list(catalog.removed)}
    found |= {noun: list(names) for noun, names in catalog.former.removed.items()}
    scopes = [
        f"{ladders.get(ladder.name, ladder.name)}.{scope}"
        for ladder in catalog.ladders.values()
        for scope in ladder.removed
    ]
    return found | ({"scope": scopes} if scopes else {})


def _declared(noun: str, name: str, new: Resolved, roles: Mapping[str, Span]) -> Span | None:
    """Where *new* declares *name*, or something that was called so; None where it does not."""
    catalog = new.catalog
    if noun == "path":
        node = catalog.find(name)
        return None if node is None else node.span
    if noun == "domain":
        domain = new.domains.by_name.get(new.domains.former.get(name, name))
        return None if domain is None else domain.span
    if noun == "role":
        return roles.get(name)
    if noun == "scope":
        ladder, _, scope = name.partition(".")
        known = catalog.ladders.get(ladder)
        found = None if known is None else known.scopes.get(known.today(scope))
        return None if found is None else found.span
    return None
