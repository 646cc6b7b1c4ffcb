"""The settings of the example application: roles that an account edits, through the test client."""

from __future__ import annotations

import html
import re
from typing import Any
from urllib.parse import quote

from fastapi.testclient import TestClient

from drawing import some_of
from hostile_strings import HOSTILE_TEXTS
from settings_pages import HELPDESK, NEWEST, client, fields_of, gate, see, send, store, text_of, words

__all__ = ["client"]

SURROGATES = re.compile("[\ud800-\udfff]").search
BOXES, ROLES = 'id="role"', "/settings/roles"


def clone(client: TestClient, title: str = "Night shift", source: str = "agent", user: str = "root") -> str:
    """A clone of a role; its address."""
    made = send(client, user, ROLES, [("title", title), ("clone", source)])
    assert made.status_code == 303, text_of(made)
    return str(made.headers["location"])


def give(client: TestClient, role: str, login: str, user: str = "root") -> None:
    assert send(client, user, f"{role}/people", [("user", login)]).status_code == 303


def edited(client: TestClient, role: str, *, user: str = "root", **boxes: bool) -> list[tuple[str, str]]:
    """The form of a role with some boxes ticked or not; `__` stands for a dot and `_at_` for `@`."""
    fields = fields_of(see(client, user, role), BOXES)
    for name, on in boxes.items():
        box = ("box", name.replace("_at_", "@").replace("__", "."))
        fields = [field for field in fields if field != box] + [box] * on
    return fields


def save(client: TestClient, role: str, fields: list[tuple[str, str]], user: str = "root") -> Any:
    """Preview, and save what it shows."""
    seen = send(client, user, f"{role}/preview", fields)
    assert seen.status_code == 200, text_of(seen)
    return send(client, user, role, fields_of(seen, 'name="reason"'))


def test_a_role_is_cloned_edited_previewed_saved_and_undone(client: TestClient) -> None:
    """The other person's answer is another one at once, and so after the undo."""
    role = clone(client, source="lead")
    give(client, role, "cy")
    assert gate.check("cy", "tickets.edit", domain="acme", scope="team")
    fields = edited(client, role, tickets__edit_at_team=False)
    assert gate.check("cy", "tickets.edit", domain="acme", scope="team")
    shown = text_of(send(client, "root", f"{role}/preview", fields))
    assert "Who gains Nobody Who loses Cy Tickets: Edit (My), until now Tickets: Edit (Team)" in shown
    saved = save(client, role, fields)
    assert (saved.status_code, saved.headers["location"]) == (303, role)
    assert not gate.check("cy", "tickets.edit", domain="acme", scope="team")
    history = see(client, "root", "/settings/history")
    number = max(int(found) for found in re.findall(r"/settings/history/(\d+)/undo", history.text))
    assert "− Tickets: Edit (Team)" in text_of(history)
    assert send(client, "root", f"/settings/history/{number}/undo", []).status_code == 303
    assert gate.check("cy", "tickets.edit", domain="acme", scope="team")


def test_a_long_history_is_shown_in_pages(client: TestClient) -> None:
    """The newest changes first, and a link to those before them, until the first one."""
    role = clone(client)
    admin = store.admin("root", domain="acme")
    for number in range(NEWEST + 5):
        admin.edit_role(role.rpartition("/")[2], description=f"no. {number}")
    path, shown = "/settings/history", []
    while path:
        page = see(client, "root", path).text
        shown += [int(number) for number in re.findall(r"/settings/history/(\d+)/undo", page)]
        path = next(iter(re.findall(r'href="(/settings/history\?before=\d+)"', page)), "")
    assert shown == list(range(len(admin.history()), 0, -1))
    assert see(client, "root", "/settings/history?before=0").status_code == 422


def test_a_lost_race_says_what_the_other_changed(client: TestClient) -> None:
    """Nothing is written, and both versions can be gone on with."""
    role = clone(client)
    mine, theirs = edited(client, role, settings__show=True), edited(client, role, tickets__edit_at_my=False)
    assert save(client, role, theirs).status_code == 303
    for path in (f"{role}/preview", role):
        lost = send(client, "root", path, mine)
        assert lost.status_code == 409
        assert "Root" in text_of(lost) and "− Tickets: Edit (My)" in text_of(lost)
    again = send(client, "root", f"{role}/boxes", fields_of(lost, "in the place of theirs"))
    assert save(client, role, fields_of(again, BOXES)).status_code == 303
    draft, _ = store.admin("root", domain="acme").draft(role.rpartition("/")[2])
    assert {"tickets.edit@my", "settings.show"} <= set(draft.grants)


