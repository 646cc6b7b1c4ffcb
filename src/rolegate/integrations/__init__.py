"""Glue for web frameworks; each module imports its framework, and this one imports none."""
