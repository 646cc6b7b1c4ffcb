"""The OpenAPI page of guarded routes lists 401 and 403, with the bodies that guards send."""

from __future__ import annotations

from typing import Annotated, Any

import pytest
from fastapi import APIRouter, Depends, FastAPI, Header, Request
from fastapi.responses import JSONResponse
from fastapi.testclient import TestClient
from jsonschema import Draft202012Validator
from pydantic import BaseModel

from desk import desk
from rolegate import Forbidden, Gate, Subject
from rolegate.integrations.fastapi import PathParam, RolegateFastAPI


@pytest.fixture(scope="module")
def gate(tmp_path_factory: pytest.TempPathFactory) -> Gate:
    """The set of the small desk."""
    return desk(tmp_path_factory.mktemp("desk"))


@pytest.fixture
def rg(gate: Gate) -> RolegateFastAPI:
    """The guards."""

    def current(x_user: Annotated[str | None, Header()] = None) -> Subject | None:
        return gate.subject(x_user, "acme") if x_user else None

    return RolegateFastAPI(gate, current)


def routes(rg: RolegateFastAPI, app: FastAPI) -> FastAPI:
    """Routes of each kind, in the application and in a router."""
    edit = Depends(rg.require("settings.edit"))
    app.get("/settings", dependencies=[edit])(lambda: 1)
    app.post("/settings", dependencies=[edit], responses={403: {"description": "mine"}})(lambda: 1)
    app.get("/me", dependencies=[Depends(rg.signed_in)])(lambda: 1)
    app.get("/health", dependencies=[Depends(rg.public)])(lambda: 1)
    app.get("/plain")(lambda: 1)
    app.get("/unlisted", dependencies=[edit], include_in_schema=False)(lambda: 1)
    router = APIRouter(prefix="/boxes", dependencies=[Depends(rg.signed_in)])
    by_path = Depends(rg.require("inboxes.access", on=PathParam("inbox")))

    @router.api_route("/{inbox:path}", methods=["GET"], dependencies=[by_path])
    def box(inbox: str) -> str:
        return inbox

    app.include_router(router, prefix="/v1")
    return app


def listed(page: dict[str, Any]) -> dict[str, list[str]]:
    """The answers beside 200 and 422 of each operation."""
    return {
        f"{method} {path}": [status for status in operation["responses"] if status not in ("200", "422")]
        for path, operations in page["paths"].items()
        for method, operation in operations.items()
    }


def test_guarded_routes_list_the_answers_of_their_guards(rg: RolegateFastAPI) -> None:
    """A route without a guard, or a public one, stays as it is; so does what a route says itself."""
    app = FastAPI()
    rg.install(app)
    page = routes(rg, app).openapi()
    assert {
        "get /settings": ["401", "403"],
        "post /settings": ["403", "401"],
        "get /me": ["401"],
        "get /health": [],
        "get /plain": [],
        "get /v1/boxes/{inbox}": ["401", "403"],
    } == listed(page)
    assert {"description": "mine"} == page["paths"]["/settings"]["post"]["responses"]["403"]
    assert page == app.openapi() == TestClient(app).get("/openapi.json").json()
    bare = routes(rg, FastAPI()).openapi()
    for path in ("/plain", "/health"):
        assert bare["paths"][path] == page["paths"][path]


def test_bodies_are_those_of_the_page(rg: RolegateFastAPI) -> None:
    """What guards send fits the schemas, and the schemas are valid."""
    app = FastAPI()
    rg.install(app)
    client = TestClient(routes(rg, app))
    schemas = app.openapi()["components"]["schemas"]
    for schema in (schemas["RolegateRefusal"], schemas["RolegateSignIn"]):
        Draft202012Validator.check_schema(schema)
    refused = Draft202012Validator({**schemas["RolegateRefusal"], "additionalProperties": False})
    for path in ("/settings", "/v1/boxes/Sales"):
        answer = client.get(path, headers={"x-user": "ana"})
        assert (403, []) == (answer.status_code, list(refused.iter_errors(answer.json())))
    unknown = client.get("/me")
    assert (401, {"detail"}) == (unknown.status_code, set(unknown.json()))
    assert Draft202012Validator(schemas["RolegateSignIn"]).is_valid(unknown.json())


def test_page_of_the_application_is_kept(rg: RolegateFastAPI) -> None:
    """An `openapi` of its own, before or after `install`, is asked as before, and lists the answers too."""
    for late in (False, True):
        app = FastAPI()
        if late:
            rg.install(app)
        own = app.openapi

        def openapi(own: Any = own) -> dict[str, Any]:
            return {**own(), "x-own": True}

        app.openapi = openapi  # type: ignore[method-assign]
        if not late:
            rg.install(app)
        with TestClient(routes(rg, app)) as client:
            page = client.get("/openapi.json").json()
        assert page["x-own"] is True
        assert ["401", "403"] == listed(page)["get /settings"]


