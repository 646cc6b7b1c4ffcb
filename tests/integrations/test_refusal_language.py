"""A 403 speaks the language of the request, and tells no more in one language than in another."""

from __future__ import annotations

import json
from typing import Annotated, Any

import flask
import pytest
from fastapi import Depends, FastAPI, Header
from fastapi.testclient import TestClient

from bilingual import bilingual
from rolegate import Forbidden, Gate, Question, Subject
from rolegate.integrations.fastapi import PathParam, RolegateFastAPI
from rolegate.integrations.flask import RolegateFlask
from rolegate.integrations.refusal_language import locale_of, told

PLAIN = "permission `tickets.export` is needed for this"
ENGLISH = "permission “Tickets › Export” is needed for this"
FRENCH = "il faut pour cela le droit «\u00a0Tickets › Exporter\u00a0»"


@pytest.fixture(scope="module")
def gate(tmp_path_factory: pytest.TempPathFactory) -> Gate:
    """A set in English and in French."""
    return Gate(bilingual(tmp_path_factory.mktemp("desk")))


ACCEPTED = [
    (None, None),
    ("", None),
    ("*", None),
    ("de", None),
    ("fr", "fr"),
    ("fr-CA", "fr"),
    ("de-AT, fr;q=0.3", "fr"),
    ("en;q=0.4, fr;q=0.5", "fr"),
    ("fr;q=0, en;q=0.1", "en"),
    ("FR", "fr"),
    (" fr ; q=0.5 , en;q=0.4", "fr"),
    ("fr;q=1.5, en", "en"),
    ("fr_FR", None),
    ("frisian", None),
    ("fr;q=x", None),
    ("../../fr\r\nX: y", None),
    ("," * 5000 + "fr", None),
]


@pytest.mark.parametrize(("accepted", "locale"), ACCEPTED)
def test_header_chooses_the_language(accepted: str | None, locale: str | None) -> None:
    """The most wanted language that the set has; what is not a language is passed over."""
    assert locale == locale_of(accepted, ("en", "fr"))


def test_message_is_of_the_language(gate: Gate) -> None:
    """The path stays data; only the message is another one."""
    with pytest.raises(Forbidden) as refused:
        gate.require("bo", "tickets.export", domain="acme")
    error = refused.value
    assert ("en", "fr") == error.locales
    assert [PLAIN, ENGLISH, FRENCH] == [error.message(locale) for locale in (None, "en", "fr")]
    bodies = [error.to_dict(locale) for locale in (None, "en", "fr")]
    assert 1 == len({json.dumps({**body, "message": ""}) for body in bodies})
    assert "restricted" not in str(bodies)
    assert error.explained("fr").decision.reason.startswith(
        "«\u00a0Tickets › Exporter\u00a0» demande la formule"
    )


def test_refusal_without_a_policy_speaks_english() -> None:
    """An application may make a refusal of its own, which knows no language."""
    asked = Question("tickets.export", user="bo")
    error = Forbidden(asked, lambda _: pytest.fail("nobody asked why"))
    assert (PLAIN, PLAIN, ()) == (str(error), error.message("fr"), error.locales)
    body, headers = told(error, "fr")
    assert ({"Vary": "Accept-Language", "Content-Language": "en"}, PLAIN) == (headers, body["message"])


def of_fastapi(gate: Gate) -> Any:
    """What a FastAPI application answers."""

    def current(x_user: Annotated[str | None, Header()] = None) -> Subject | None:
        return gate.subject(x_user, "acme") if x_user else None

    rg, app = RolegateFastAPI(gate, current), FastAPI()
    rg.install(app)
    app.get("/export", dependencies=[Depends(rg.require("tickets.export"))])(lambda: 1)
    by_path = rg.require("inboxes.access", on=PathParam("inbox"))
    app.get("/inboxes/{inbox}", dependencies=[Depends(by_path)])(lambda inbox: inbox)
    looked_up = rg.require("inboxes.access", on=lambda: "secret")
    app.get("/looked-up", dependencies=[Depends(looked_up)])(lambda: 1)
    client = TestClient(app)
    return lambda path, headers: client.get(path, headers=headers)


def of_flask(gate: Gate) -> Any:
    """What a Flask application answers."""
    app = flask.Flask("desk")
    rg = RolegateFlask(
        gate, lambda: gate.subject(flask.request.headers["X-User"], "acme"), app, deny_by_default=True
    )
    app.get("/export", endpoint="export")(rg.require("tickets.export")(lambda: "1"))
    by_path = rg.require("inboxes.access", on=PathParam("inbox"))
    app.get("/inboxes/<inbox>", endpoint="inbox")(by_path(lambda inbox: inbox))
    looked_up = rg.require("inboxes.access", on=lambda: "secret")
    app.get("/looked-up", endpoint="looked-up")(looked_up(lambda: "1"))
    app.add_url_rule("/forgotten", view_func=lambda: "1", endpoint="forgotten")
    client = app.test_client()
    return lambda path, headers: client.get(path, headers=headers)


def body(answer: Any) -> dict[str, Any]:
    """The JSON of an answer of either framework."""
    read: dict[str, Any] = answer.get_json() if hasattr(answer, "get_json") else answer.json()
    return read


@pytest.mark.parametrize("framework", [of_fastapi, of_flask])
def test_body_is_in_the_language_of_the_request(gate: Gate, framework: Any) -> None:
    """Without a wish it is English with the path; caches learn that the language matters."""
    get = framework(gate)
    for accepted, message, language in (
        (None, PLAIN, "en"),
        ("en-GB,en;q=0.9", ENGLISH, "en"),
        ("fr-CA", FRENCH, "fr"),
        ("de", PLAIN, "en"),
    ):
        answer = get("/export", {"X-User": "bo"} | ({"Accept-Language": accepted} if accepted else {}))
        assert (403, message) == (answer.status_code, body(answer)["message"])
        assert ("Accept-Language", language) == (
            answer.headers.get("vary"),
            answer.headers.get("content-language"),
        )


@pytest.mark.parametrize("framework", [of_fastapi, of_flask])
def test_looked_up_instance_is_told_in_no_language(gate: Gate, framework: Any) -> None:
    """The title shows the id that the URL names, and never one that a callable found."""
    get = framework(gate)
    for accepted in ("en", "fr"):
        headers = {"X-User": "nia", "Accept-Language": accepted}
        assert "secret" not in str(body(get("/looked-up", headers)))
        assert "on" not in body(get("/looked-up", headers))
    named = body(get("/inboxes/hr", {"X-User": "nia", "Accept-Language": "fr"}))["message"]
    assert "il faut pour cela le droit « Boîtes › Ouvrir « hr » »" == named.replace("\u00a0", " ")


def test_refusal_does_not_tell_what_an_instance_is_called(gate: Gate) -> None:
    """Whoever tries one id after another, also in the domain of somebody else, learns no titles."""
    for user in ("nia", "a stranger"):
        with pytest.raises(Forbidden) as refused:
            gate.require(user, "inboxes.access", domain="acme", on="hr")
        for locale in (None, *refused.value.locales):
            assert "Staff" not in json.dumps(refused.value.to_dict(locale))


def test_forgotten_view_of_flask_is_refused_in_french(gate: Gate) -> None:
    """A view without a guard is denied in the language of the request."""
    answer = of_flask(gate)("/forgotten", {"X-User": "bo", "Accept-Language": "fr"})
    assert (403, "rien ne dit qui en a le droit") == (answer.status_code, body(answer)["message"])
