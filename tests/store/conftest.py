"""What the tests of stores share: databases, stores in them, and tables of empty ones."""

from postgres import engine
from store_places import place
from stores import store

__all__ = ["engine", "place", "store"]
