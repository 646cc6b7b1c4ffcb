"""What can be wrong with the rights of a role, each finding in its words.

Each function adds one finding to a report.
"""

from __future__ import annotations

from rolegate.diagnostics import RelatedSpan, Report
from rolegate.grants.grant_entry import GrantEntry
from rolegate.grants.rights import Need, Right, shown
from rolegate.grants.roles import Origin


def right_lacks_requirement(
    report: Report, origin: Origin, role: str, held: str, wanted: Need, help: str
) -> None:
    message = f"role `{role}` holds {held} without `{shown(wanted)}`, which it requires"
    report.add("RG315", origin.written, message, help)


def right_lacks_recommendation(report: Report, origin: Origin, right: Right, wanted: Need) -> None:
    message = f"`{shown(right)}` is of little use without `{shown(wanted)}`"
    report.add("RG316", origin.written, message, f"add a grant of `{shown(wanted)}`")


def requirement_excepted(
    report: Report, by: GrantEntry, origin: Origin, right: Right, wanted: Need, narrowest: Right
) -> None:
    message = f"`{by.text}` is excepted, but `{shown(right)}` still needs `{shown(wanted)}`"
    granted = RelatedSpan(origin.written, f"`{right.path}` is granted here")
    report.add("RG314", by.span, message, f"except `{shown(narrowest)}` as well", [granted])
