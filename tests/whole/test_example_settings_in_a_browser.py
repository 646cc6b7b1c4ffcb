"""The settings of the example application as somebody uses them: in a real Chromium."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from fastapi.testclient import TestClient
from playwright.sync_api import Browser, BrowserContext, Page

from real_browser import Looked, browser
from served_application import served
from settings_pages import client, gate, store

__all__ = ["browser", "client"]

pytestmark = pytest.mark.slow

HOSTILE = "</span><script>alert(1)</script>\u202e{{ 7 * 7 }}"


@dataclass
class Visitor:
    """Somebody who is signed in, in a window of their own."""

    seen: Looked
    address: str

    @property
    def page(self) -> Page:
        return self.seen.page

    def open(self, path: str) -> Page:
        self.page.goto(f"{self.address}{path}")
        return self.page

    def press(self, name: str) -> None:
        """Click a button, and wait for the next page."""
        with self.page.expect_navigation():
            self.page.get_by_role("button", name=name, exact=True).click()

    def clean(self) -> None:
        """axe finds nothing, the browser has no complaint, and the page fits into the window."""
        assert ([], []) == (self.seen.barriers(), self.seen.complaints)
        assert self.fits()

    def fits(self) -> bool:
        found: bool = self.page.locator("html").evaluate("root => root.scrollWidth <= root.clientWidth")
        return found


SignIn = Callable[..., Visitor]


@pytest.fixture
def sign_in(browser: Browser, client: TestClient) -> Iterator[SignIn]:
    """Signs somebody in with a window of its own; *settings* are those of `Browser.new_context`."""
    windows: list[BrowserContext] = []
    with served(client) as address:

        def made(user: str, account: str = "acme", **settings: Any) -> Visitor:
            windows.append(browser.new_context(viewport=settings.pop("viewport", None), **settings))
            seen = Looked(windows[-1].new_page(), [], [])
            seen.page.on("console", lambda message: seen.complaints.append(message.text))
            seen.page.on("pageerror", lambda error: seen.complaints.append(str(error)))
            visitor = Visitor(seen, address)
            visitor.open("/sign-in")
            seen.page.get_by_label("Person").fill(user)
            seen.page.get_by_label("Account").fill(account)
            visitor.press("Sign in")
            return visitor

        yield made
        for window in windows:
            window.close()


def lead_of_the_night(given: str = "cy", *, user: str = "root", account: str = "acme") -> str:
    """A clone of the role of a lead, which *given* has; the path of its page."""
    admin = store.admin(user, domain=account)
    admin.clone_role("lead", "night", title=f"Night {HOSTILE}")
    gate.at_least(admin.assign(user=given, role="night").revision)
    return "/settings/roles/night"


def settled(page: Page) -> None:
    """The server has said what came along with a click."""
    page.locator("#role:not([aria-busy])").wait_for()


def may_edit(user: str = "cy") -> bool:
    return gate.check(user, "tickets.edit", domain="acme", scope="team")


def test_a_role_is_cloned_edited_and_given_by_mouse(sign_in: SignIn) -> None:
    """What the other person may do is another thing once it is saved, and once it is undone."""
    root = sign_in("root")
    page = root.page
    page.locator("li", has=page.get_by_role("link", name="Lead", exact=True)).locator("summary").click()
    page.get_by_label("Title of the new role").locator("visible=true").fill("Night")
    root.press("Clone Lead")
    page.get_by_role("link", name="People and teams: 0").click()
    page.get_by_label("Give it to").select_option("Cy")
    root.press("Give")
    assert may_edit()
    page.get_by_role("link", name="What the role may do").click()
    edit = page.get_by_role("group", name="Edit", exact=True)
    edit.get_by_label("All").check()
    settled(page)
    edit.get_by_label("Team").uncheck()
    settled(page)
    assert not edit.get_by_label("All").is_checked() and may_edit()
    for _ in range(2):  # faster than the server answers
        page.get_by_label("Read all inboxes").click()
        page.get_by_role("checkbox", name="Card number").click()
    page.get_by_label("Edit settings").click()
    settled(page)
    assert page.get_by_label("Edit settings").is_checked()
    assert page.get_by_label("Read all inboxes").is_checked()
    assert not page.get_by_role("checkbox", name="Card number").is_checked()
    page.get_by_label("Edit settings").click()
    settled(page)
    root.press("Preview")
    assert "Cy\nTickets: Edit (My), until now Tickets: Edit (Team)" in page.locator(".losses").inner_text()
    root.press("Save")
    assert not may_edit()
    page.get_by_role("link", name="History").click()
    with page.expect_navigation():
        page.get_by_role("button", name="Undo").first.click()
    assert may_edit()
    assert root.seen.complaints == []


def test_a_role_is_edited_by_keyboard(sign_in: SignIn) -> None:
    """Boxes are reached with the arrows, groups folded, a permission found, and the role saved."""
    path = lead_of_the_night()
    root = sign_in("root")
    page, press = root.open(path), root.page.keyboard.press
    focused = page.locator("input[name=box]:focus")
    for _ in range(10):
        press("Tab")
        if page.locator("#search:focus").count():
            break
    page.keyboard.type("edit set")
    assert page.get_by_text("1 found").is_visible()
    assert page.get_by_label("Show contacts").is_hidden()
    press("Tab")
    press("Tab")
    values = []
    for _ in range(3):
        values.append(focused.get_attribute("value"))
        press("ArrowDown")
    assert values == ["*", "settings", "settings.edit"]
    press("ArrowLeft")
    assert focused.get_attribute("value") == "settings"
    press("ArrowLeft")
    assert page.get_by_label("Edit settings").is_hidden()
    press("ArrowRight")
    press("ArrowDown")
    press("Space")
    settled(page)
    assert focused.get_attribute("value") == "settings.edit" and focused.is_checked()
    assert page.locator("[value=settings]").evaluate("box => box.indeterminate")
    for _ in range(40):
        press("Tab")
        if page.get_by_role("button", name="Preview").evaluate("button => button === document.activeElement"):
            break
    with page.expect_navigation():
        press("Enter")
    assert "Cy\nSettings: Edit settings" in page.locator(".gains").inner_text()
    page.get_by_role("button", name="Save").focus()
    with page.expect_navigation():
        press("Enter")
    assert gate.check("cy", "settings.edit", domain="acme")
    assert root.seen.complaints == []


def test_the_pages_shut_nobody_out(sign_in: SignIn) -> None:
    """With hostile titles; for one who may edit, for one who may not, and in German."""
    path = lead_of_the_night()
    store.admin("root", domain="acme").edit_role("night", grants=["tickets.show@all"])
    root = sign_in("root")
    root.clean()
    for shown in (f"{path}/people", "/settings/history", path):
        root.open(shown)
        root.clean()
    root.page.get_by_label("Edit settings").check()
    settled(root.page)
    root.press("Preview")
    root.clean()
    bo = sign_in("bo")
    for shown in ("/settings/roles", path):
        bo.open(shown)
        bo.clean()
        assert bo.page.get_by_text("You may not manage access").is_visible()
        enabled = bo.page.locator("main :is(button, [name=box], [name=title]):visible:enabled")
        assert set(enabled.evaluate_all("all => all.map(one => one.className)")) <= {"fold"}
    pia = sign_in("pia", "beta")
    pia.open("/settings/roles/lead")
    pia.clean()
    assert pia.page.locator("html").get_attribute("lang") == "de"
    pia.open("/settings/roles")
    assert pia.page.get_by_text("Night").count() == 0


def test_the_pages_in_the_dark_and_on_a_telephone(sign_in: SignIn) -> None:
    """In both at once: colours have contrast, and nothing has to be scrolled sideways."""
    path = lead_of_the_night()
    root = sign_in("root", color_scheme="dark", viewport={"width": 400, "height": 800})
    root.clean()
    for shown in (f"{path}/people", "/settings/history", path):
        root.open(shown)
        assert root.fits()
    root.clean()
    root.page.get_by_label("Edit settings").check()
    settled(root.page)
    root.press("Preview")
    root.clean()


def test_a_lost_race_is_a_page(sign_in: SignIn) -> None:
    """It says what the other one changed; whoever goes on with theirs sees the preview once more."""
    path = lead_of_the_night()
    root = sign_in("root")
    page = root.open(path)
    page.get_by_label("Edit settings").check()
    settled(page)
    store.admin("root", domain="acme").edit_role("night", grants=["tickets.show@all"])
    with page.expect_navigation():
        page.get_by_role("button", name="Preview").click()
    assert "− Tickets: Edit" in page.locator("main").inner_text()
    assert [text for text in root.seen.complaints if "409" not in text] == []
    root.seen.complaints.clear()
    root.clean()
    root.press("Go on with mine, in the place of theirs")
    root.press("Preview")
    assert "Settings: Edit settings" in page.locator(".gains").inner_text()
    root.press("Save")
    assert gate.check("cy", "settings.edit", domain="acme")


def test_the_pages_work_without_scripts(sign_in: SignIn) -> None:
    """Everything is unfolded, and a button shows what comes along."""
    path = lead_of_the_night()
    root = sign_in("root", java_script_enabled=False)
    page = root.open(path)
    assert page.locator("[name=box]:visible").count() == page.locator("[name=box]").count()
    assert page.locator(".fold:visible, #search:visible").count() == 0
    page.get_by_label("See the settings").uncheck()
    page.get_by_label("Edit settings").check()
    root.press("Show what comes along")
    assert page.get_by_label("See the settings").is_checked()
    root.press("Preview")
    root.press("Save")
    assert gate.check("cy", "settings.edit", domain="acme")
