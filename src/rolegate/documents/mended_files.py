"""What the mending of a file needs to know of its kind."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePath
from typing import TypeVar, cast

from rolegate.diagnostics import Report, Span
from rolegate.documents.approvals_file import ApprovalsShape
from rolegate.documents.bindings_file import BindingsShape, meant_lines
from rolegate.documents.catalog_file import CatalogShape
from rolegate.documents.domains_file import DomainsShape
from rolegate.documents.expectations_file import ExpectationsShape
from rolegate.documents.file_kinds import (
    APPROVALS,
    BINDINGS,
    CATALOG,
    DOMAINS,
    EXPECTATIONS,
    INVARIANTS,
    LABELS,
    REVIEW,
    ROLES,
    FileKind,
)
from rolegate.documents.invariants_file import InvariantsShape
from rolegate.documents.labels_file import LabelsShape
from rolegate.documents.mending import ANY_KEY
from rolegate.documents.review_file import ReviewShape
from rolegate.documents.roles_file import RoleShape, RolesShape
from rolegate.documents.shape import Shape
from rolegate.documents.text import Keyed, Text, Value

P = TypeVar("P")

ALL_OF: Mapping[str, frozenset[str]] = {
    ROLES.key: frozenset({"roles"}),
    DOMAINS.key: frozenset({"domains", "within", "teams", "instances", "removed", "plan", "addons", "zone"}),
    BINDINGS.key: frozenset({"bindings"}),
    LABELS.key: frozenset({"labels"}),
    REVIEW.key: frozenset({"review"}),
    APPROVALS.key: frozenset({"approvals"}),
    INVARIANTS.key: frozenset({"invariants"}),
}
"""The keys that are lost with a whole file of a kind."""

BROKEN: Mapping[str, frozenset[str]] = {
    **ALL_OF,
    ROLES.key: frozenset({"roles", "role", "domain", "replaces", "kind", "extends"}),
    CATALOG.key: frozenset({ANY_KEY}),
}
"""The keys that may be lost with the broken place of a file of a kind."""

_MODELS: Mapping[str, type[Shape]] = {
    CATALOG.key: CatalogShape,
    DOMAINS.key: DomainsShape,
    BINDINGS.key: BindingsShape,
    LABELS.key: LabelsShape,
    REVIEW.key: ReviewShape,
    APPROVALS.key: ApprovalsShape,
    INVARIANTS.key: InvariantsShape,
    EXPECTATIONS.key: ExpectationsShape,
}
DECLARING = frozenset({CATALOG.key, DOMAINS.key})
"""The kinds of files with keys that declare names for other files."""

MENDABLE = frozenset(
    {"RG105", "RG106", "RG108", "RG109", "RG112", "RG113", "RG114", "RG116", "RG119", "RG124"}
)
"""The codes of bad values; others say that values do not go together."""

_TOLD = {ROLES.key: "role", LABELS.key: "locale", CATALOG.key: "catalog"}


def model_of(kind: str, value: Value) -> type[Shape]:
    """The shape of the file *value* of a *kind*."""
    if kind == ROLES.key:
        return RolesShape if isinstance(value, Keyed) and "roles" in value else RoleShape
    return _MODELS[kind]


def read_meant(kind: FileKind[P], value: Value, top: Span, report: Report) -> tuple[P, ...]:
    """The parts of a file of a *kind* whose *value* was mended, for findings alone."""
    if kind.key == BINDINGS.key:
        return cast("tuple[P, ...]", meant_lines(value, top, report))
    return kind.read(value, top, report)


def told_by_name(kind: str, top: Span) -> Mapping[str, Text]:
    """What the name of the file says, by the key that should say it."""
    return {_TOLD[kind]: Text(PurePath(top.file).stem, top)} if kind in _TOLD else {}
