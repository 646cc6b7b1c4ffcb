"""Who asks, and the gate that answers."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from fastapi import Depends, Header

from rolegate import Gate, Subject
from rolegate.integrations.fastapi import RolegateFastAPI

gate = Gate.from_path(Path(__file__).parent.parent / "policy")


def current_subject(
    x_user: Annotated[str | None, Header()] = None, x_account: Annotated[str, Header()] = "acme"
) -> Subject | None:
    """Who makes the request.

    A real application takes the user and the account from its session or token. Here anybody may say who they
    are, so that the example can be tried with curl.
    """
    return None if x_user is None else gate.subject(x_user, x_account)


rg = RolegateFastAPI(gate, current_subject)

Me = Annotated[Subject, Depends(rg.subject)]