def test_who_may_not_sees_everything_greyed_and_is_refused(client: TestClient) -> None:
    """With the reason on the page; whoever sends the forms all the same changes nothing."""
    role, roles = clone(client), "“Settings › Edit roles and say who has them”"
    for path in (ROLES, role, f"{role}/people"):
        page = see(client, "bo", path)
        assert f"You may not manage access, which takes {roles}." in text_of(page)
        buttons = re.findall(r"<button(?![^>]*fold)[^>]*>", page.text)
        assert buttons and all("disabled" in button for button in buttons)
        controls = re.findall(r'<input(?! type="(?:hidden|search)")[^>]*>|<select[^>]*>', page.text)
        assert controls and all("disabled" in control for control in controls)
    german = (
        "Sie dürfen keine Rechte verwalten, wozu „Einstellungen › Rollen bearbeiten und vergeben“ nötig ist."
    )
    assert german in text_of(see(client, "dan", ROLES))
    before = store.status().head.revision
    fields = edited(client, role, settings__roles=True)
    for path, sent in (
        (ROLES, [("title", "Mine")]),
        (ROLES, [("title", "Mine"), ("clone", "agent")]),
        (role, fields),
        (f"{role}/people", [("user", "bo")]),
        ("/settings/history/1/undo", []),
    ):
        assert send(client, "bo", path, sent).status_code in (403, 409), path
    assert before == store.status().head.revision
    assert see(client, "ana", ROLES).status_code == 403
    assert client.get(ROLES).status_code == 401


def test_nobody_gives_what_they_do_not_hold(client: TestClient) -> None:
    """The box is closed and says so; it can be ticked by nobody who makes up the form."""
    manager = clone(client, "Manager")
    save(client, manager, edited(client, manager, settings__roles=True))
    give(client, manager, "ana")
    other = clone(client, "Other", user="ana")
    page = see(client, "ana", other)
    assert "You do not hold this yourself." in text_of(page)
    assert re.search(r'value="settings.edit"[^>]* disabled', page.text)
    assert not re.search(r'value="settings.show"[^>]* disabled', page.text)
    fields = [
        field for field in edited(client, other, settings__edit=True, user="ana") if field[0] != "shown"
    ]
    made_up = [*fields, ("shown", '{"settings.edit": false}')]
    shown = send(client, "ana", f"{other}/preview", made_up)
    assert "You cannot give what you do not hold: “Settings › Edit settings”." in text_of(shown)
    assert send(client, "ana", other, made_up).status_code == 403


def test_accounts_do_not_see_each_other(client: TestClient) -> None:
    """Roles, people and history; in German, as the people of the second account read it."""
    role = clone(client, "Only in Acme")
    give(client, role, "ana")
    for path in (ROLES, "/settings/history", f"{ROLES}/agent/people"):
        page = see(client, "pia", path)
        assert page.status_code == 200 and '<html lang="de">' in page.text
        assert not {"Acme", "Only", "Ana", "Root"} & set(text_of(page).replace(",", " ").split())
    assert "Bearbeitung Gehört zum Kundendienst" in text_of(see(client, "pia", ROLES))
    for path in (role, f"{role}/people"):
        assert see(client, "pia", path).status_code == 404
    for path in (role, f"{role}/preview", f"{role}/boxes"):
        assert send(client, "pia", path, []).status_code == 404
    assert send(client, "pia", f"{ROLES}/agent/people", [("user", "ana")]).status_code == 400
    mine = clone(client, "Nur in Beta", user="pia")
    assert "„Nur in Beta“" in text_of(see(client, "pia", "/settings/history"))
    assert see(client, "root", mine).status_code == 404


def test_people_get_a_role_and_lose_it(client: TestClient) -> None:
    """Those of the application's own table, after a rename as well; what came in files stays."""
    role = clone(client, source="lead")
    give(client, role, "cy")
    assert gate.check("cy", "inboxes.send", domain="acme", on="Sales")
    store.admin("root", domain="acme").rename_role(role.rpartition("/")[2], "late")
    role = f"{ROLES}/late"  # the line of Cy has the former name
    page = see(client, "root", f"{role}/people")
    (revoke,) = re.findall(r'action="([^"]*/revoke)"', page.text)
    assert send(client, "root", revoke, []).status_code == 303
    assert not gate.check("cy", "inboxes.send", domain="acme", on="Sales")
    assert send(client, "root", revoke, []).status_code == 409
    of_files = see(client, "root", f"{ROLES}/lead/people")
    assert "This is in the files, and is changed there." in text_of(of_files)
    assert re.search(r"<button[^>]*disabled[^>]*>Take it away", of_files.text)
    (kept,) = re.findall(r'action="([^"]*/revoke)"', of_files.text)
    assert send(client, "root", kept, []).status_code == 403
    assert send(client, "root", f"{role}/people", [("user", "nobody")]).status_code == 400


