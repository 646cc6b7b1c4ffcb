"""What Flask does with the requests of a rule before its view sees them."""

from __future__ import annotations

from flask import Flask


def answered_by_flask(rule: object) -> bool:
    """Whether OPTIONS is answered without calling the view."""
    return bool(getattr(rule, "provide_automatic_options", False))


def is_preprocessed(app: Flask, endpoint: str) -> bool:
    """Whether the application changes the path parameters before the view gets them."""
    parts = endpoint.split(".")[:-1]
    blueprints = [".".join(parts[: n + 1]) for n in range(len(parts))]
    return any(app.url_value_preprocessors.get(name) for name in (None, *blueprints))
