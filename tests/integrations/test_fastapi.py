"""FastAPI: guards deny, say why, fail when misspelt, and are found by the audit."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import pytest
from fastapi import APIRouter, Depends, FastAPI, Header, WebSocket
from fastapi.exceptions import FastAPIError
from fastapi.staticfiles import StaticFiles
from fastapi.testclient import TestClient
from pydantic import AfterValidator, BeforeValidator, StringConstraints
from starlette.applications import Starlette
from starlette.endpoints import HTTPEndpoint
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.websockets import WebSocketDisconnect

from desk import desk
from rolegate.engine.question import Question
from rolegate.errors import GuardError, UnknownNameError
from rolegate.gate.forbidden import Forbidden
from rolegate.gate.gate import Gate
from rolegate.gate.subject import Subject
from rolegate.integrations.fastapi import PathParam, RolegateFastAPI, Unfit


@pytest.fixture
def gate(tmp_path: Path) -> Gate:
    return desk(tmp_path)


@pytest.fixture
def rg(gate: Gate) -> RolegateFastAPI:
    def current(x_user: Annotated[str | None, Header()] = None) -> Subject | None:
        return gate.subject(x_user, "acme") if x_user else None

    return RolegateFastAPI(gate, current)


@pytest.fixture
def app(rg: RolegateFastAPI) -> FastAPI:
    app = FastAPI()
    rg.install(app)
    return app


def ask(app: FastAPI, path: str, user: str | None = None) -> tuple[int, Any]:
    answer = TestClient(app).get(path, headers={"x-user": user} if user else {})
    return answer.status_code, answer.json()


def test_a_guard_lets_pass_refuses_or_asks_to_sign_in(app: FastAPI, rg: RolegateFastAPI) -> None:
    """200 for somebody who may, 403 for somebody who may not, 401 for nobody."""

    @app.get("/settings", dependencies=[Depends(rg.require("settings.edit"))])
    def settings() -> str:
        return "open"

    assert ask(app, "/settings", "bo") == (200, "open")
    assert ask(app, "/settings")[0] == 401
    assert ask(app, "/settings", "ana") == (
        403,
        {
            "error": "forbidden",
            "permission": "settings.edit",
            "domain": "acme",
            "message": "permission `settings.edit` is needed for this",
        },
    )


def test_a_guard_gives_the_one_subject_of_the_request(app: FastAPI, rg: RolegateFastAPI) -> None:
    """What the route gets, and what two guards ask, is one object."""

    show, me = Depends(rg.require("contacts.show")), Depends(rg.subject)

    @app.get("/", dependencies=[Depends(rg.require("tickets.show", scope="my"))])
    def both(first: Any = show, second: Any = me) -> tuple[str, bool]:
        return first.user, first is second

    assert ask(app, "/", "ana") == (200, ["ana", True])


def test_a_guard_asks_for_the_scope(app: FastAPI, rg: RolegateFastAPI) -> None:
    """Without a scope the broadest one is asked for."""
    app.get("/my", dependencies=[Depends(rg.require("tickets.edit", scope="my"))])(lambda: 1)
    app.get("/all", dependencies=[Depends(rg.require("tickets.edit"))])(lambda: 1)
    assert [ask(app, path, "ana")[0] for path in ("/my", "/all")] == [200, 403]


def test_the_instance_comes_from_the_path(app: FastAPI, rg: RolegateFastAPI) -> None:
    """`PathParam` takes path parameters, never the query."""
    inbox = rg.require("inboxes.access", on=PathParam("inbox"))
    account = rg.require("accounts.open", on=PathParam("shop", "number"))
    app.get("/inboxes/{inbox}", dependencies=[Depends(inbox)])(lambda: 1)
    app.get("/shops/{shop}/{number:int}", dependencies=[Depends(account)])(lambda: 1)

    assert [ask(app, f"/inboxes/{name}", "ana")[0] for name in ("Support", "Sales", "*")] == [200, 403, 403]
    assert ask(app, "/inboxes/Sales?inbox=Support", "ana")[0] == 403
    assert ask(app, "/inboxes/Sales", "ana")[1]["on"] == ["Sales"]
    assert [ask(app, f"/shops/allegro/{number}", "ana")[0] for number in (7, 8)] == [200, 403]


RESTRICTED = """
    bindings:
      - {user: ana, grants: ["inboxes.access[*]"], domain: acme}
      - {user: ana, restrict: ["inboxes.access[7]"], domain: acme}
      - {user: ana, restrict: ["inboxes.access[0000000a-0000-4000-8000-00000000000a]"], domain: acme}
