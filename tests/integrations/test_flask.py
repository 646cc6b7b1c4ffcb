"""Flask: guards deny and say why; a guard in the wrong place is found by the audit, or answers nobody."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from flask import Blueprint, Flask, request
from flask.views import MethodView, View

from desk import desk
from rolegate.errors import GuardError, UnknownNameError
from rolegate.gate.gate import Gate
from rolegate.gate.subject import Subject
from rolegate.integrations.flask import PathParam, RolegateFlask, Unfit


@pytest.fixture
def gate(tmp_path: Path) -> Gate:
    return desk(tmp_path)


@pytest.fixture
def app() -> Flask:
    return Flask(__name__)


def made(gate: Gate, app: Flask, **options: Any) -> RolegateFlask:
    def current() -> Subject | None:
        user = request.headers.get("x-user")
        return gate.subject(user, "acme") if user else None

    return RolegateFlask(gate, current, app, **options)


def ask(app: Flask, path: str, user: str | None = None, method: str = "GET") -> tuple[int, Any]:
    answer = app.test_client().open(path, method=method, headers={"x-user": user} if user else {})
    return answer.status_code, answer.get_json(silent=True) or answer.text


def test_a_guard_lets_pass_refuses_or_asks_to_sign_in(app: Flask, gate: Gate) -> None:
    """200 for somebody who may, 403 with a body for programs for somebody who may not, 401 for nobody."""
    rg = made(gate, app)

    @app.get("/settings")
    @rg.require("settings.edit")
    def settings() -> str:
        return f"open to {rg.subject.user}"

    assert ask(app, "/settings", "bo") == (200, "open to bo")
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


def test_requests_within_one_application_context_have_their_own_subject(app: Flask, gate: Gate) -> None:
    """Tests often push a context around several requests, which then share `g`."""
    rg = made(gate, app)

    @app.get("/me")
    @rg.require("contacts.show")
    def me() -> str:
        return rg.subject.user

    with app.app_context():
        assert [ask(app, "/me", user) for user in ("ana", "bo")] == [(200, "ana"), (200, "bo")]
        assert ask(app, "/me", "stranger")[0] == 403


def test_scope_and_instance(app: Flask, gate: Gate) -> None:
    """The instance is a path parameter, what a callable says, or a literal."""
    rg = made(gate, app)

    def view(**_: Any) -> str:
        return "1"

    def inbox_of(ticket: int) -> str:
        return "Support" if ticket == 1 else "Sales"

    by_path = rg.require("inboxes.access", on=PathParam("inbox"))
    app.add_url_rule("/my", "my", rg.require("tickets.edit", scope="my")(view))
    app.add_url_rule("/all", "all", rg.require("tickets.edit")(view))
    app.add_url_rule("/inboxes/<inbox>", "inbox", by_path(view))
    app.add_url_rule("/tickets/<int:ticket>", "ticket", rg.require("inboxes.access", on=inbox_of)(view))
    app.add_url_rule("/sales", "sales", rg.require("inboxes.access", on="Sales")(view))
    account = rg.require("accounts.open", on=PathParam("shop", "number"))
    app.add_url_rule("/<shop>/<int:number>", "account", account(view))

    assert [ask(app, path, "ana")[0] for path in ("/my", "/all")] == [200, 403]
    assert [ask(app, f"/inboxes/{name}", "ana")[0] for name in ("Support", "Sales")] == [200, 403]
    assert ask(app, "/inboxes/Sales?inbox=Support", "ana")[0] == 403
    assert [ask(app, f"/tickets/{number}", "ana")[0] for number in (1, 2)] == [200, 403]
    assert [ask(app, "/sales", user)[0] for user in ("ana", "bo")] == [403, 200]
    assert [ask(app, f"/allegro/{number}", "ana")[0] for number in (7, 8)] == [200, 403]


def test_a_record_is_loaded_with_the_arguments_of_the_view(app: Flask, gate: Gate) -> None:
    """One held scope of which the record is a part is enough."""
    rg = made(gate, app)

    def load(number: int) -> dict[str, Any]:
        return {"owner": "ana" if number == 1 else None, "team": None}

    @app.get("/tickets/<int:number>")
    @rg.require("tickets.edit", record=load)
    def ticket(number: int) -> str:
        return str(number)

    assert [ask(app, f"/tickets/{number}", "ana")[0] for number in (1, 2)] == [200, 403]
    assert ask(app, "/tickets/2", "bo") == (200, "2")


def test_what_the_catalog_does_not_know_fails_at_import(app: Flask, gate: Gate) -> None:
    """`require(...)` raises when it is called, not when a request comes."""
    with pytest.raises(UnknownNameError, match=r"did you mean `settings\.edit`"):
        made(gate, app).require("settings.edti")


def test_a_path_parameter_the_view_does_not_take_fails_at_import(app: Flask, gate: Gate) -> None:
    """The message names both; what takes any argument is left to the audit."""
    misspelt = made(gate, app).require("inboxes.access", on=PathParam("inbx"))

    def view(inbox: str) -> str:
        return inbox

    told = r"asks for the path parameter `inbx`; `view` takes `inbox`$"
    with pytest.raises(UnknownNameError, match=told):
        misspelt(view)


def test_the_audit_compares_guards_with_the_parameters_of_the_route(app: Flask, gate: Gate) -> None:
    """Also if another guard comes before the one that asks; defaults of a route are parameters."""
    rg = made(gate, app)
    by_path = rg.require("inboxes.access", on=PathParam("inbox"))

    def view(inbox: str = "Support", **_: Any) -> str:
        return inbox

    class Shown(MethodView):
        get = rg.require("settings.edit")(by_path(view))

    app.add_url_rule("/right/<inbox>", "right", by_path(view))
    app.add_url_rule("/main", "main", by_path(view), defaults={"inbox": "Support"})
    app.add_url_rule("/wrong/<box>", "wrong", rg.require("settings.edit")(by_path(view)))
    app.add_url_rule("/class/<box>", view_func=Shown.as_view("shown"))
    reason = (
        "the guard asks for the path parameter `inbox`; the route has `box`; "
        "put the guard on the routes that have it"
    )
    assert rg.audit(app) == (
        Unfit("/wrong/<box>", ("GET",), "wrong", reason),
        Unfit("/class/<box>", ("GET",), "shown", reason),
    )
    assert str(rg.audit(app)[0]) == f"GET /wrong/<box> (wrong): {reason}"
    assert [ask(app, path, "bo")[0] for path in ("/wrong/Support", "/right/Support")] == [500, 500]

    right = Flask(__name__)
    guard = made(gate, right).require("inboxes.access", on=PathParam("inbox"))
    right.add_url_rule("/right/<inbox>", "right", guard(view))
    right.add_url_rule("/main", "main", guard(view), defaults={"inbox": "Support"})
    asked = [ask(right, path, "ana")[0] for path in ("/right/Support", "/right/Sales", "/main")]
    assert asked == [200, 403, 200]


def test_parameters_that_the_application_changes_are_not_compared(app: Flask, gate: Gate) -> None:
    """A function of `url_value_preprocessor` may add what the rule does not have."""
    rg = made(gate, app)
    pages = Blueprint("pages", __name__)

    @pages.url_value_preprocessor
    def name_it(_: Any, values: dict[str, Any] | None) -> None:
        assert values is not None
        values["inbox"] = values.pop("box")

    guarded = rg.require("inboxes.access", on=PathParam("inbox"))(lambda **given: given["inbox"])
    pages.add_url_rule("/pages/<box>", "show", guarded)
    app.register_blueprint(pages)
    assert [ask(app, f"/pages/{inbox}", "ana")[0] for inbox in ("Support", "Sales")] == [200, 403]
    assert rg.audit(app) == ()

    other, rule = Flask(__name__), "/others/<box>"
    other.add_url_rule(rule, "show", guarded)
    assert [finding.path for finding in made(gate, other).audit(other)] == [rule]


def test_numbers_and_uuids_are_ids(app: Flask, gate: Gate) -> None:
    """As they are in records; what is not an id is an error, and opens nothing."""
    rg = made(gate, app)
    given: list[Any] = [7, UUID(int=7), ("allegro", 7), ["allegro", 8], True, 1.5]
    for n, value in enumerate(given):
        permission = "accounts.open" if isinstance(value, (tuple, list)) else "inboxes.access"
        app.add_url_rule(f"/{n}", str(n), rg.require(permission, on=lambda value=value: value)(lambda: "1"))
    app.add_url_rule("/a", "a", rg.require("accounts.open", on=("allegro", 7))(lambda: "1"))  # type: ignore[arg-type]  # numbers stand for ids
    assert [ask(app, f"/{n}", "bo")[0] for n in range(6)] == [200, 200, 403, 403, 500, 500]
    assert [ask(app, f"/{n}", "ana")[0] for n in range(6)] == [403, 403, 200, 403, 500, 500]
    assert [ask(app, "/a", user)[0] for user in ("ana", "bo")] == [200, 403]


def test_an_instance_that_was_looked_up_is_not_told(app: Flask, gate: Gate) -> None:
    """Who may not learns nothing of the ticket; what the URL says they know."""
    rg = made(gate, app)
    app.get("/tickets/<number>")(rg.require("inboxes.access", on=lambda number: "Sales")(lambda number: "1"))
    app.get("/<inbox>", endpoint="i")(rg.require("inboxes.access", on=PathParam("inbox"))(lambda inbox: "1"))
    told = ask(app, "/tickets/2", "ana")
    assert (told[0], told[1].get("on"), told[1]["permission"]) == (403, None, "inboxes.access")
    assert ask(app, "/Sales", "ana")[1]["on"] == ["Sales"]


def test_what_has_to_be_awaited_is_awaited(app: Flask, gate: Gate) -> None:
    """Who asks, an instance and a record; a coroutine is neither somebody nor a record."""

    async def current() -> Subject | None:
        user = request.headers.get("x-user")
        return gate.subject(user, "acme") if user else None

    async def load(number: int) -> dict[str, Any]:
        return {"owner": "ana" if number == 1 else "bo", "team": None}

    async def inbox_of(number: int) -> str:
        return "Support" if number == 1 else "Sales"

    rg = RolegateFlask(gate, current, app)
    app.get("/menu", endpoint="menu")(rg.signed_in(lambda: rg.subject.user))
    app.get("/owned/<int:number>")(rg.require("tickets.edit", record=load)(lambda number: "1"))
    app.get("/in/<int:number>", endpoint="in")(rg.require("inboxes.access", on=inbox_of)(lambda number: "1"))
    assert [ask(app, "/menu", user)[0] for user in ("ana", None)] == [200, 401]
    assert [ask(app, path, "ana")[0] for path in ("/owned/1", "/owned/2", "/in/1", "/in/2")] == [
        200,
        403,
        200,
        403,
    ]


def test_only_a_subject_has_signed_in(app: Flask, gate: Gate) -> None:
    """An empty text in place of None is an error, and not somebody."""
    rg = RolegateFlask(gate, lambda: "", app)  # type: ignore[arg-type, return-value]  # the mistake
    app.get("/menu")(rg.signed_in(lambda: "open"))
    assert ask(app, "/menu")[0] == 500


def test_a_guard_above_the_route_does_nothing_and_the_audit_finds_it(app: Flask, gate: Gate) -> None:
    """`@app.get` registers what is below it."""
    rg = made(gate, app)

    @rg.require("settings.edit")
    @app.get("/wrong")
    def wrong() -> str:
        return "open"

    @app.get("/right")
    @rg.require("settings.edit")
    def right() -> str:
        return "open"

    assert ask(app, "/wrong") == (200, "open")
    assert [(finding.path, finding.methods, finding.name) for finding in rg.audit(app)] == [
        ("/wrong", ("GET",), "wrong")
    ]


class Mixed(MethodView):
    """GET is guarded where a test says so; POST never is."""

    def get(self) -> str:
        return "got"

    def post(self) -> str:
        return "posted"


def test_the_audit_looks_into_classes_and_blueprints(app: Flask, gate: Gate) -> None:
    """Each method of a class view is looked at, and `decorators` guard all of them."""
    rg = made(gate, app)

    class Guarded(Mixed):
        decorators = [rg.require("settings.edit")]  # noqa: RUF012  # as Flask has it

    class Half(Mixed):
        get = rg.require("settings.edit")(Mixed.get)

    class Old(View):
        @rg.require("settings.edit")
        def dispatch_request(self) -> str:
            return "1"

    desk_pages = Blueprint("pages", __name__, url_prefix="/pages")
    desk_pages.get("/open")(rg.public(lambda: "1"))
    desk_pages.route("/both", methods=["GET", "DELETE"], endpoint="both")(lambda: "1")
    app.register_blueprint(desk_pages)
    app.add_url_rule("/guarded", view_func=Guarded.as_view("guarded"))
    app.add_url_rule("/half", view_func=Half.as_view("half"))
    app.add_url_rule("/mixed", view_func=Mixed.as_view("mixed"))
    app.add_url_rule("/old", view_func=Old.as_view("old"))

    assert sorted((finding.path, finding.methods) for finding in rg.audit(app)) == [
        ("/half", ("POST",)),
        ("/mixed", ("GET", "POST")),
        ("/pages/both", ("DELETE", "GET")),
    ]
    assert [ask(app, "/half", "ana", method)[0] for method in ("GET", "POST")] == [403, 200]
    assert [ask(app, "/guarded", "ana", method)[0] for method in ("GET", "POST")] == [403, 403]
    assert [ask(app, "/old", user)[0] for user in ("ana", "bo")] == [403, 200]


def test_denying_by_default_closes_what_nothing_guards(
    app: Flask, gate: Gate, caplog: pytest.LogCaptureFixture
) -> None:
    """Only `require`, `public` and the endpoints that were named open a view."""
    rg = made(gate, app, deny_by_default=True, open_endpoints=["health"])
    called = []

    @rg.require("settings.edit")
    @app.get("/wrong")
    def wrong() -> str:
        called.append("wrong")
        return "open"

    class Half(Mixed):
        get = rg.require("settings.edit")(Mixed.get)

    app.get("/right")(rg.require("settings.edit")(lambda: "right"))
    app.get("/public", endpoint="public")(rg.public(lambda: "public"))
    app.get("/health", endpoint="health")(lambda: "fine")
    app.add_url_rule("/half", view_func=Half.as_view("half"))

    assert ask(app, "/wrong", "bo") == (
        403,
        {"error": "forbidden", "message": "nothing says who may do this"},
    )
    assert [ask(app, "/wrong", "bo", method)[0] for method in ("HEAD", "OPTIONS", "POST")] == [403, 200, 405]
    assert (called, "nothing guards `wrong`" in caplog.text) == ([], True)
    assert [ask(app, path)[0] for path in ("/public", "/health", "/nowhere")] == [200, 200, 404]
    assert ask(app, "/right", "bo") == (200, "right")
    assert [ask(app, "/half", "bo", method)[0] for method in ("GET", "HEAD", "POST")] == [200, 200, 403]
    assert ask(app, "/static/any.css")[0] == 403


class OwnHead(MethodView):
    """HEAD is not answered by `get`, nor OPTIONS by Flask."""

    def get(self) -> str:
        return "got"

    def head(self) -> str:
        return "headed"

    def options(self) -> str:
        return "options"


class Dispatching(View):
    """Answers by itself; `get` is a method like any other."""

    methods = ("GET", "POST")

    def get(self) -> str:
        return "never called"

    def dispatch_request(self) -> str:
        return "dispatched"


def test_methods_of_a_class_of_their_own_need_a_guard_of_their_own(app: Flask, gate: Gate) -> None:
    """The guard of `get` is that of HEAD where nothing else answers it, and nothing to other dispatchers."""
    rg = made(gate, app, deny_by_default=True)
    guard = rg.require("settings.edit")

    class Half(OwnHead):
        get = guard(OwnHead.get)

    class Whole(Half):
        head, options = guard(OwnHead.head), guard(OwnHead.options)

    class Beside(Dispatching):
        get = guard(Dispatching.get)

    app.add_url_rule("/half", view_func=Half.as_view("half"))
    app.add_url_rule("/whole", view_func=Whole.as_view("whole"))
    app.add_url_rule("/beside", view_func=Beside.as_view("beside"))
    assert [(finding.path, finding.methods) for finding in rg.audit(app)] == [
        ("/half", ("HEAD", "OPTIONS")),
        ("/beside", ("GET", "POST")),
    ]
    methods = ("GET", "HEAD", "OPTIONS")
    assert [ask(app, "/half", "bo", method)[0] for method in methods] == [200, 403, 403]
    assert [ask(app, "/whole", "bo", method)[0] for method in methods] == [200, 200, 200]
    assert [ask(app, "/whole", "ana", method)[0] for method in methods] == [403, 403, 403]
    assert [ask(app, "/beside", "bo", method)[0] for method in ("GET", "HEAD", "POST")] == [403, 403, 403]


def test_a_view_may_be_open_to_whoever_has_signed_in(app: Flask, gate: Gate) -> None:
    """`signed_in` counts as a guard."""
    rg = made(gate, app, deny_by_default=True)
    app.get("/menu", endpoint="menu")(rg.signed_in(lambda: rg.subject.user))
    assert ask(app, "/menu", "stranger") == (200, "stranger")
    assert ask(app, "/menu")[0] == 401
    assert rg.audit(app) == ()


def test_forbidden_from_a_view_is_403_as_well(app: Flask, gate: Gate) -> None:
    """`gate.require` in the body of a view is answered like a guard."""
    made(gate, app)

    @app.get("/")
    def view() -> str:
        gate.require("ana", "settings.edit", domain="acme")
        return "never"

    assert ask(app, "/")[0] == 403


def test_other_decorators_may_stand_between(app: Flask, gate: Gate) -> None:
    """A decorator that uses `functools.wraps` keeps the mark of the guard below it."""
    from functools import wraps

    rg = made(gate, app, deny_by_default=True)

    def timed(view: Any) -> Any:
        return wraps(view)(lambda: view())

    app.get("/")(timed(rg.require("settings.edit")(lambda: "1")))
    assert rg.audit(app) == ()
    assert [ask(app, "/", user)[0] for user in ("ana", "bo")] == [403, 200]


@pytest.mark.parametrize("given", [0.5, True, b"7", ("Sales", 0.5)], ids=repr)
def test_a_callable_that_gives_no_id_is_a_guard_error(app: Flask, gate: Gate, given: object) -> None:
    """As a path parameter that is not an id is, and not a `TypeError`."""
    rg = made(gate, app)
    app.config["PROPAGATE_EXCEPTIONS"] = True
    app.add_url_rule("/", view_func=rg.require("inboxes.access", on=lambda: given)(lambda: "in"))
    with pytest.raises(GuardError, match=r"^the guard of `inboxes\.access`: an instance is a text"):
        app.test_client().get("/", headers={"X-User": "bo"})
