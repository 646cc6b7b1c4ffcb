"""Warnings about grants that give nothing where they hold, or mean another thing in each domain."""

from __future__ import annotations

from collections.abc import Iterable

from rolegate.diagnostics import Report
from rolegate.grants import problems
from rolegate.grants.domains import Domains
from rolegate.grants.grant_entry import GrantEntry
from rolegate.grants.roles import Brought


def warn_of_unavailable(brought: Brought, domain: str, domains: Domains, report: Report) -> None:
    """Report the entries of *brought* that grant nothing which *domain*, or one inside it, offers."""
    for entry, permissions in brought:
        report.steps(len(permissions), f"`{entry.text}`", entry.span)
        wanted = {permission.availability for permission in permissions}
        if wanted and all(domains.none_offers(availability, domain, report) for availability in wanted):
            problems.grant_unavailable(report, entry, domains[domain], wanted)


def warn_of_instances(entries: Iterable[GrantEntry], report: Report) -> None:
    """Report the grants of a default role that name an instance."""
    for entry in entries:
        if any(part != "*" for part in (entry.grant.instance or "*").split("/")):
            problems.instance_in_shared_role(report, entry)