"""


KNOWN = """
    domains:
      acme: {instances: {inbox: ["7", 0000000a-0000-4000-8000-00000000000a]}}
"""


@pytest.mark.parametrize(
    ("annotation", "spellings"),
    [
        (int, ["7", "007", "+7", "%207", "7.0", "0_7"]),
        (UUID, ["0000000A-0000-4000-8000-00000000000A", "0000000a00004000800000000000000a"]),
        (UUID, ["urn:uuid:0000000a-0000-4000-8000-00000000000a"]),
        (Annotated[str, StringConstraints(strip_whitespace=True)], ["7", "%207", "7%20"]),
        (Annotated[str, AfterValidator(str.strip)], ["7", "%207", "7%20"]),
        (Annotated[str, BeforeValidator(str.strip)], ["7", "%207", "7%20"]),
    ],
)
def test_a_restricted_instance_is_reached_by_no_spelling(
    tmp_path: Path, annotation: Any, spellings: list[str]
) -> None:
    """The guard asks about the value that the route gets, without being told its type."""
    gate = desk(tmp_path, {"bindings.yaml": RESTRICTED, "domains.yaml": KNOWN})
    app, rg = FastAPI(), RolegateFastAPI(gate, lambda: gate.subject("ana", "acme"))
    rg.install(app)

    def show(inbox: Any) -> str:
        return str(inbox)

    show.__annotations__["inbox"] = annotation
    app.get("/i/{inbox}", dependencies=[Depends(rg.require("inboxes.access", on=PathParam("inbox")))])(show)
    assert rg.audit(app) == ()
    allowed = {int: "8", UUID: str(UUID(int=8))}.get(annotation, "8")
    assert [ask(app, f"/i/{spelling}")[0] for spelling in [*spellings, allowed]] == [403] * len(spellings) + [
        200
    ]


def test_a_path_parameter_the_route_has_not_is_an_error(app: FastAPI, rg: RolegateFastAPI) -> None:
    """A misspelt parameter opens nothing, and says what is wrong."""
    misspelt = rg.require("inboxes.access", on=PathParam("inbx"))
    app.get("/inboxes/{inbox}", dependencies=[Depends(misspelt)])(lambda: 1)
    with pytest.raises(GuardError, match="`inbx`"):
        ask(app, "/inboxes/Support?inbx=Support", "ana")


def test_the_audit_compares_guards_with_the_parameters_of_the_route(
    app: FastAPI, rg: RolegateFastAPI
) -> None:
    """Prefixes of routers and mounted applications have parameters as well."""
    by_path = Depends(rg.require("inboxes.access", on=PathParam("inbox")))
    app.get("/right/{inbox}", dependencies=[by_path])(lambda: 1)
    router = APIRouter(dependencies=[by_path])
    router.get("/show")(lambda: 1)
    router.websocket("/live/{number:int}")(lambda: 1)
    app.include_router(router, prefix="/included/{inbox}")
    mounted = FastAPI()
    mounted.get("/show", dependencies=[by_path])(lambda: 1)
    app.mount("/mounted/{inbox}", mounted)
    assert rg.audit(app) == ()
    for path in ("/right", "/included", "/mounted"):
        more = "" if path == "/right" else "/show"
        assert [ask(app, f"{path}/{inbox}{more}", "ana")[0] for inbox in ("Support", "Sales")] == [200, 403]

    app.get("/wrong/{box}", dependencies=[Depends(rg.require("settings.edit")), by_path])(lambda: 1)
    app.include_router(router, prefix="/without")
    told = "the guard asks for the path parameter `inbox`; the route has"
    more = "; put the guard on the routes that have it"
    found = rg.audit(app)
    assert {type(finding) for finding in found} == {Unfit}
    assert sorted(str(finding).replace("<lambda>", "f") for finding in found) == [
        f"/without/live/{{number:int}} (f): {told} `number`{more}",
        f"GET /without/show (f): {told} none{more}",
        f"GET /wrong/{{box}} (f): {told} `box`{more}",
    ]
    with pytest.raises(GuardError, match="does not have"):
        ask(app, "/wrong/Support", "bo")


def test_numbers_and_uuids_are_ids(app: FastAPI, rg: RolegateFastAPI) -> None:
    """As they are in records; a refusal does not tell which instance was looked up."""

    def number(id: int) -> int:
        return id

    def uuid(id: UUID) -> UUID:
        return id

    def account(id: int) -> tuple[str, int]:
        return "allegro", id

    app.get("/number/{id}", dependencies=[Depends(rg.require("inboxes.access", on=number))])(lambda: 1)
    app.get("/uuid/{id}", dependencies=[Depends(rg.require("inboxes.access", on=uuid))])(lambda: 1)
    app.get("/account/{id}", dependencies=[Depends(rg.require("accounts.open", on=account))])(lambda: 1)
    paths = ("/number/7", f"/uuid/{UUID(int=7)}", "/account/7")
    assert [ask(app, path, "bo")[0] for path in paths] == [200, 200, 403]
    assert [ask(app, path, "ana")[0] for path in paths] == [403, 403, 200]
    assert "on" not in ask(app, paths[0], "ana")[1]


def test_the_instance_may_be_a_dependency(app: FastAPI, rg: RolegateFastAPI) -> None:
    """A callable is a dependency of FastAPI's own kind; a literal is a raw id."""

    def inbox_of(ticket: int) -> str:
        return "Support" if ticket == 1 else "Sales"

    app.get("/tickets/{ticket}", dependencies=[Depends(rg.require("inboxes.access", on=inbox_of))])(lambda: 1)
    app.get("/sales", dependencies=[Depends(rg.require("inboxes.access", on="Sales"))])(lambda: 1)
    assert [ask(app, f"/tickets/{n}", "ana")[0] for n in (1, 2)] == [200, 403]
    assert [ask(app, "/sales", user)[0] for user in ("ana", "bo")] == [403, 200]


