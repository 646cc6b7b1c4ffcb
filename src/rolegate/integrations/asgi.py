"""For any ASGI application: puts who makes the request into `scope["rolegate"]`, and refuses nothing.

async def who(scope):                                  # or a plain function
    return gate.subject(scope["user"].id, domain="acme")

app = RolegateMiddleware(app, subject=who)
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from inspect import isawaitable
from typing import TYPE_CHECKING, Any

from rolegate.integrations.check_wiring import need_function

if TYPE_CHECKING:
    from rolegate.gate.subject import Subject

__all__ = ["RolegateMiddleware", "subject_of"]

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]
Resolve = Callable[[Scope], "Subject | Awaitable[Subject | None] | None"]

KEY = "rolegate"


class RolegateMiddleware:
    """Puts the subject of each HTTP request and web socket into `scope["rolegate"]`; None for nobody.

    *subject* gets the scope, so put whatever finds out who has signed in around this middleware.
    """

    def __init__(self, app: App, subject: Resolve) -> None:
        """Put what *subject* finds into the scope of *app*.

        Raises:
            TypeError: for a subject that is not a function.
        """
        need_function(subject, "scope")
        self.app = app
        self._resolve = subject

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] in ("http", "websocket"):
            found = self._resolve(scope)
            subject = await found if isawaitable(found) else found
            scope = {**scope, KEY: subject}
        await self.app(scope, receive, send)


def subject_of(scope: Scope) -> Subject | None:
    """The subject of the request; None when nobody has signed in.

    Raises:
        LookupError: without a `RolegateMiddleware` around the application.
    """
    if KEY not in scope:
        raise LookupError("no subject is known: put RolegateMiddleware around the application")
    found: Subject | None = scope[KEY]
    return found
