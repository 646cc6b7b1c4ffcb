"""What the tests of adapters share: databases, and one without a table of rules."""

from adapter_tables import rules
from postgres import engine

__all__ = ["engine", "rules"]