def test_the_record_is_a_dependency_and_the_route_gets_the_same_one(
    app: FastAPI, rg: RolegateFastAPI
) -> None:
    """One held scope of which the record is a part is enough."""
    loaded = []

    def ticket(number: int) -> dict[str, Any]:
        loaded.append(number)
        return {"number": number, "owner": "ana" if number == 1 else None, "team": None}

    found = Depends(ticket)

    @app.get("/tickets/{number}", dependencies=[Depends(rg.require("tickets.edit", record=ticket))])
    def show(ticket: Any = found) -> int:
        return int(ticket["number"])

    assert ask(app, "/tickets/1", "ana") == (200, 1)
    assert loaded == [1]
    assert [ask(app, "/tickets/2", user)[0] for user in ("ana", "bo")] == [403, 200]
    with pytest.raises(TypeError, match="not both"):
        rg.require("tickets.edit", record=ticket, scope="my")


@pytest.mark.parametrize(
    ("permission", "more", "told"),
    [
        ("tickets.edti", {}, "did you mean `tickets.edit`"),
        ("tickets", {}, "^`tickets` is a group; name one permission of it$"),
        ("tickets.*", {}, r"^`tickets\.\*` is a star; name one permission$"),
        ("*", {}, r"^`\*` is a star; name one permission$"),
        ("tickts.*", {}, r"unknown permission `tickts\.\*`"),
        ("tickets.edit", {"scope": "mine"}, "has no scope `mine`"),
        ("settings.edit", {"scope": "my"}, "has no scopes"),
        ("settings.edit", {"on": "Support"}, "is not per instance; leave out `on`$"),
        (
            "inboxes.access",
            {"on": PathParam("shop", "inbox")},
            r"takes one id \(inbox\), and the guard gives 2: `shop`, `inbox`$",
        ),
        ("inboxes.access", {"on": ("a", "b")}, r"takes one id \(inbox\), and the guard gives 2: `a`, `b`$"),
    ],
)
def test_what_the_catalog_does_not_know_fails_at_import(
    rg: RolegateFastAPI, permission: str, more: dict[str, Any], told: str
) -> None:
    """`require(...)` raises when it is called, not when a request comes."""
    with pytest.raises(UnknownNameError, match=told):
        rg.require(permission, **more)


