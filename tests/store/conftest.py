"""What the tests of stores share: databases, and tables of a store in them."""

from postgres import engine, postgres_url
from store_places import place

__all__ = ["engine", "place", "postgres_url"]
