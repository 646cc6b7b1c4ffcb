"""A policy set that can be asked: what it declares, and what people may do at a time."""
