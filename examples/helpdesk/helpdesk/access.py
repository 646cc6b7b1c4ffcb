"""Who asks, and the gate that answers."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends, Header, HTTPException, Request

from rolegate import Gate, Store, Subject
from rolegate.integrations.fastapi import RolegateFastAPI

USER = re.compile(r"[A-Za-z0-9._@-]{1,64}")
"""What a user may be called in this application."""

COOKIE = "helpdesk"
"""Who signed in with a browser, as `user:account`."""

store = Store.open(os.environ.get("HELPDESK_STORE", "sqlite:///helpdesk-roles.db"))
store.create()
store.apply(str(Path(__file__).parent.parent / "policy"))  # in production, a step of the deployment does this

gate = Gate.from_store(store)


def current_subject(
    request: Request,
    x_user: Annotated[str | None, Header()] = None,
    x_account: Annotated[str, Header()] = "acme",
) -> Subject | None:
    """Who makes the request.

    A real application takes the user and the account from its session or token. Here anybody may say who they
    are, so that the example can be tried with curl and with a browser. What comes from outside is looked at
    first: nobody is asked about in an account that is not there.
    """
    if x_user is None and COOKIE in request.cookies:
        from_own_pages(request)
        x_user, _, x_account = request.cookies[COOKIE].partition(":")
    if x_user is None or not USER.fullmatch(x_user):
        return None
    if x_account not in gate.policy.domains:
        raise HTTPException(404, "no such account")
    return gate.subject(x_user, x_account)


def from_own_pages(request: Request) -> None:
    """Refuse what a page of another site makes a browser send, with the cookie of whoever looks at it.

    Browsers say where a request comes from, so that no form needs a token. Behind a proxy, `Host` has to be
    what the browser asked for.
    """
    if request.method in ("GET", "HEAD", "OPTIONS"):
        return
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin", "")
    own = site in ("same-origin", "none") if site else urlsplit(origin).netloc == request.headers.get("host")
    if not own:
        raise HTTPException(403, "this was sent by a page of another site")


rg = RolegateFastAPI(gate, current_subject)

Me = Annotated[Subject, Depends(rg.subject)]
