"""Which records the shipped sets allow: what "my" means, and what it takes."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import rolegate
from repository import ROOT
from rolegate import Gate

AT = datetime(2026, 10, 1, tzinfo=UTC)


def gate(name: str) -> Gate:
    """The gate of a set, at a time when all its lines hold."""
    return Gate(rolegate.load(ROOT / "policies" / name, at=AT))


def test_responsive_my_projects_take_create_project() -> None:
    """Document 004: at least one task, or created, "if they have the 'Create Project' option"."""
    responsive = gate("responsive")
    for user, domain, creates in (("noor", "birch", True), ("wei", "cedar", False)):
        subject = responsive.subject(user, domain)
        assert creates == subject.can("project.create")

        def project(domain: str = domain, **given: Any) -> dict[str, Any]:
            return {"company_id": domain, "tasks": [], "creator_id": "x", **given}

        task = {"assignee_id": user}
        answers = {
            "of others": subject.can("project.view", project()),
            "with a task": subject.can("project.view", project(tasks=[{"assignee_id": "x"}, task])),
            "created": subject.can("project.view", project(creator_id=user)),
            "created elsewhere": subject.can("project.view", project("dogwood", creator_id=user)),
        }
        assert {
            "of others": False, "with a task": True, "created": creates, "created elsewhere": False,
        } == answers  # fmt: skip


def test_responso_tickets_come_through_what_somebody_has_access_to() -> None:
    """Document 000: "ability to read messages from all inboxes", and tickets of removed integrations."""
    responso = gate("responso")
    empty = dict.fromkeys(
        ("inbox_id", "inbox_group_id", "integration_id", "account_id", "integration_removed", "assignee_id")
    )
    tickets: dict[str, dict[str, Any]] = {
        "Default": {"inbox_id": "Default"},
        "Complaints": {"inbox_id": "Complaints"},
        "Wholesale": {"inbox_id": "Wholesale"},
        "new inbox": {"inbox_id": "new"},
        "shop": {"integration_id": "allegro", "account_id": "shop-1", "integration_removed": False},
        "removed": {"integration_id": "gone", "account_id": "a", "integration_removed": True},
        "group": {"inbox_group_id": "Poland"},
    }
    expected = {
        ("olga", "acme"): set(tickets),
        ("hugo", "acme"): {"Default", "Wholesale", "new inbox", "shop"},
        ("bo", "acme"): {"Wholesale", "shop"},
        ("olga", "borealis"): set(),
    }
    for (user, domain), allowed in expected.items():
        subject = responso.subject(user, domain)
        found = {
            name
            for name, given in tickets.items()
            if subject.can("tickets.show", {"organization_id": domain, **empty, **given})
        }
        assert (user, allowed) == (user, found)
