"""Policies of parts of a store that were read before: they are taken again for what says exactly the same."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from rolegate.policy.policy import Policy
from rolegate.store.stored_set import StoredSet

_MOST = 16
"""Of so many domains, or sets of them, the policy is kept: forms of roles ask for it with each click."""

_Asked = tuple[tuple[str, ...], datetime | None]


@dataclass(slots=True)
class KnownPolicies:
    """The last policy for each of some domains, with all that was stored of it.

    INVARIANT: nothing is known by when it was read, as in `KnownParts`; and what is there is never changed.
    """

    _kept: dict[_Asked, tuple[object, Policy]] = field(default_factory=dict)

    def policy(
        self, domains: tuple[str, ...], at: datetime | None, stored: StoredSet, read: Callable[[], Policy]
    ) -> Policy:
        """The policy of *domains* for what is *stored* of them."""
        asked, said = (domains, at), _said(stored)
        known = self._kept.get(asked)
        if known is not None and known[0] == said:
            return known[1]
        policy = read()
        others = [(one, kept) for one, kept in self._kept.items() if one != asked]
        self._kept = dict([*others, (asked, (said, policy))][-_MOST:])
        return policy


def _said(stored: StoredSet) -> object:
    """All that is stored: also how an item is read, which is no part of what it is."""
    return dict(stored.texts), [(item, item.reading) for item in stored.items]