def test_forbidden_from_a_route_is_403_as_well(app: FastAPI, rg: RolegateFastAPI, gate: Gate) -> None:
    """`gate.require` in the body of a route is answered like a guard."""

    @app.get("/", dependencies=[Depends(rg.public)])
    def route() -> None:
        gate.require("ana", "settings.edit", domain="acme")

    assert ask(app, "/")[0] == 403


def test_mounted_applications_answer_like_the_one_around_them(
    app: FastAPI, rg: RolegateFastAPI, gate: Gate
) -> None:
    """Mounted after `install`, nested, plain Starlette, behind a middleware; an answer of their own stays."""
    guard = Depends(rg.require("settings.edit"))

    def by_hand(request: Request) -> PlainTextResponse:
        gate.require("ana", "settings.edit", domain="acme")
        return PlainTextResponse("never")

    def wrapped(inner: Any) -> Any:
        async def around(scope: Any, receive: Any, send: Any) -> None:
            await inner(scope, receive, send)

        around.app = inner  # type: ignore[attr-defined]  # as middlewares have it
        return around

    outer, inner, own = FastAPI(), FastAPI(), FastAPI()
    for application in (outer, inner, own):
        application.get("/x", dependencies=[guard])(lambda: 1)
    own.add_exception_handler(Forbidden, lambda *_: PlainTextResponse("own", status_code=418))
    app.mount("/outer", outer)
    outer.mount("/inner", inner)
    app.mount("/star", Starlette(routes=[Route("/x", by_hand)]))
    app.mount("/wrapped", wrapped(Starlette(routes=[Route("/x", by_hand)])))
    app.mount("/own", own)
    assert sorted(finding.path for finding in rg.audit(app)) == ["/star/x", "/wrapped"]  # no guards there

    client = TestClient(app, raise_server_exceptions=False, headers={"x-user": "ana"})
    answers = [client.get(f"/{path}/x") for path in ("outer", "outer/inner", "star", "wrapped")]
    assert [(answer.status_code, answer.json()["error"]) for answer in answers] == [(403, "forbidden")] * 4
    assert client.get("/own/x").text == "own"


def test_the_audit_names_applications_without_an_answer(rg: RolegateFastAPI) -> None:
    """Without `install`, or mounted when it is too late for it."""
    guard = Depends(rg.require("settings.edit"))
    bare, inner, late = FastAPI(title="Bare"), FastAPI(), FastAPI()
    for application in (bare, inner, late):
        application.get("/x", dependencies=[guard])(lambda: 1)
    bare.mount("/inner", inner)
    told = "(FastAPI): a refusal is answered with 500 here, not 403; call `rg.install(app)`"
    assert [str(finding) for finding in rg.audit(bare)] == [f"/ {told}", f"/inner {told}"]
    rg.install(bare)
    assert rg.audit(bare) == ()
    assert ask(bare, "/inner/x", "ana")[0] == 403
    bare.mount("/late", late)
    assert [finding.path for finding in rg.audit(bare)] == ["/late"]
    with pytest.raises(RuntimeError):
        rg.install(bare)
    rg.install(late)
    assert rg.audit(bare) == ()
    assert ask(bare, "/late/x", "ana")[0] == 403


