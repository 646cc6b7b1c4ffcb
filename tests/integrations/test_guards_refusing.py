"""FastAPI does not start with a guard that may ask about another value than the route gets."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from inspect import Parameter, Signature, signature
from typing import Annotated, Any
from uuid import UUID, uuid4

import pytest
from fastapi import APIRouter, Body, Depends, FastAPI, Header, Path, Query, Security, WebSocket
from fastapi.security import SecurityScopes
from fastapi.testclient import TestClient
from pydantic import AfterValidator, AliasChoices, AliasPath, BaseModel, Field
from starlette.applications import Starlette
from starlette.requests import HTTPConnection, Request
from starlette.routing import Mount

from rolegate.errors import GuardError
from rolegate.integrations.fastapi import PathParam, RolegateFastAPI, Unfit, unchanged
from spellings import gate, subject

rg = RolegateFastAPI(gate, lambda: subject("ana"))
BY_PATH = rg.require("inboxes.access", on=PathParam("inbox"))


class Chosen(BaseModel):
    inbox: int


def number(inbox: int) -> int:
    return inbox


def text(inbox: str) -> str:
    return inbox.strip()


def chosen(model: Annotated[Chosen, Query()]) -> int:
    return model.inbox


def several(inbox: Annotated[list[int], Query()]) -> int:
    return inbox[0]


def optional(inbox: int = 7) -> int:
    return inbox


def renamed(box: Annotated[int, Query(validation_alias=AliasChoices("inbox", "box"))]) -> int:
    return box


def request_of(request: Request) -> Any:
    return request.path_params.get("inbox") or request.query_params["inbox"]


def connection_of(connection: HTTPConnection) -> Any:
    return connection.path_params["inbox"]


def from_text(inbox: Annotated[str, Depends(text)]) -> str:
    return inbox


def number_and_text(inbox: int, other: Annotated[str, Depends(text)]) -> int:
    return inbox


def anew(found: Annotated[int, Depends(number, use_cache=False)]) -> int:
    return found


def embedded(inbox: Annotated[int, Body(embed=True)]) -> int:
    return inbox


def whole(model: Chosen) -> int:
    return model.inbox


def other_name(payload: Chosen) -> int:
    return payload.inbox


async def raw(request: Request) -> int:
    return int((await request.json())["inbox"])


def by_seven(view: Any) -> Any:
    return wraps(view)(lambda inbox: view(inbox=7))


def on(asks: Callable[..., Any]) -> Any:
    return rg.require("inboxes.access", on=asks)


class ByA(BaseModel):
    inbox: int = Field(alias="a")


class ByB(BaseModel):
    inbox: int = Field(alias="b")


class Made(BaseModel):
    inbox: UUID = Field(default_factory=uuid4)


class Listed(BaseModel):
    inbox: int = 8
    tags: list[str] = Field(default_factory=list)


def made(inbox: Annotated[int, Query(default_factory=lambda: 8)]) -> int:
    return inbox


def of_made(found: Annotated[int, Depends(made)]) -> int:
    return found


def takes(annotation: Any, name: str = "inbox", **given: Any) -> Callable[..., Any]:
    """A function that takes one parameter, *name*, declared as *annotation*, and gives it."""

    def taking(**values: Any) -> Any:
        return getattr(values[name], "inbox", values[name])

    parameter = Parameter(name, Parameter.KEYWORD_ONLY, annotation=annotation, **given)
    taking.__signature__ = Signature([parameter])  # type: ignore[attr-defined]
    return taking


def scoped(scopes: SecurityScopes, inbox: int) -> int:
    return 7 if scopes.scopes else inbox


def by_scopes(found: Annotated[int, Security(scoped, scopes=["x"])]) -> int:
    return found


def with_agent(found: Annotated[Chosen, Header()], agent: Annotated[str, Header()] = "") -> int:
    return found.inbox


PATH, QUERY = "/i/{inbox}", "/i"
REFUSED: dict[str, tuple[Any, str, Callable[..., Any], str]] = {
    "another type": (on(text), PATH, number, "`text` reads it as str, but `number` reads it as int"),
    "no type": (on(lambda inbox: inbox), PATH, number, "`<lambda>` reads it without a type"),
    "two readers": (BY_PATH, PATH, number_and_text, "has two meanings"),
    "a dependency of that name": (BY_PATH, PATH, from_text, "gets `inbox` from `text`"),
    "only the request": (BY_PATH, PATH, request_of, "`request_of` takes the whole request"),
    "the request in the guard": (on(request_of), PATH, number, "`request_of`, which takes the whole request"),
    "the connection in the guard": (on(connection_of), PATH, number, "which takes the whole request"),
    "called anew": (on(number), PATH, anew, "calls anew"),
    "a decorator": (BY_PATH, PATH, by_seven(number), "a decorator of `number`"),
    "a decorator, and a guard that reads": (on(number), PATH, by_seven(number), "a decorator of `number`"),
    "a float of the path": (BY_PATH, "/i/{inbox:float}", lambda: 1, "a float, which is not an id"),
    "another type of the query": (on(text), QUERY, number, "`inbox` of the query"),
    "a list": (on(number), QUERY, several, "`several` reads it as list[int]"),
    "a default": (on(number), QUERY, optional, "`optional` reads it as int or 7"),
    "a model of parameters": (on(number), QUERY, chosen, "`chosen` reads it as Chosen"),
    "more names": (on(number), QUERY, renamed, "by any of the names box, inbox"),
    "the query by hand": (on(number), QUERY, request_of, "which only `number` reads"),
    "only in the guard": (on(number), QUERY, lambda: 1, "let the handler take it as well"),
    "another body": (on(embedded), QUERY, whole, "`inbox` of the body"),
    "another name in the body": (on(whole), QUERY, other_name, "which only `whole` reads"),
    "the body by hand": (on(whole), QUERY, raw, "which only `whole` reads"),
    "a model of the path": (BY_PATH, PATH, takes(Annotated[Chosen, Path()], "found"), "as Chosen, a model"),
    "a number and a model of the path": (
        on(number),
        PATH,
        takes(Annotated[Chosen, Path()], "found"),
        "as Chosen",
    ),
    "models in another order": (
        on(takes(Annotated[ByB | ByA, Body()])),
        QUERY,
        takes(Annotated[ByA | ByB, Body()]),
        "as ByB | ByA, but `taking` reads it as ByA | ByB",
    ),
    "types in another order": (
        on(takes(Annotated[int | str, Field(union_mode="left_to_right")])),
        QUERY,
        takes(Annotated[str | int, Field(union_mode="left_to_right")]),
        "int | str with",
    ),
    "types with another bound": (
        on(takes(Annotated[int, Field(gt=1)] | str)),
        QUERY,
        takes(Annotated[int, Field(gt=2)] | str),
        "as (int with Gt) | str",
    ),
    "another header": (
        on(takes(Annotated[int, Header(alias="inbox_x")])),
        QUERY,
        takes(Annotated[int, Header(alias="inbox-x")]),
        "by the name inbox_x, but `taking` reads it as int by the name inbox-x",
    ),
    "choices in another order": (
        on(takes(Annotated[int, Query(validation_alias=AliasChoices("inbox", "b"))])),
        QUERY,
        takes(Annotated[int, Query(validation_alias=AliasChoices("b", "inbox"))]),
        "by any of the names",
    ),
    "aliases the other way round": (
        on(takes(Annotated[int, Query(alias="inbox", validation_alias="b")])),
        QUERY,
        takes(Annotated[int, Query(alias="b", validation_alias="inbox")]),
        "by any of the names inbox, b",
    ),
    "another place of a list": (
        on(takes(Annotated[int, Query(validation_alias=AliasPath("inbox", 0))])),
        QUERY,
        takes(Annotated[int, Query(validation_alias=AliasPath("inbox", 1))]),
        "declare it in the same way in both",
    ),
    "other scopes": (on(scoped), QUERY, by_scopes, "with other scopes"),
    "a default that is made": (
        on(takes(Annotated[UUID, Query(default_factory=uuid4)])),
        QUERY,
        takes(Annotated[UUID, Query(default_factory=uuid4)]),
        "whose default is made again for `taking`",
    ),
    "a default that is made in a model": (on(takes(Made)), QUERY, takes(Made), "whose default is made again"),
    "a model beside a header": (
        on(takes(Annotated[Chosen, Header()], "found")),
        QUERY,
        with_agent,
        "`with_agent` reads `agent` of it as str",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
@pytest.mark.parametrize("install", [True, False])
def test_what_may_be_another_value_is_refused(case: str, install: bool) -> None:
    """By the audit, when the application starts, and without `install` at each request."""
    guard, path, handler, told = REFUSED[case]
    reached: list[Any] = []

    @wraps(handler)
    def recorded(*args: Any, **kwargs: Any) -> Any:
        reached.append(kwargs)
        return handler(*args, **kwargs)

    del recorded.__wrapped__  # nothing is decorated here but what the case decorates
    recorded.__signature__ = signature(handler)  # type: ignore[attr-defined]
    endpoint = handler if hasattr(handler, "__wrapped__") else recorded
    app = FastAPI()
    if install:
        rg.install(app)
    app.post(path, dependencies=[Depends(guard)])(endpoint)
    found = [finding for finding in rg.audit(app) if "call `rg.install" not in str(finding)]
    assert [(type(finding), told in str(finding)) for finding in found] == [(Unfit, True)]
    url = {PATH: "/i/8", QUERY: "/i"}.get(path, "/i/8.0")
    with pytest.raises(GuardError):
        TestClient(app).post(f"{url}?inbox=8", json={"inbox": 8})
    assert reached == []
    if install:
        with pytest.raises(GuardError), TestClient(app):
            pass


def ask(app: Any, *urls: str, **more: Any) -> list[int]:
    return [TestClient(app, raise_server_exceptions=False).post(url, **more).status_code for url in urls]


def one(guard: Any, path: str, handler: Callable[..., Any]) -> FastAPI:
    app = FastAPI()
    rg.install(app)
    app.post(path, dependencies=[Depends(guard)])(handler)
    return app


def test_what_is_read_alike_is_asked_about() -> None:
    """The same declaration elsewhere, the same dependency, or a path parameter that nothing else can see."""

    def body(inbox: Annotated[int, Body(embed=True)]) -> int:
        return inbox

    def by_class(model: Annotated[Chosen, Query()]) -> int:
        return model.inbox

    def of_request(found: Annotated[Any, Depends(request_of)]) -> Any:
        return found

    def of_text(inbox: Annotated[str, Depends(text)]) -> str:
        return inbox

    def optional_too(inbox: int = 7) -> int:
        return inbox

    paths = ("/i/7", "/i/%207", "/i/8")
    assert ask(one(on(number), PATH, lambda: 1), *paths) == [403, 403, 200]
    assert ask(one(on(request_of), PATH, of_request), *paths) == [
        403,
        200,
        200,
    ]  # it gets ` 7`, and no number
    assert ask(one(on(text), PATH, of_text), *paths) == [403, 403, 200]
    queries = ("/i?inbox=7", "/i?inbox=+7", "/i?inbox=8&inbox=7", "/i?inbox=7&inbox=8")
    assert ask(one(on(chosen), QUERY, by_class), *queries) == [403, 403, 403, 200]
    assert ask(one(on(optional), QUERY, optional_too), "/i", *queries) == [403, 403, 403, 403, 200]
    app = one(on(embedded), QUERY, body)
    assert [ask(app, "/i", json={"inbox": inbox}) for inbox in ("007", 7, 8)] == [[403], [403], [200]]


def test_who_asks_is_read_as_the_route_reads_it() -> None:
    """The domain may be a path parameter; then it is the one that the handler gets."""

    def who(tenant: str) -> Any:
        return gate.subject("ana", tenant)

    def lowered(tenant: Annotated[str, AfterValidator(str.lower)], inbox: int) -> str:
        return tenant

    def plain(tenant: str, inbox: int) -> str:
        return tenant

    of_tenant = RolegateFastAPI(gate, who)
    guard = Depends(of_tenant.require("inboxes.access", on=PathParam("inbox")))
    app = FastAPI()
    of_tenant.install(app)
    app.post("/{tenant}/{inbox}", dependencies=[guard])(plain)
    assert ask(app, "/acme/8", "/ACME/8", "/acme/7") == [200, 403, 403]
    app.post("/other/{tenant}/{inbox}", dependencies=[guard])(lowered)
    assert [
        "who asks depends on `tenant` of the path" in str(finding) for finding in of_tenant.audit(app)
    ] == [True]
    assert ask(app, "/other/ACME/8") == [500]


def test_a_mounted_route_gets_the_outer_parameter_only_as_a_path_parameter() -> None:
    """Without `Path()` FastAPI takes it from the query there, and the guard from the path."""

    def by_path(inbox: Annotated[int, Path()]) -> int:
        return inbox

    def mounting(handler: Callable[..., Any]) -> FastAPI:
        outer, inner = FastAPI(), FastAPI()
        rg.install(outer)
        inner.post("/show", dependencies=[Depends(BY_PATH)])(handler)
        outer.mount("/m/{inbox}", inner)
        return outer

    assert ask(mounting(by_path), "/m/8/show?inbox=7", "/m/007/show?inbox=8") == [200, 403]
    assert ["from the query" in str(finding) for finding in rg.audit(mounting(number))] == [True]
    assert ask(mounting(number), "/m/8/show?inbox=7") == [500]


def test_a_route_that_is_added_late_is_refused_when_it_is_asked() -> None:
    """The application has started by then; so has one around it that knows nothing of guards."""
    app = one(BY_PATH, PATH, number)
    assert ask(app, "/i/8") == [200]
    app.post("/late/{inbox}", dependencies=[Depends(on(lambda inbox: inbox))])(number)
    assert ask(app, "/late/8", "/i/8") == [500, 200]
    around = Starlette(routes=[Mount("/x", one(BY_PATH, PATH, number))])
    assert ask(around, "/x/i/007", "/x/i/8") == [403, 200]


def test_dependencies_that_are_replaced_are_looked_at() -> None:
    """With `dependency_overrides` the guard asks with what takes the place of its dependency."""
    app = one(on(number), PATH, number)
    app.dependency_overrides[number] = lambda: 7
    assert ask(app, "/i/8") == [403]
    app.dependency_overrides[number] = lambda inbox: inbox
    assert ask(app, "/i/8") == [500]
    app.dependency_overrides.clear()
    assert ask(app, "/i/8") == [200]


def test_a_web_socket_is_refused_without_install() -> None:
    """The guard never passes what it cannot ask about."""
    app, reached = FastAPI(), []

    @app.websocket("/i/{inbox}", dependencies=[Depends(on(text))])
    async def live(socket: WebSocket, inbox: int) -> None:
        reached.append(inbox)
        await socket.close()

    with pytest.raises(GuardError), TestClient(app).websocket_connect("/i/8"):
        pass
    assert reached == []


def test_a_router_may_be_included_twice() -> None:
    """Each time with the parameters of its prefix."""
    router, app = APIRouter(dependencies=[Depends(BY_PATH)]), FastAPI()
    rg.install(app)
    router.post("/show")(number)
    app.include_router(router, prefix="/a/{inbox}")
    app.include_router(router, prefix="/b/{other}/{inbox}")
    assert ask(app, "/a/007/show", "/a/8/show", "/b/8/007/show", "/b/7/8/show") == [403, 200, 403, 200]


def test_unchanged_looks_at_what_the_decorator_does() -> None:
    """What it hands on as it is passes; a changed id is an error, and the handler is not called."""

    def timed(view: Any) -> Any:
        return wraps(view)(lambda **given: view(**given))

    assert ask(one(BY_PATH, PATH, unchanged(timed)(number)), "/i/007", "/i/8") == [403, 200]
    assert ask(one(BY_PATH, PATH, unchanged(by_seven)(number)), "/i/8") == [500]

    async def waiting(inbox: int) -> int:
        return inbox

    def awaited(view: Any) -> Any:
        async def call(inbox: int) -> Any:
            return await view(inbox=inbox)

        return wraps(view)(call)

    assert ask(one(BY_PATH, PATH, unchanged(awaited)(waiting)), "/i/007", "/i/8") == [403, 200]


def test_unchanged_cannot_be_walked_around() -> None:
    """A decorator does not get at the handler behind what compares its arguments."""

    def around(view: Any) -> Any:
        return wraps(view)(lambda inbox: getattr(view, "__wrapped__", view)(inbox=7))

    assert ask(one(BY_PATH, PATH, unchanged(around)(number)), "/i/8") == [500]


def test_one_object_may_have_a_default_that_is_made() -> None:
    """Where the handler depends on what the guard asks with, there is one value; empty lists are alike."""

    assert ask(one(on(made), QUERY, of_made), "/i", "/i?inbox=7") == [200, 403]
    assert ask(one(on(takes(Listed)), QUERY, takes(Listed)), "/i", json={"inbox": 8}) == [200]
