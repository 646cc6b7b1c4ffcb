"""The example application, as its README tells it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from fastapi.testclient import TestClient

from rolegate.testing import Gates, assert_allowed, assert_denied
from settings_pages import HELPDESK, app, client, current_subject, gate, rg

__all__ = ["client"]


def ask(client: TestClient, user: str, path: str, method: str = "GET", body: Any = None) -> tuple[int, Any]:
    headers = {"x-user": user, "x-account": "beta" if user in ("dan", "eve", "pia") else "acme"}
    answer = client.request(method, path, headers=headers, json=body)
    return answer.status_code, answer.json()


def table() -> dict[str, list[str]]:
    """The rows of the table in the README, by user."""
    rows = re.findall(r"^\| `(\w+)` \|(.*)\|$", (HELPDESK / "README.md").read_text("utf-8"), re.MULTILINE)
    return {user: [cell.strip() for cell in rest.split("|")] for user, rest in rows}


def test_no_route_is_without_a_guard() -> None:
    """Whoever adds a route says who may use it."""
    assert rg.audit(app) == ()


def test_everybody_sees_the_tickets_of_the_readme(client: TestClient) -> None:
    """The list has the rows that may be seen, and says which may be edited."""
    for user, (_, _, sees, edits, _) in table().items():
        status, rows = ask(client, user, "/tickets")
        assert (status, " ".join(str(row["id"]) for row in rows)) == (200, sees)
        assert " ".join(str(row["id"]) for row in rows if row["editable"]) == edits


def test_one_ticket_agrees_with_the_list(client: TestClient) -> None:
    """A ticket that is not listed is not found; one that is not editable there is refused."""
    for user in (*table(), "eve"):
        rows = {row["id"]: row["editable"] for row in ask(client, user, "/tickets")[1]}
        for ticket in range(1, 9):
            shown = ask(client, user, f"/tickets/{ticket}")[0]
            edited = ask(client, user, f"/tickets/{ticket}", "PATCH", {"title": "new"})[0]
            expected = {None: (404, 404), False: (200, 403), True: (200, 200)}[rows.get(ticket)]
            assert (user, ticket, shown, edited) == (user, ticket, *expected)
    assert ask(client, "root", "/tickets/1")[1]["title"] == "new"


def test_strangers_are_refused_and_nobody_has_to_sign_in(client: TestClient) -> None:
    """403 names what is needed; 401 says that nobody asked."""
    assert ask(client, "stranger", "/tickets") == (
        403,
        {
            "error": "forbidden",
            "permission": "tickets.show",
            "domain": "acme",
            "scope": "my",
            "message": "permission `tickets.show` is needed for this",
        },
    )
    assert client.get("/tickets").status_code == 401


@pytest.mark.parametrize("path", ["/menu", "/composer", "/tickets", "/tickets/1", "/contacts/1"])
def test_names_from_outside_are_looked_at_first(client: TestClient, path: str) -> None:
    """A name that nobody can have is nobody; an account that is not there is not found."""
    for user in ("", " ", "a" * 300, "%C3%A4"):
        assert (user, client.get(path, headers={"x-user": user}).status_code) == (user, 401)
    for account in ("", "acmee", "default", "a" * 300):
        headers = {"x-user": "ana", "x-account": account}
        assert (account, client.get(path, headers=headers).status_code) == (account, 404)


def test_a_number_that_no_row_can_have_is_refused(client: TestClient) -> None:
    """The database cannot even be asked for it."""
    for path in ("/tickets", "/contacts"):
        answers = [ask(client, "root", f"{path}/{number}")[0] for number in (2**63 - 1, 2**63)]
        assert answers == [404, 422]


def test_fields_are_hidden_shown_or_edited(client: TestClient) -> None:
    """A hidden field is left out; a change of a field that is not editable changes nothing."""
    names = {user: sorted(ask(client, user, "/contacts/1")[1]) for user in ("ana", "cy", "root")}
    assert names == {
        "ana": ["fields", "id", "name", "phone"],
        "cy": ["fields", "id", "name"],
        "root": ["card_number", "fields", "id", "name", "phone"],
    }
    changes = {"name": "Zoé", "phone": "1"}
    assert ask(client, "ana", "/contacts/1", "PATCH", changes) == (
        403,
        {"error": "forbidden", "fields": ["phone"]},
    )
    assert ask(client, "root", "/contacts/1")[1]["name"] == "Zoe"
    assert ask(client, "bo", "/contacts/1", "PATCH", changes)[1] == {"id": 1, "name": "Zoé", "phone": "1"}
    assert ask(client, "root", "/contacts/1", "PATCH", {"account": "beta"})[0] == 403
    assert ask(client, "ana", "/contacts/2")[0] == 404
    phones = {
        user: ask(client, user, f"/contacts/{2 if user in ('dan', 'pia') else 1}")[1]["fields"]["phone"]
        for user in table()
    }
    assert phones == {user: row[4].split()[0] for user, row in table().items()}


def test_the_menu_has_what_she_holds_anything_of(client: TestClient) -> None:
    """Menus, permissions and the tree say the same."""
    assert {user: ask(client, user, "/menu")[1]["menu"] for user in ("ana", "root", "stranger")} == {
        "ana": ["Tickets", "Contacts"],
        "root": ["Tickets", "Contacts", "Settings"],
        "stranger": [],
    }
    told = ask(client, "ana", "/menu")[1]
    assert "inboxes.send" in told["permissions"]
    assert told["tree"]["state"] == "partial"


def test_the_composer_offers_the_inboxes_to_send_from(client: TestClient) -> None:
    """Those known today, and whether later ones are included; sending agrees."""
    offers = {user: ask(client, user, "/composer")[1] for user in ("ana", "bo", "cy")}
    assert {user: (offer["instances"], offer["every"]) for user, offer in offers.items()} == {
        "ana": (["Support"], False),
        "bo": (["Support", "Sales"], True),
        "cy": ([], False),
    }
    for user, offer in offers.items():
        for inbox in ("Support", "Sales", "Later"):
            sent = ask(client, user, f"/inboxes/{inbox}/messages", "POST", {"text": "hi"})[0]
            assert sent == (200 if inbox in offer["instances"] or offer["every"] else 403)


def test_the_application_with_a_gate_of_the_tests(client: TestClient) -> None:
    """A test gives a user exactly what it is about."""
    granted = Gates(gate.policy).grant("tickets.show@my", "inboxes.read[*]", user="ana")
    app.dependency_overrides[current_subject] = lambda: granted.subject("ana", "acme")
    try:
        assert [row["id"] for row in ask(client, "ana", "/tickets")[1]] == [1, 6]
    finally:
        app.dependency_overrides.clear()
    assert_allowed(granted, "ana", "tickets.show", domain="acme", scope="my")
    assert_denied(granted, "ana", "tickets.edit", domain="acme", scope="my")