def test_only_a_subject_has_signed_in(gate: Gate) -> None:
    """An empty text in place of None is an error, and not somebody."""
    app, rg = FastAPI(), RolegateFastAPI(gate, lambda: "")
    app.get("/menu", dependencies=[Depends(rg.signed_in)])(lambda: 1)
    with pytest.raises(TypeError, match="a Subject or None, not str"):
        ask(app, "/menu")


def test_the_reason_of_a_closed_web_socket_fits_its_frame(app: FastAPI) -> None:
    """A frame that closes has room for 123 bytes; servers refuse to send more."""

    @app.websocket("/live")
    async def live(socket: WebSocket) -> None:
        raise Forbidden(Question("é" * 200, user="ana"), NotImplemented)

    with pytest.raises(WebSocketDisconnect) as closed, TestClient(app).websocket_connect("/live"):
        pass
    assert (closed.value.code, len(closed.value.reason.encode())) == (1008, 122)


def test_a_web_socket_is_closed(app: FastAPI, rg: RolegateFastAPI) -> None:
    """A refused web socket is not accepted."""

    @app.websocket("/live", dependencies=[Depends(rg.require("settings.edit"))])
    async def live(socket: WebSocket) -> None:
        await socket.accept()
        await socket.send_text("hello")
        await socket.close()

    with TestClient(app).websocket_connect("/live", headers={"x-user": "bo"}) as socket:
        assert socket.receive_text() == "hello"
    with (
        pytest.raises(WebSocketDisconnect) as closed,
        TestClient(app).websocket_connect("/live", headers={"x-user": "ana"}),
    ):
        pass
    assert closed.value.code == 1008


def test_overriding_the_provider_is_enough_in_tests(app: FastAPI, gate: Gate) -> None:
    """`dependency_overrides` works as for any dependency."""

    def nobody() -> None:
        return None

    rg = RolegateFastAPI(gate, nobody)
    app.get("/", dependencies=[Depends(rg.require("settings.edit"))])(lambda: 1)
    app.dependency_overrides[nobody] = lambda: gate.subject("bo", "acme")
    assert ask(app, "/")[0] == 200


def test_the_explanation_is_there_for_the_log(gate: Gate, rg: RolegateFastAPI) -> None:
    """The refused person is told little; whoever catches `Forbidden` learns the rest."""
    guard = rg.require("settings.edit").__rolegate_guard__  # type: ignore[attr-defined]  # the mark of a guard
    with pytest.raises(Forbidden) as refused:
        guard.ask(gate.subject("ana", "acme"))
    nearest = [change.add for change in refused.value.explanation.nearest]
    assert {"user": "ana", "grants": ["settings.edit"], "domain": "acme"} == nearest[0]
    assert {"user": "ana", "role": "lead", "domain": "acme"} in nearest


def test_a_route_may_be_open_to_whoever_has_signed_in(app: FastAPI, rg: RolegateFastAPI) -> None:
    """`signed_in` counts as a guard; getting the subject does not."""
    me = Depends(rg.subject)

    @app.get("/menu", dependencies=[Depends(rg.signed_in)])
    def menu(subject: Any = me) -> str:
        return str(subject.user)

    @app.get("/me")
    def myself(subject: Any = me) -> str:
        return str(subject.user)

    assert [ask(app, "/menu", user)[0] for user in ("stranger", None)] == [200, 401]
    assert [finding.path for finding in rg.audit(app)] == ["/me"]


