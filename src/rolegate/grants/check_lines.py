"""What lines of bindings say beside each other, once each of them is read."""

from __future__ import annotations

from rolegate.catalog.model import Catalog
from rolegate.diagnostics import Report
from rolegate.grants.bindings import Binding
from rolegate.grants.blame import Blame
from rolegate.grants.domains import Domains
from rolegate.grants.heirs import warn_of_heirs
from rolegate.grants.kind_holders import check_holders
from rolegate.grants.misread_subjects import warn_of_misread_users
from rolegate.grants.periods import warn_of_repeated
from rolegate.grants.replaced_heirs import warn_of_replaced_heirs
from rolegate.grants.role_kinds import KindRules
from rolegate.grants.roles import Roles


def check_lines(
    bindings: tuple[Binding, ...],
    catalog: Catalog,
    roles: Roles,
    domains: Domains,
    report: Report,
    *,
    blame: Blame | None = None,
    rules: KindRules | None = None,
    warns: bool = True,
) -> None:
    """Report what is wrong with *bindings* taken together; *rules* are those of the kinds of roles.

    Unless it *warns*, only errors.
    """
    check_holders(bindings, catalog, domains, report, blame, rules)
    if not warns:
        return
    warn_of_repeated(bindings, domains, report)
    warn_of_misread_users(bindings, domains, report)
    warn_of_heirs(bindings, roles, domains, report)
    warn_of_replaced_heirs(bindings, roles, domains, report)
