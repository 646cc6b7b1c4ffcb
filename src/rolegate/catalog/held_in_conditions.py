"""What conditions ask the user to hold is looked up, once the permissions are known."""

from __future__ import annotations

from collections.abc import Iterable

from rolegate.catalog import condition_problems as problems
from rolegate.catalog.condition_reader import Held
from rolegate.catalog.link_dependencies import chain_help, fits_chain, scope_help
from rolegate.catalog.model import Catalog, Permission
from rolegate.diagnostics import Report
from rolegate.encoding import readable


def check_held(catalog: Catalog, asked: Iterable[Held], report: Report) -> None:
    """Report what nobody can hold as it is written."""
    for held in asked:
        permission = catalog.find(held.grant.path)
        if permission is None and not held.grant.star:
            known = (permission.path for permission in catalog.permissions)
            problems.held_unknown(
                report, held.text.span, held.grant.path, known, catalog.fate(held.grant.path)
            )
        elif held.grant.star or not isinstance(permission, Permission):
            problems.held_several(report, held.text.span, held.text)
        elif permission.path not in catalog.unclear:
            _check_limits(held, permission, report)


def _check_limits(held: Held, permission: Permission, report: Report) -> None:
    """Whether *held* names a scope if there are any, and an instance where no attribute names it."""
    ladder, scope = permission.ladder, held.grant.scope
    path, chain, instance = permission.path, permission.chain, held.grant.instance
    if ladder is not None and scope is None:
        help = "write " + " or ".join(f"`{path}@{name}`" for name in list(ladder.scopes)[:6])
        problems.held_misfit(report, held.text.span, held.text, "names no scope", help)
    elif scope is not None and (ladder is None or scope not in ladder.scopes):
        why = f"has no scope `{scope}`"
        problems.held_misfit(report, held.text.span, path, why, scope_help(scope, ladder))
    if held.attributes:
        _check_attributes(held, permission, report)
    elif instance is None and chain:
        kind = chain[-1]
        help = f"{chain_help(chain)}, or around an attribute `{kind}_id: {{holds: {path}}}`"
        problems.held_misfit(report, held.text.span, held.text, f"names no {kind}", help)
    elif instance is not None and not fits_chain(instance, chain):
        per = f"is per {'/'.join(chain)}" if chain else "is not per instance"
        why = f"{per}, so `[{readable(instance)}]` does not fit"
        problems.held_misfit(report, held.text.span, path, why, chain_help(chain, instance))


def _check_attributes(held: Held, permission: Permission, report: Report) -> None:
    """Whether there is one attribute for each kind of the chain, and nothing else that names the instance."""
    path, chain = permission.path, permission.chain
    if held.grant.instance is not None:
        help = "leave out `[…]`: the attribute names the instance"
        problems.held_misfit(report, held.text.span, held.text, "names an instance", help)
    elif not chain:
        help = f"write `holds: {held.text}`, without an attribute around it"
        problems.held_misfit(report, held.text.span, path, "is not per instance", help)
    elif len(chain) != held.attributes:
        names = ", ".join(f"{kind}_id" for kind in chain)
        help = f"write `holds: {{permission: {held.text}, attributes: [{names}]}}`"
        if len(chain) == 1:
            help = f"write `{chain[0]}_id: {{holds: {held.text}}}`"
        why = f"is per {'/'.join(chain)}: it takes one attribute for each"
        problems.held_misfit(report, held.text.span, path, why, help)