def test_a_form_without_a_script_says_the_same(client: TestClient) -> None:
    """The box of a group alone stands for all of it; what a box needs comes along, and is said."""
    role = clone(client)
    page = send(client, "root", f"{role}/boxes", edited(client, role, inboxes=True))
    assert "new ones included" in text_of(page)
    fewer = [field for field in fields_of(page, BOXES) if field != ("box", "inboxes.send[Sales]")]
    page = send(client, "root", f"{role}/boxes", fewer)
    assert "no longer included" in text_of(page)
    boxes = {value for name, value in fields_of(page, BOXES) if name == "box"}
    assert "inboxes.send[Support]" in boxes and "inboxes.send[Sales]" not in boxes
    page = send(client, "root", f"{role}/boxes", edited(client, role, tickets__edit=True))
    assert "came along" in text_of(page)
    closed = clone(client, "Closed", source="lead")
    assert "which this one extends" in text_of(see(client, "root", closed))
    page = send(client, "root", f"{closed}/boxes", edited(client, closed))
    assert '<div class="notes" role="status"></div>' in page.text  # what is closed was not unticked


def test_hostile_titles_are_text_or_refused(client: TestClient) -> None:
    """On each page; what cannot be sent in a form at all is not tried."""
    made: dict[str, str] = {}
    for text in some_of([text for text in HOSTILE_TEXTS if not SURROGATES(text)], 12):
        answer = send(client, "root", ROLES, [("title", text)])
        assert answer.status_code in (303, 400, 403), text_of(answer)
        if answer.status_code == 303:
            made[answer.headers["location"]] = " ".join(text.strip()[:100].split())
            page = see(client, "root", answer.headers["location"])
            assert page.status_code == 200 and page.text.count("<script") == 1
    assert made
    for path in (ROLES, "/settings/history"):
        page = see(client, "root", path)
        words = " ".join(html.unescape(page.text).split())
        assert page.status_code == 200 and page.text.count("<script") == 1
        assert path != ROLES or all(title in words for title in made.values())


def test_hostile_forms_and_addresses_are_refused(client: TestClient) -> None:
    """With an answer, and never with a failure of the server."""
    for text in some_of(HOSTILE_TEXTS, 12):
        path = f"{ROLES}/{quote(text.encode('utf-8', 'surrogatepass'), safe='')[:2000]}"
        assert see(client, "root", path).status_code in (400, 404), path
        if SURROGATES(text):
            continue
        for name in ("grant", "shown", "seen"):
            sent = [(name, text), ("seen", "0"), ("shown", "{}"), ("box", text)]
            assert send(client, "root", f"{ROLES}/agent/boxes", sent).status_code in (200, 400), name
        cloned = send(client, "root", ROLES, [("title", "x"), ("clone", text)])
        assert cloned.status_code in (303, 403, 409)  # a blank is no role to clone
        assert send(client, "root", f"{ROLES}/agent", sent).status_code in (400, 403, 409)


def test_another_site_cannot_send_forms(client: TestClient) -> None:
    """With the cookie of somebody who is signed in; each page tells browsers to run nothing of others."""
    own = {"origin": "http://testserver"}
    signed = client.post("/sign-in", data={"user": "root", "account": "acme"}, headers=own)
    assert (signed.status_code, signed.headers["location"]) == (303, ROLES)
    assert "SameSite=lax" in signed.headers["set-cookie"] and "HttpOnly" in signed.headers["set-cookie"]
    for sent, status in (
        ({"sec-fetch-site": "same-origin"}, 303),
        ({"sec-fetch-site": "cross-site", **own}, 403),
        ({"sec-fetch-site": "same-site", **own}, 403),
        ({"origin": "http://evil.example"}, 403),
        ({"origin": "null"}, 403),
        ({}, 403),
        (own, 303),
    ):
        assert client.post(ROLES, data={"title": "New"}, headers=sent).status_code == status, sent
    page = client.get(ROLES)
    assert "script-src 'self'" in page.headers["content-security-policy"]
    assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?! type=\"module\" src=)", page.text)
    assert client.post("/sign-in", data={"user": "root", "account": "acme"}).status_code == 403


def test_every_sentence_is_in_both_languages() -> None:
    """What pages and code say has a German text, and no German text is of no use."""
    home = HELPDESK / "helpdesk"
    said = set[str]()
    for path in (*home.glob("*.py"), *home.glob("templates/*.html")):
        source = path.read_text("utf-8")
        said |= set(re.findall(r'(?:words|said|_)\(\s*"((?:[^"\\]|\\.)*)"', source))
        said |= set(re.findall(r'"((?:team |role )?\{(?:what|who|name|after)\}[^"]*)"', source))
    assert said == set(words.translations("de"))
    fields = re.compile(r"\{\w+\}").findall
    assert all(
        sorted(fields(text)) == sorted(fields(other)) for text, other in words.translations("de").items()
    )
