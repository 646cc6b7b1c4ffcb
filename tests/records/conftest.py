"""What the tests of records share: databases."""

from postgres import engine, postgres_url

__all__ = ["engine", "postgres_url"]
