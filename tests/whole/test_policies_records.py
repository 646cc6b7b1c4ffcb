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
