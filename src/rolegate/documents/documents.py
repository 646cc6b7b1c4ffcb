"""The files of a policy set as values that know their places."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from rolegate.diagnostics import Span
from rolegate.documents.acceptances import Acceptances
from rolegate.documents.bindings_file import BindingShape
from rolegate.documents.catalog_file import CatalogShape
from rolegate.documents.domains_file import DomainsShape
from rolegate.documents.labels_file import LabelsShape
from rolegate.documents.roles_file import RoleBody
from rolegate.documents.text import Text


@dataclass(frozen=True, slots=True)
class Documents:
    """The files of one policy set, each of the right shape and with its places.

    `incomplete` names the kinds of files, by their key, of which something was reported and left out: a name
    of such a kind that seems to be missing may be declared in that part. `accepted` says which warnings are
    meant so. `homes` has the domain of each file of bindings that is named after one.
    """

    folder: str
    catalog: CatalogShape
    roles: tuple[tuple[Text, RoleBody], ...]
    domains: DomainsShape | None
    bindings: tuple[BindingShape, ...]
    labels: tuple[LabelsShape, ...]
    top: Span
    incomplete: frozenset[str] = frozenset()
    accepted: Acceptances = field(default_factory=Acceptances)
    homes: Mapping[str, str] = field(default_factory=dict)
