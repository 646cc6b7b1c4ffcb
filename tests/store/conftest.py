"""What the tests of stores share: databases, stores in them, and tables of empty ones."""

from older_stores import older
from postgres import engine
from store_places import place
from stores import store
from tenant_desk import desk

__all__ = ["desk", "engine", "older", "place", "store"]
