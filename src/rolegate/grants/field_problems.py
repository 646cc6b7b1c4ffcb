"""What can be wrong with an entry about a field with scopes, in its words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rolegate.catalog.grant_syntax import Grant
from rolegate.catalog.model import Catalog, Group
from rolegate.catalog.scoped_fields import halves_meant
from rolegate.diagnostics import Report, Span
from rolegate.grants.grant_entry import GrantEntry

_FEW = 6


def field_without_half(
    report: Report, span: Span, grant: Grant, field: Group, catalog: Catalog, verb: str
) -> None:
    """*grant* names a field as if it did not have scopes; *verb* is what the entry does."""
    forms = fields_meant(grant, field, catalog, verb)
    shown = " or ".join(f"`{form}`" for form in forms)
    message = f"`{field.path}` has scopes: `view` and `edit` of it are permissions of their own"
    report.add("RG302", span, message, f"write {shown}" + ", or a narrower scope" * (verb == "brings"))


def fields_meant(grant: Grant, field: Group, catalog: Catalog, verb: str) -> list[Grant]:
    """What to write in place of *grant*, as if the field did not have scopes; *verb* is what the entry does.

    What takes away takes all of it, as before: at the broadest scope alone, the narrower ones would be left.
    """
    ladder = catalog.permission(field.children[0]).ladder
    scope = grant.scope if ladder is not None and grant.scope in ladder.scopes else None
    if verb == "brings":
        wide = ladder.broadest if ladder is not None else None
        instance = grant.instance or ("/".join(field.chain) or None)
        halves = halves_meant(field, grant.scope)
        return [replace(grant, path=half, instance=instance, scope=scope or wide) for half in halves]
    if grant.scope == "edit":
        return [replace(grant, path=half, scope=None) for half in halves_meant(field, "edit")]
    return [replace(grant, path=field.path, star=True, scope=scope)]  # who may not see it, may not edit it


def fields_passed_over(report: Report, entry: GrantEntry, left: Sequence[str]) -> None:
    """*left* are permissions of fields with scopes that nothing beside *entry* takes away."""
    fields = _listed(list(dict.fromkeys(path.rpartition(".")[0] for path in left)))
    message = f"`{entry.text}` leaves fields with scopes as they are: {fields}"
    report.add("RG335", entry.span, message, f"add an entry for each of {_listed(left)}")


def _listed(paths: Sequence[str]) -> str:
    return ", ".join(f"`{path}`" for path in paths[:_FEW]) + (", …" if len(paths) > _FEW else "")
