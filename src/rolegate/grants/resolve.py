"""From the documents of a set to everything a compiled policy needs."""

from __future__ import annotations

from dataclasses import dataclass

from rolegate.catalog.build import build_catalog
from rolegate.catalog.labels import Labels, check_labels
from rolegate.catalog.model import Catalog
from rolegate.diagnostics import Report
from rolegate.documents.models import Documents
from rolegate.grants.bindings import Binding, resolve_bindings
from rolegate.grants.domains import Domains, resolve_domains
from rolegate.grants.roles import Roles, resolve_roles


@dataclass(frozen=True, slots=True)
class Resolved:
    """A policy set in which every name has been given the thing it names."""

    catalog: Catalog
    domains: Domains
    roles: Roles
    bindings: tuple[Binding, ...]
    labels: Labels


def resolve(documents: Documents, report: Report) -> Resolved | None:
    """Give every name in *documents* the thing it names; None without a catalog."""
    if documents.catalog is None:
        return None
    catalog = build_catalog(documents.catalog, documents.top, report)
    domains = resolve_domains(documents.domains, catalog, documents.top, report)
    roles = resolve_roles(documents.roles, catalog, domains, report)
    bindings = resolve_bindings(documents.bindings, catalog, domains, roles, report)
    labels = check_labels(documents.labels, catalog, [name for _, name in roles], report)
    return Resolved(catalog, domains, roles, bindings, labels)
