"""The help desk of the examples, with its settings in a store of this process."""

from __future__ import annotations

import atexit
import html
import os
import re
import sys
import tempfile
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from fastapi.testclient import TestClient

from repository import ROOT

HELPDESK = ROOT / "examples" / "helpdesk"
sys.path.insert(0, str(HELPDESK))

_FOLDER = tempfile.TemporaryDirectory(prefix="helpdesk-", ignore_cleanup_errors=True)
atexit.register(_FOLDER.cleanup)
os.environ["HELPDESK_STORE"] = f"sqlite:///{_FOLDER.name}/roles.db"

from helpdesk import told, words  # noqa: E402  # found by the path above
from helpdesk.access import current_subject, gate, rg, store  # noqa: E402
from helpdesk.app import app  # noqa: E402
from helpdesk.settings import NEWEST  # noqa: E402

__all__ = ["NEWEST", "app", "client", "current_subject", "gate", "rg", "store", "told", "words"]

ADMINS = {"acme": "root", "beta": "pia"}


@pytest.fixture
def client() -> Iterator[TestClient]:
    """The application; what a test made at run time is gone after it."""
    with TestClient(app, follow_redirects=False) as opened:  # starts it, which fills its tables anew
        yield opened
    forget_roles()


def forget_roles() -> None:
    """Each account has what the files say."""
    for account, user in ADMINS.items():
        with store.reading() as snapshot:
            made = snapshot.items(domains=[account], kinds=["role", "binding"], owner="run time")
        admin = store.admin(user, domain=account)
        for item in made:
            if item.kind == "binding" and "role" in item.document:
                gate.at_least(admin.revoke(**item.document).revision)
        for item in made:
            if item.kind == "role":
                gate.at_least(admin.delete_role(str(item.document["role"])).revision)


def headers(user: str) -> dict[str, str]:
    return {"x-user": user, "x-account": "beta" if user in ("dan", "eve", "pia") else "acme"}


def see(client: TestClient, user: str, path: str) -> Any:
    return client.get(path, headers=headers(user))


def send(client: TestClient, user: str, path: str, fields: Iterable[tuple[str, str]]) -> Any:
    """A form as a browser sends it."""
    kind = {"content-type": "application/x-www-form-urlencoded"}
    return client.post(path, content=urlencode(list(fields)), headers={**headers(user), **kind})


def fields_of(page: Any, form: str) -> list[tuple[str, str]]:
    """What a browser would send of the form that has the text *form*: ticked boxes, and no disabled field."""
    (part,) = [part for part in re.findall(r"<form.*?</form>", page.text, re.DOTALL) if form in part]
    found = []
    for tag in re.findall(r"<input[^>]*>", part):
        said = {key: html.unescape(value) for key, value in re.findall(r'([\w-]+)="([^"]*)"', tag)}
        wanted = said.get("type") != "checkbox" or re.search(r"\schecked\b", tag)
        if wanted and "name" in said and not re.search(r"\sdisabled\b", tag):
            found.append((said["name"], said.get("value", "")))
    return found


def text_of(page: Any) -> str:
    """The words of a page."""
    main = page.text[page.text.index("<main>") :]
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", main)).split())
