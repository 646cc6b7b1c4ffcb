"""What the tests of stores share: databases, stores in them, and tables of empty ones."""

from postgres import engine
from store_places import place
from stores import store
from tenant_desk import desk

__all__ = ["desk", "engine", "place", "store"]