def test_the_audit_lists_every_route_without_a_guard(
    app: FastAPI, rg: RolegateFastAPI, tmp_path: Path
) -> None:
    """Included, nested, mounted and added late: no route hides from the audit."""
    guard = Depends(rg.require("settings.edit"))

    def indirect(subject: Any = guard) -> None:
        """A dependency that depends on a guard."""

    def route() -> int:
        return 1

    app.get("/guarded", dependencies=[guard])(route)
    app.get("/indirect", dependencies=[Depends(indirect)])(route)
    app.get("/public", dependencies=[Depends(rg.public)])(route)
    app.get("/open")(route)
    inner, outer, safe = APIRouter(), APIRouter(), APIRouter(dependencies=[guard])
    inner.get("/inner")(route)
    outer.include_router(inner, prefix="/nested")
    safe.get("/safe")(route)
    app.include_router(outer, prefix="/router")
    app.include_router(safe)
    outer.get("/late")(route)
    app.include_router(inner, prefix="/included-safely", dependencies=[guard])
    app.websocket("/socket")(route)
    other = FastAPI()
    other.get("/other")(route)
    app.mount("/mounted", other)
    app.mount("/star", Starlette(routes=[Route("/let", lambda request: PlainTextResponse("1"))]))
    app.mount("/static", StaticFiles(directory=tmp_path))

    assert sorted((finding.path, finding.methods) for finding in rg.audit(app)) == [
        ("/mounted/other", ("GET",)),
        ("/open", ("GET",)),
        *[("/router/late", ("GET",))] * (ask(app, "/router/late")[0] == 200),  # not served by old versions
        ("/router/nested/inner", ("GET",)),
        ("/socket", ()),
        ("/star/let", ("GET", "HEAD")),
        ("/static", ()),
    ]
    assert str(next(finding for finding in rg.audit(app) if finding.path == "/open")) == "GET /open (route)"


def test_the_audit_lists_what_dependencies_do_not_reach(app: FastAPI, rg: RolegateFastAPI) -> None:
    """Endpoints of Starlette in a guarded router are open: FastAPI gives them no dependencies."""

    class Endpoint(HTTPEndpoint):
        async def get(self, request: Request) -> PlainTextResponse:
            return PlainTextResponse("open")

    router = APIRouter(dependencies=[Depends(rg.require("settings.edit"))])
    router.routes.append(Route("/endpoint", Endpoint))
    app.include_router(router, prefix="/in")
    assert TestClient(app).get("/in/endpoint").text == "open"
    assert [finding.path for finding in rg.audit(app)] == ["/in/endpoint"]


@pytest.mark.skipif(not hasattr(FastAPI, "frontend"), reason="this FastAPI has no `frontend`")
def test_the_audit_lists_the_files_of_a_frontend(app: FastAPI, rg: RolegateFastAPI, tmp_path: Path) -> None:
    """They are kept apart from routes; those of a guarded router are guarded."""
    (tmp_path / "index.html").write_text("page")
    guarded, open_ = APIRouter(dependencies=[Depends(rg.require("settings.edit"))]), APIRouter()
    app.frontend("/front", directory=tmp_path)
    guarded.frontend("/guarded", directory=tmp_path)
    open_.frontend("/open", directory=tmp_path)
    app.include_router(guarded, prefix="/in")
    app.include_router(open_, prefix="/in")
    client = TestClient(app)
    paths = ("/front/", "/in/guarded/", "/in/open/")
    assert [client.get(path).status_code for path in paths] == [200, 401, 200]
    assert [str(finding) for finding in rg.audit(app)] == [
        "GET HEAD /front (frontend)",
        "GET HEAD /in/open (frontend)",
    ]


def test_forgetting_to_call_require_fails_at_import(app: FastAPI, rg: RolegateFastAPI) -> None:
    """`Depends(rg.require)` would take the permission from the query; FastAPI refuses it."""
    with pytest.raises(FastAPIError):
        app.get("/", dependencies=[Depends(rg.require)])(lambda: 1)


def test_guarding_the_whole_application_leaves_nothing_to_list(rg: RolegateFastAPI) -> None:
    """`FastAPI(dependencies=[...])` guards what is declared on it."""
    app = FastAPI(dependencies=[Depends(rg.require("contacts.show"))])
    rg.install(app)
    app.get("/")(lambda: 1)
    assert rg.audit(app) == ()
    assert [ask(app, "/", user)[0] for user in ("ana", "stranger")] == [200, 403]
