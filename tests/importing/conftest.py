"""What the tests of imports share: a PostgreSQL server."""

from __future__ import annotations

from postgres import postgres_url

__all__ = ["postgres_url"]
