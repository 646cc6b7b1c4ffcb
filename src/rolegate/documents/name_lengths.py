"""Teams and custom roles share a column with their domain: both have to fit there."""

from __future__ import annotations

from rolegate.diagnostics import RelatedSpan, Report, one_line
from rolegate.documents.scalars import SHORTER, short
from rolegate.documents.shapes import DomainsShape, RoleBody
from rolegate.documents.text import Text
from rolegate.encoding import MAX_OF_DOMAIN, encode


def check_teams(shape: DomainsShape, report: Report) -> None:
    """Report the teams that are too long together with their domains."""
    for domain, each in shape.domains.items():
        for team in each.teams:
            _check("team", team, domain, report)


def check_role(name: Text, body: RoleBody, report: Report) -> bool:
    """Report a custom role that is too long together with its domain; True when later steps can have it."""
    return body.domain is None or _check("role", name, body.domain, report)


def _check(kind: str, name: Text, domain: Text, report: Report) -> bool:
    length = len(encode(name)) + len(encode(domain))
    if length > MAX_OF_DOMAIN:
        report.add(
            "RG115",
            name.span,
            f"the {kind} `{short(name)}` and its domain are {length} characters long once encoded;"
            f" {MAX_OF_DOMAIN} is the most",
            SHORTER,
            [RelatedSpan(domain.span, one_line(f"the domain is `{short(domain)}`"))],
        )
    return length <= MAX_OF_DOMAIN
