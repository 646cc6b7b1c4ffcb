"""Findings in what the bad values of a set hide: the rest is judged as if they were mended.

INVARIANT: nothing but findings comes of it, and none that may only follow from what was taken out.
"""

from __future__ import annotations

from collections.abc import Mapping

from rolegate.diagnostics import Diagnostic, Report
from rolegate.documents.documents import MeantDocuments
from rolegate.documents.former_domains import with_domains_of_today
from rolegate.documents.mending import ANY_KEY
from rolegate.grants.resolve import resolve

_OF_PATHS = "permissions fields scopes per resources within aliases renamed_from hidden by_name"
_LABELLED = "plans addons domain_kinds role_kinds restrictions roles role domain domains instances"

_FOLLOWS: Mapping[str, frozenset[str]] = {
    code: frozenset(keys.split())
    for codes, keys in (
        ("RG217 RG219 RG222 RG318 RG402 RG424", ""),
        ("RG216", f"{_OF_PATHS} {_LABELLED}"),
        ("RG201 RG225 RG301 RG302 RG303 RG304 RG305 RG306 RG307 RG308 RG309", _OF_PATHS),
        ("RG234 RG356", f"{_OF_PATHS} removed"),
        ("RG215 RG310 RG311 RG312 RG207 RG208 RG214", _OF_PATHS),
        ("RG202 RG203", "scopes within renamed_from"),
        ("RG204 RG205 RG206", "resources within per renamed_from"),
        ("RG211", "plans renamed_from"),
        ("RG212", "addons renamed_from"),
        ("RG223", "user"),
        ("RG230", "domain_kinds renamed_from"),
        ("RG231", "restrictions"),
        ("RG232", "restrictions restrict"),
        ("RG233", "role_kinds"),
        ("RG317", "roles role domain domains within replaces renamed_from"),
        ("RG319", "roles role domain domains"),
        ("RG401", "domains renamed_from"),
        ("RG403", "teams domain domains within"),
        ("RG405 RG420 RG421", "from until zone domain domains within"),
        ("RG414 RG418", "instances removed domain domains within resources"),
    )
    for code in codes.split()
}
"""Codes about one text alone, and the keys without which they may be reported though nothing is wrong."""


def find_in_meant(meant: MeantDocuments, report: Report) -> None:
    """Add to *report* what is found in *meant*, but for what it has at the same place already."""
    own = Report()
    resolve(with_domains_of_today(meant.documents, Report()), own)
    known = {(found.code, found.span) for found in report.diagnostics}
    report.take(
        found
        for found in own.diagnostics
        if (found.code, found.span) not in known and _holds(found, meant.lost)
    )


def _holds(found: Diagnostic, lost: frozenset[str]) -> bool:
    """Whether *found* would be reported with the keys that are *lost* as well."""
    if "accept" in lost and found.severity == "warning":
        return False  # it may be accepted
    if lost <= {"accept"}:
        return True
    keys = _FOLLOWS.get(found.code)
    return keys is not None and not (keys and ANY_KEY in lost) and not keys & lost
