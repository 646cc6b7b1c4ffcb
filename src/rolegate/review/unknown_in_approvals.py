"""Names in approvals that the set does not have: such an approval approves nothing, and nobody notices."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Set
from datetime import datetime
from itertools import chain

from rolegate.diagnostics import Report
from rolegate.documents.review_problems import approval_unknown
from rolegate.documents.text import Text
from rolegate.grants.approval_ends import approval_end
from rolegate.grants.resolve import Resolved
from rolegate.review.owned_names import one_word

_PATH = re.compile(r"[^\[@\s]+")


def warn_of_unknown_in_approvals(resolved: Resolved, at: datetime, report: Report) -> None:
    """Report roles, teams, domains and permissions of approvals that the set around them does not have.

    An approval lies in the change that it is for, so the set has what the change adds. Users are in no list,
    and one that is over *at* that time has to go as a whole.
    """
    catalog, domains = resolved.catalog, resolved.domains
    roles = frozenset(_names(chain(resolved.roles, resolved.roles.former)))
    teams = frozenset(_names((domain.name, str(team)) for domain in domains for team in domain.teams))
    places = frozenset((*domains.names, *domains.former, *domains.dark))
    for approval in (one for one in resolved.approvals if approval_end(one) > at):
        named: tuple[tuple[str, Iterable[Text] | None, Set[str]], ...] = (
            ("role", approval.role, roles),
            ("team", approval.team, teams),
            ("domain", approval.domain, places),
        )
        for noun, given, known in named:
            for name in given or ():
                if name not in known:
                    approval_unknown(report, name, noun, str(name), known)
        for gain in approval.gains or ():
            path = _PATH.match(gain)
            if path is not None and catalog.find(path[0]) is None:
                paths = (permission.path for permission in catalog.permissions)
                approval_unknown(report, gain, "permission", path[0], paths)


def _names(owned: Iterable[tuple[str | None, str]]) -> Iterator[str]:
    """What an approval may call those who belong to a domain, or to none."""
    for owner, name in owned:
        yield from (name, one_word(name))
        if owner is not None:
            yield f"{one_word(owner)}/{one_word(name)}"
