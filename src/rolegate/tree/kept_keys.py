"""Which keys of a role file a draft leaves as they are written, such as with a former name."""

from __future__ import annotations

from rolegate.grants.roles import Role

DRAFTED = ("title", "description", "kind", "extends", "clone_of", "replaces", "locked")
"""The keys of a role that a draft may change, but for its grants and exceptions."""


def kept_keys(role: Role, old: Role) -> frozenset[str]:
    """Those of which *role* says what *old* does, whose file says it in its own words."""

    def said(role: Role, key: str) -> object:
        return getattr(role, "parents" if key == "extends" else key)

    return frozenset(key for key in DRAFTED if said(role, key) == said(old, key))
