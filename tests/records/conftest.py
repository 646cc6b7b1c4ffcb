"""What the tests of records share: databases, and the tickets in them."""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from postgres import engine
from tickets import fill

__all__ = ["engine", "session"]


@pytest.fixture(scope="module")
def session(engine: sa.Engine) -> Iterator[Session]:
    """A session on the filled tables."""
    fill(engine, 60)
    with Session(engine) as session:
        yield session
        session.rollback()
