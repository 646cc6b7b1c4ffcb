"""Who sees what in protected sessions, for tests of which rows a session gives."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from rolegate.records import protect


class Owner:
    """Who sees what is hers."""

    def where(self, permission: str, model: Any, /) -> sa.ColumnElement[bool]:
        return sa.and_(model.owner == "ana")


@contextmanager
def protected(engine: sa.Engine, model: type[Any], permission: str) -> Iterator[Session]:
    """A session in which ana sees her rows of *model*; what it does does not stay."""
    with Session(engine) as session:
        protect(session, {model: permission}, Owner())
        yield session
        session.rollback()
