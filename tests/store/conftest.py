"""What the tests of stores share: databases, and stores in them."""

from postgres import engine, postgres_url
from stores import store

__all__ = ["engine", "postgres_url", "store"]
