"""What lint questions, each finding in its words; each function adds one finding to a report."""

from __future__ import annotations

from rolegate.catalog.model import Permission
from rolegate.diagnostics import RelatedSpan, Report, Span
from rolegate.grants.grant_entry import GrantEntry
from rolegate.grants.roles import Role


def grant_covered(report: Report, entry: GrantEntry, by: Span | None, what: str) -> None:
    """*what*, a role or a line, gives the same without *entry*."""
    if by is None:
        message = f"`{entry.text}` adds nothing: `except` takes away all that it gives"
        report.add("RG800", entry.span, message, "remove it, or the exception")
        return
    message = f"`{entry.text}` adds nothing: {what} gives the same without it"
    place = RelatedSpan(by, "this gives it as well")
    report.add("RG800", entry.span, message, "remove it", [place])


def exception_covered(report: Report, entry: GrantEntry, by: Span) -> None:
    message = f"`{entry.text}` takes nothing away that other exceptions do not take"
    report.add("RG801", entry.span, message, "remove it", [RelatedSpan(by, "this takes it away as well")])


def role_unheld(report: Report, role: Role) -> None:
    help = "bind it, or remove it; accept this finding if an application gives the role"
    report.add("RG802", role.span, f"nobody holds role `{role.name}`", help)


def permission_unheld(report: Report, permission: Permission) -> None:
    message = f"nobody holds `{permission.path}`: no role and no line grants it"
    report.add("RG803", permission.span, message, "grant it to a role, or mark it with `deprecated: true`")


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
