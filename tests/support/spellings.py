"""Who may use which inbox, and the many ways to write the id of one in a URL."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import quote
from uuid import UUID

from hypothesis import strategies as st

from desk import desk
from rolegate.gate.subject import Subject
from rolegate.integrations.instance_ids import id_of

BOX = UUID("0000000a-000b-4000-8000-00000000000a")
OTHER = UUID("0000000a-000b-4000-8000-00000000000b")
BINDINGS = f"""
    bindings:
      - {{user: ana, grants: ["inboxes.access[*]"], domain: acme}}
      - user: ana
        restrict: ["inboxes.access[7]", "inboxes.access[red]", "inboxes.access[{BOX}]"]
        domain: acme
      - user: bo
        grants: ["inboxes.access[7]", "inboxes.access[red]", "inboxes.access[{BOX}]"]
        domain: acme
"""
DOMAINS = f"""
    domains:
      acme: {{instances: {{inbox: ["7", red, {BOX}]}}}}
"""
"""The three that are restricted are known; `ana` may use every inbox but these, `bo` these and no other."""

_HOME = TemporaryDirectory(prefix="rolegate-spellings-")  # gone with the process
gate = desk(Path(_HOME.name), {"bindings.yaml": BINDINGS, "domains.yaml": DOMAINS})


def subject(user: str) -> Subject:
    return gate.subject(user, "acme")


def allowed(user: str, value: Any) -> bool:
    """What the gate says of the value that a handler got."""
    return gate.check(user, "inboxes.access", on=id_of(value), domain="acme")


IDS = ("7", "8", "70", "red", "blue", str(BOX), str(OTHER))


def _written(text: str) -> list[str]:
    """*text* and what some type or validator reads as the same."""
    found = [text, text.upper(), text.capitalize(), f" {text}", f"{text} ", f"\t{text}", f"{text}\n"]
    if text.isdigit():
        found += [
            f"0{text}",
            f"00{text}",
            f"+{text}",
            f"-{text}",
            f"{text}.0",
            f"{text}.",
            f"{text}e0",
            f"0_{text}",
        ]
        found += [text.translate({ord("0") + n: ord("０") + n for n in range(10)}), f"[{text}]", f'"{text}"']
    if "-" in text:
        plain = text.replace("-", "")
        found += [plain, plain.upper(), f"urn:uuid:{text}", f"{{{text}}}", f"urn:uuid:{text}".upper()]
    return found


def _quoted(text: str, every: bool) -> str:
    return "".join(f"%{byte:02X}" for byte in text.encode()) if every else quote(text, safe="")


SPELLINGS = st.builds(
    _quoted, st.sampled_from(IDS).flatmap(lambda text: st.sampled_from(_written(text))), st.booleans()
)
"""One segment of a URL."""

MANY = st.lists(SPELLINGS, min_size=4, max_size=8, unique=True)


class Users:
    """Django: who makes the request is said in a header, so that no database is needed."""

    def __init__(self, get_response: Any) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> Any:
        request.user = User(request.headers["x-user"])
        return self.get_response(request)


class User:
    """Django's idea of somebody."""

    is_active = is_authenticated = True

    def __init__(self, name: str) -> None:
        self.name = name


def django_subject(user: User) -> Subject:
    return subject(user.name)
