"""Which rows of a table somebody may touch, asked in memory and in SQL."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from rolegate import Subject


def names_of_rows(subject: Subject, permission: str, session: Session, model: Any) -> set[str]:
    """The names of the rows that *subject* may touch; `can` of each row and `where` have to agree."""
    checked = {row.name for row in session.scalars(select(model)) if subject.can(permission, row)}
    selected = set(session.scalars(select(model.name).where(subject.where(permission, model))))
    assert (permission, selected) == (permission, checked)
    return checked
