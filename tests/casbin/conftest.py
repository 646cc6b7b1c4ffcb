"""What the tests of adapters share: databases, and one without a table of rules."""

from adapter_tables import rules
from postgres import engine, postgres_url

__all__ = ["engine", "postgres_url", "rules"]
