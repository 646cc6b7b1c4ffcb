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


def resolve(documents: Documents, report: Report) -> Resolved:
    """Give every name in *documents* the thing it names."""
    own = Report()
    resolved = _resolve(documents, own)
    silent = {code for kind in documents.incomplete for code in _FOLLOW_UPS.get(kind, ())}
    report.take(each for each in own.diagnostics if each.code not in silent)
    return resolved


_FOLLOW_UPS = {"roles": ("RG216", "RG317", "RG324"), "domains": ("RG401", "RG403", "RG411")}
"""Codes that only repeat, for what was left out of a kind of file, that something was left out."""


def _resolve(documents: Documents, report: Report) -> Resolved:
    catalog = build_catalog(documents.catalog, documents.top, report)
    domains = resolve_domains(documents.domains, catalog, documents.top, report)
    roles = resolve_roles(documents.roles, catalog, domains, report)
    bindings = resolve_bindings(documents.bindings, catalog, domains, roles, report)
    labels = check_labels(documents.labels, catalog, [name for _, name in roles], report)
    return Resolved(catalog, domains, roles, bindings, labels)
