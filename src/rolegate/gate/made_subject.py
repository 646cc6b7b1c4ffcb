"""Makes the subjects of a gate."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from rolegate.diagnostics import quoted
from rolegate.errors import InvalidQuestionError
from rolegate.gate.given_users import NOTHING_GIVEN, GivenNames
from rolegate.gate.publishing import StateHolder
from rolegate.gate.record_warnings import warn_of_undeclared
from rolegate.gate.subject import Subject

_log = logging.getLogger("rolegate")


def made_subject(
    holder: StateHolder,
    user: str,
    domain: str | None,
    attributes: Mapping[str, Any] | None,
    given: GivenNames,
) -> Subject:
    """*user* in *domain*, in the state that *holder* has in force."""
    for noun, name in (("user", user), ("domain", domain)):
        if not isinstance(name, str) and not (name is None and noun == "domain"):
            raise InvalidQuestionError(f"`{noun}` is a text, not of type {type(name).__name__}")
    if attributes is not None and not isinstance(attributes, Mapping):
        raise InvalidQuestionError(
            f"`attributes` is a mapping, not of type {type(attributes).__name__}; give roles as `roles=…`"
        )
    live = holder._state_in(domain) if given is NOTHING_GIVEN else holder._explained_in(domain)
    if domain is None and live.common.needs_domain:
        raise InvalidQuestionError(
            "`domain` is missing: this policy has domains, and a subject is in one of them"
        )
    if domain is not None and domain not in live.tables:
        aside = domain in live.common.resolved.domains.dark
        what = "RG612 domain %s is set aside" if aside else "RG603 unknown domain %s"
        _log.warning("denied: " + what, quoted(domain))
    if attributes:
        warn_of_undeclared(live, attributes)

    return Subject(live, user, domain, attributes or {}, given, holder)
