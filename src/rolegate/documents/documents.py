"""The files of a policy set as values that know their places."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from rolegate.diagnostics import Diagnostic, Span
from rolegate.documents.acceptances import Acceptances
from rolegate.documents.approvals_file import ApprovalShape
from rolegate.documents.bindings_file import BindingShape
from rolegate.documents.catalog_file import CatalogShape
from rolegate.documents.domains_file import DomainsShape
from rolegate.documents.invariants_file import InvariantShape
from rolegate.documents.labels_file import LabelsShape
from rolegate.documents.limits import ORDINARY, Limits
from rolegate.documents.review_file import ReviewShape
from rolegate.documents.roles_file import RoleBody
from rolegate.documents.text import Text


@dataclass(frozen=True, slots=True)
class Documents:
    """The files of one policy set, each of the right shape and with its places.

    `incomplete` names the kinds of files, by their key, of which something was reported and left out: a name
    of such a kind that seems to be missing may be declared in that part. `accepted` says which warnings are
    meant so. `homes` has the domain of each file that is named after one, and `in_files` the domains with a
    file of their own. `told` has the custom role of each file that has errors and a clear name and domain, or
    the domain alone, and `told_roles` these roles. `strays` are called like YAML files that are not part of a
    set: a role that seems to be missing may be in one of them. `dark` has the domains that are set aside.
    `former_domains` has what former names of domains are now, and `unfollowed_domains` those that are not
    followed, each with a domain that says it. `beside` is what is wrong with the files that only say how
    changes are judged.
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
    in_files: frozenset[str] = frozenset()
    strays: frozenset[str] = frozenset()
    told: Mapping[str, tuple[str, str | None]] = field(default_factory=dict)
    told_roles: tuple[tuple[Text, RoleBody], ...] = ()
    dark: Mapping[str, tuple[str, ...] | None] = field(default_factory=dict)
    review: tuple[ReviewShape, ...] = ()
    approvals: tuple[ApprovalShape, ...] = ()
    invariants: tuple[InvariantShape, ...] = ()
    former_domains: Mapping[str, str] = field(default_factory=dict)
    unfollowed_domains: Mapping[str, str] = field(default_factory=dict)
    beside: tuple[Diagnostic, ...] = ()
    limits: Limits = ORDINARY

    @property
    def declared(self) -> frozenset[str]:
        """Every domain that is declared, in files with errors as well."""
        named = self.domains.domains if self.domains is not None else ()
        return self.in_files | {str(name) for name in named}

    @property
    def owners(self) -> Mapping[str, tuple[str, str | None]]:
        """The files that belong to one tenant: to a domain, or to a custom role of it."""
        return {**{file: (domain, None) for file, domain in self.homes.items()}, **self.told}

    def around(self, domain: str) -> tuple[str, ...] | None:
        """The domains around *domain*, innermost first, as far as they are declared; None if nobody knows."""
        shapes = self.domains.domains if self.domains is not None else {}
        by_name = {str(name): shape for name, shape in shapes.items()}
        found: list[str] = []
        if domain not in by_name:
            return None
        outer = by_name[domain].within
        while outer is not None and outer not in found:
            found.append(str(outer))
            outer = by_name[outer].within if outer in by_name else None
        return tuple(found)


@dataclass(frozen=True, slots=True)
class MeantDocuments:
    """What the files of a set with bad values say, as it is meant; see `mended`. It is for findings alone."""

    documents: Documents
    lost: frozenset[str]
