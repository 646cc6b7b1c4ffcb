"""FastAPI: guards are dependencies; a permission that does not exist fails when the module is imported.

rg = RolegateFastAPI(gate, subject=current_subject)   # current_subject is a dependency of yours
rg.install(app)                                        # 403 with a body that programs can read

@app.get("/inboxes/{inbox}", dependencies=[Depends(rg.require("inboxes.access", on=PathParam("inbox")))])
def inbox(inbox: str) -> ...: ...

assert rg.audit(app) == ()                             # in a test: every route has a guard
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from fastapi import Depends, FastAPI
from starlette.requests import HTTPConnection

from rolegate.documents.route_lock import GuardedRoute
from rolegate.gate.forbidden import Forbidden
from rolegate.integrations.ask_guard import ask_on, written
from rolegate.integrations.changed_arguments import unchanged
from rolegate.integrations.check_wiring import check_wiring
from rolegate.integrations.fastapi_audit import findings
from rolegate.integrations.fastapi_dependencies import (
    fit_check,
    instance_of,
    marked_as,
    path_params_now,
    same_path,
    signed_in_only,
)
from rolegate.integrations.fastapi_install import refuse, start_guarded
from rolegate.integrations.fastapi_openapi import describe
from rolegate.integrations.fastapi_routes import guarded_routes
from rolegate.integrations.guard import MARK, PUBLIC, SIGNED_IN, Guard, PathParam, Unguarded, Where
from rolegate.integrations.unfit_guards import Unfit

if TYPE_CHECKING:
    from rolegate.gate.gate import Gate

__all__ = ["PathParam", "RolegateFastAPI", "Unfit", "Unguarded", "unchanged"]


class RolegateFastAPI:
    """Guards for the routes of an application.

    *subject* is a dependency that returns the `rolegate.Subject` of a request, or None if nobody has signed
    in (answered with 401). FastAPI calls it once per request, so all guards and the route share one subject.
    """

    def __init__(self, gate: Gate, subject: Callable[..., Any]) -> None:
        """Guards that ask *gate*.

        Raises:
            TypeError: for something else than a gate and a function.
        """
        check_wiring(gate, subject)
        self.gate = gate
        self.subject = signed_in_only(subject)
        """A dependency that returns the subject, unguarded: `Annotated[Subject, Depends(rg.subject)]`."""
        self.signed_in = marked_as(signed_in_only(self.subject), SIGNED_IN)
        """A dependency that admits whoever has signed in."""

    def require(
        self,
        permission: str,
        *,
        on: Where = None,
        scope: str | None = None,
        record: Callable[..., Any] | None = None,
    ) -> Callable[..., Any]:
        """A dependency that admits whoever may use *permission*, and returns the subject.

        `on` is a raw id, `PathParam("inbox")`, or a dependency that returns the id. `record` is a dependency
        that returns the record in question; if the route depends on it as well, it gets the same record.

        Raises:
            UnknownNameError: when called, for what the catalog does not have.
        """
        guard = Guard(self.gate, permission, written(on), scope, record)
        fits = fit_check(guard)
        who, fitting, where = Depends(self.subject), Depends(fits), Depends(instance_of(on, fits))
        seen = Depends(path_params_now, use_cache=False)  # read before the record or the instance
        if record is not None:
            what = Depends(record)

            # Not async, because checking a record may read related records from the database.
            def ask_record(
                now: HTTPConnection,
                subject: Any = who,
                _: Any = fitting,
                before: Any = seen,
                found: Any = what,
            ) -> Any:
                same_path(before, now)
                guard.ask(subject, record=found)
                return subject

            return marked_as(ask_record, guard)

        async def ask(
            now: HTTPConnection,
            subject: Any = who,
            _: Any = fitting,
            before: Any = seen,
            instance: Any = where,
        ) -> Any:
            same_path(before, now)
            ask_on(guard, subject, instance)
            return subject

        return marked_as(ask, guard)

    async def public(self) -> None:
        """A dependency that says that a route is open to everyone on purpose."""

    setattr(public, MARK, PUBLIC)

    def install(self, app: FastAPI) -> None:
        """Answer `Forbidden`, raised by guards or by routes, with 403; a web socket is closed.

        This includes the applications that are mounted in *app* before it starts, unless they have an answer
        of their own. The OpenAPI page of each of them lists 401 and 403 for the routes with a guard.

        Raises:
            RuntimeError: when *app* has started.
        """
        app.add_exception_handler(Forbidden, refuse)
        describe(app, refuse)
        app.add_middleware(start_guarded, outer=app)

    def audit(self, app: FastAPI) -> tuple[Unguarded, ...]:
        """Every route without a guard, including those of mounted applications.

        Among them, as `Unfit`, are routes whose guard asks for a path parameter that they do not have, and
        applications without `install`, which would answer `Forbidden` with an error of the server.
        FastAPI's own pages, `/openapi.json` and the documentation, are left out.
        """
        return tuple(findings(app))

    def routes(self, app: FastAPI) -> tuple[GuardedRoute, ...]:
        """Every route and method with what is asked for, for a file of routes; see `rolegate.lock_text`."""
        return tuple(guarded_routes(app))