def test_page_written_by_hand_keeps_its_responses(rg: RolegateFastAPI) -> None:
    """Those that several routes share, and those whose status is a number."""
    app = FastAPI()
    shared: dict[str, Any] = {"200": {}}
    paths = {"/settings": {"get": {"responses": shared}}, "/open": {"get": {"responses": shared}}}
    paths["/class"] = {"get": {"responses": {403: {"description": "mine"}}}}  # type: ignore[dict-item]
    app.openapi = lambda: {"paths": paths}  # type: ignore[method-assign]
    rg.install(app)
    guarded = [Depends(rg.require("settings.edit"))]
    for path in ("/settings", "/class"):
        app.get(path, dependencies=guarded)(lambda: 1)
    app.get("/open")(lambda: 1)
    page = app.openapi()["paths"]
    found = {path: list(page[path]["get"]["responses"]) for path in paths}
    assert {"/settings": ["200", "401", "403"], "/open": ["200"], "/class": [403, "401"]} == found


def test_operation_of_two_routes_is_that_of_the_first(rg: RolegateFastAPI) -> None:
    """The first of two routes with one path and one method answers, so its guard is the one that counts."""
    app = FastAPI()
    rg.install(app)
    guarded = [Depends(rg.require("settings.edit"))]
    for first, path in ((guarded, "/shut"), ([], "/open")):
        app.get(path, dependencies=first, name="a")(lambda: 1)
        app.get(path, dependencies=[] if first else guarded, name="b")(lambda: 1)
    page = app.openapi()["paths"]
    assert {"401", "403"} <= set(page["/shut"]["get"]["responses"])
    assert {"401", "403"}.isdisjoint(page["/open"]["get"]["responses"])
    client = TestClient(app)
    assert [401, 200] == [client.get(path).status_code for path in ("/shut", "/open")]


@pytest.mark.parametrize("page", [{"paths": None}, {"paths": {"/settings": None}, "components": None}, {}])
def test_page_with_nothing_in_its_places_is_given_as_it_is(rg: RolegateFastAPI, page: dict[str, Any]) -> None:
    """A page of the application may have nulls where others have objects."""
    app = FastAPI()
    app.openapi = lambda: page  # type: ignore[method-assign]
    rg.install(app)
    app.get("/settings", dependencies=[Depends(rg.require("settings.edit"))])(lambda: 1)
    assert page == app.openapi()


def test_another_answer_is_not_described_as_ours(rg: RolegateFastAPI) -> None:
    """Where the application answers `Forbidden` itself, the page does not promise our body."""
    app = FastAPI()
    rg.install(app)
    app.add_exception_handler(Forbidden, lambda _, __: JSONResponse({}, 403))
    page = routes(rg, app).openapi()
    assert {"description": "Not allowed"} == page["paths"]["/settings"]["get"]["responses"]["403"]
    assert "RolegateRefusal" not in page["components"]["schemas"]


def test_model_of_the_application_keeps_its_name(rg: RolegateFastAPI) -> None:
    """A model that is called like our body is not replaced by it."""

    class RolegateRefusal(BaseModel):
        own: int

    app = FastAPI()
    rg.install(app)
    app.get("/own")(lambda: RolegateRefusal(own=1))
    app.add_api_route("/typed", lambda: {"own": 1}, response_model=RolegateRefusal)
    page = routes(rg, app).openapi()
    assert {"own"} == set(page["components"]["schemas"]["RolegateRefusal"]["properties"])
    refused = page["paths"]["/settings"]["get"]["responses"]["403"]["content"]["application/json"]["schema"]
    assert "message" in refused["properties"]


def test_mounted_applications_list_them_on_their_own_page(rg: RolegateFastAPI) -> None:
    """Once the outer application has started; an application without guards has an untouched page."""
    outer, inner, other = FastAPI(), FastAPI(), FastAPI()
    rg.install(outer)
    other.get("/plain")(lambda: 1)
    outer.mount("/inner", routes(rg, inner))
    outer.mount("/other", other)
    with TestClient(outer) as client:
        page, plain = (client.get(f"/{name}/openapi.json").json() for name in ("inner", "other"))
    assert ["401", "403"] == listed(page)["get /settings"]
    assert {"get /plain": []} == listed(plain)
    assert "components" not in plain


def test_request_that_is_taken_whole_changes_nothing(rg: RolegateFastAPI) -> None:
    """A route that answers the request itself has its answers listed as any other."""
    app = FastAPI()
    rg.install(app)

    @app.get("/raw", dependencies=[Depends(rg.require("settings.edit"))])
    def raw(request: Request) -> str:
        return request.url.path

    assert {"get /raw": ["401", "403"]} == listed(app.openapi())
