"""Whether somebody, as the name in compiled lines, is one of those whom an invariant names."""

from __future__ import annotations

from collections.abc import Sequence

from rolegate.compiled.names import STRANGER, SubjectParts, parse_subject
from rolegate.grants.resolve import Resolved
from rolegate.review.invariants import InvariantSubject


def is_named(subjects: Sequence[InvariantSubject], sub: str, resolved: Resolved) -> bool:
    """Whether one of *subjects* means *sub*."""
    parts = parse_subject(sub)
    if sub == STRANGER:  # no name means somebody whom no file names
        parts = SubjectParts("user", "", None, "")
    replaced = None
    if parts.kind == "role" and parts.domain is not None:
        role = resolved.roles.by_key.get((parts.domain, parts.name))
        replaced = None if role is None or role.replaces is None else str(role.replaces)
    return any(subject.means(parts, replaced) for subject in subjects)
