"""What lint questions, each finding in its words; each function adds one finding to a report."""

from __future__ import annotations

import shlex
from collections.abc import Sequence

from rolegate.catalog.dependency_entries import Dependency
from rolegate.catalog.model import Permission
from rolegate.diagnostics import RelatedSpan, Report, Span
from rolegate.documents.file_kinds import LABELS
from rolegate.grants.grant_entry import GrantEntry
from rolegate.grants.roles import Role


def grant_covered(report: Report, entry: GrantEntry, by: Span | None, what: str) -> None:
    """*what*, a role or a line, gives the same without *entry*: *by* gives it, or nothing is left of it."""
    same, help = f"{what} gives the same without it", "remove it"
    if by is None:
        same, help = "`except` takes away all that it gives", "remove it, or the exception"
    places = [] if by is None else [RelatedSpan(by, "this gives it as well")]
    report.add("RG800", entry.span, f"`{entry.text}` adds nothing: {same}", help, places)


def exception_covered(report: Report, entry: GrantEntry, by: Span) -> None:
    message = f"`{entry.text}` takes nothing away that other exceptions do not take"
    report.add("RG801", entry.span, message, "remove it", [RelatedSpan(by, "this takes it away as well")])


def role_unheld(report: Report, role: Role) -> None:
    help = "bind it, or remove it; accept this finding if an application gives the role"
    report.add("RG802", role.span, f"nobody holds role `{role.name}`", help)


def permission_unheld(report: Report, permission: Permission) -> None:
    message = f"nobody holds `{permission.path}`: no role and no line grants it"
    by_name = "grant it to a role by its name, since no star takes it in"
    help = by_name if permission.by_name else "grant it to a role, or mark it with `deprecated: true`"
    report.add("RG803", permission.span, message, help)


def roles_equal(report: Report, role: Role, other: Role) -> None:
    message = f"role `{role.name}` holds the same as role `{other.name}`"
    help = "bind the same role to both groups of people, or change what one of the two holds"
    report.add(
        "RG804", role.span, message, help, [RelatedSpan(other.span, f"`{other.name}` is declared here")]
    )


def equals_default(report: Report, role: Role, default: Role) -> None:
    message = (
        f"role `{role.name}` of domain `{role.domain}` holds the same as the default role `{default.name}`"
    )
    help = f"bind `{default.name}`, or change what `{role.name}` holds"
    if role.replaces is not None:
        help = f"remove this role, so that `{role.domain}` has the default one again"
    place = RelatedSpan(default.span, f"`{default.name}` is declared here")
    report.add("RG805", role.span, message, help, [place])


def line_ending(report: Report, at: Span, until: str, restricts: bool) -> None:
    """A line *restricts*, or gives something."""
    help = "write a later `until` if it should still hold then"
    lifted = "; what it restricts is allowed again then" if restricts else ""
    report.add("RG809", at, f"the line ends on {until}{lifted}", help)


def all_instances_listed(
    report: Report, entries: Sequence[GrantEntry], kind: str, domain: str, star: str
) -> None:
    """*entries* name all instances of a *kind* that *domain* has; *star* would mean all of them."""
    first = entries[0]
    message = f"all {len(entries)} instances of `{kind}` that `{domain}` has are named, and no later one"
    help = f"did you mean `{star}`? accept this finding if new ones are to stay out"
    others = [RelatedSpan(entry.span, "this names another one") for entry in entries[1:_NAMED]]
    report.add("RG806", first.span, message, help, others)


def star_over_sensitive(report: Report, entry: GrantEntry, taken: Sequence[str]) -> None:
    """*entry* takes in the sensitive permissions *taken*."""
    names = _names(taken)
    message = f"`{entry.text}` takes in what is sensitive: {names}"
    help = "grant what is needed by name, or except what is sensitive and grant that in another role or line"
    report.add("RG807", entry.span, message, help)


def labels_missing(report: Report, at: Span, locale: str, missing: Sequence[str]) -> None:
    """*missing* are places in a file of labels."""
    texts = "text has" if len(missing) == 1 else "texts have"
    message = f"{len(missing)} {texts} no label in `{locale}`: {_names(missing)}"
    folder = at.file.rpartition(f"{LABELS.place}/")[0].rstrip("/") or "."
    command = shlex.join(["rolegate", "lint", folder, "--labels", locale])
    help = f"write them; `{command}` lists all of them"
    report.add("RG810", at, message, help)


def depends_on_deprecated(report: Report, entry: Dependency, permission: Permission, key: str) -> None:
    message = f"`{permission.path}` {key} `{entry.path}`, which is deprecated"
    help = "name what is used instead, or mark both as deprecated"
    report.add("RG811", entry.span, message, help)


def restriction_idle(report: Report, at: Span, texts: Sequence[str]) -> None:
    """The line *at* some place restricts *texts*, of which nobody has anything."""
    message = f"the line restricts nothing: no role and no line gives {_names(list(dict.fromkeys(texts)))}"
    report.add("RG808", at, message, "remove it, or accept this finding if it is meant for later")


_NAMED = 5
"""So many names are told; the others are counted."""


def _names(names: Sequence[str]) -> str:
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return ", ".join(f"`{name}`" for name in names[:_NAMED]) + more
