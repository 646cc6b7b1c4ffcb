"""A small help desk that asks rolegate."""
