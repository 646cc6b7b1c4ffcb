"""Who asks, and the gate that answers."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

from fastapi import Depends, Header, HTTPException

from rolegate import Gate, Subject
from rolegate.integrations.fastapi import RolegateFastAPI

USER = re.compile(r"[A-Za-z0-9._@-]{1,64}")
"""What a user may be called in this application."""

gate = Gate.from_path(Path(__file__).parent.parent / "policy")


def current_subject(
    x_user: Annotated[str | None, Header()] = None, x_account: Annotated[str, Header()] = "acme"
) -> Subject | None:
    """Who makes the request.

    A real application takes the user and the account from its session or token. Here anybody may say who they
    are, so that the example can be tried with curl. What comes from outside is looked at first: nobody is
    asked about in an account that is not there.
    """
    if x_user is None or not USER.fullmatch(x_user):
        return None
    if x_account not in gate.policy.domains:
        raise HTTPException(404, "no such account")
    return gate.subject(x_user, x_account)


rg = RolegateFastAPI(gate, current_subject)

Me = Annotated[Subject, Depends(rg.subject)]
