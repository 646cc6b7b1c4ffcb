"""How large a policy set may be: a variable of the environment says so, and never the files."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from rolegate_cli.exit_codes import UnreadableInputError

if TYPE_CHECKING:
    from rolegate import Limits

VARIABLE = "ROLEGATE_LIMITS"


def chosen_limits() -> Limits:
    """The limits that `ROLEGATE_LIMITS` names: `large`, or the ordinary ones; another value is refused."""
    from rolegate import Limits

    named = os.environ.get(VARIABLE, "")
    if named not in ("", "ordinary", "large"):
        raise UnreadableInputError(f"{VARIABLE} has to be `large` or `ordinary`")
    return Limits.large() if named == "large" else Limits()
