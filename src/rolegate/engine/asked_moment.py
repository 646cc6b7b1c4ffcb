"""The moment that a question or a command is about."""

from __future__ import annotations

from datetime import UTC, date, datetime

from rolegate.errors import InvalidQuestionError


def moment_of(at: date) -> datetime:
    """*at* with a zone: a date begins at 00:00 UTC, and a time without a zone is in UTC.

    Raises:
        InvalidQuestionError: for what is neither a date nor a time.
    """
    if not isinstance(at, date):
        raise InvalidQuestionError("`at` has a value of the wrong kind; give a `datetime`, or a `date`")
    if not isinstance(at, datetime):
        at = datetime(at.year, at.month, at.day, tzinfo=UTC)
    return at if at.utcoffset() is not None else at.replace(tzinfo=UTC)


def parse_moment(text: str) -> datetime:
    """The moment that *text* is in ISO form; a date begins at 00:00, and what has no offset is in UTC.

    Raises:
        ValueError: for another text, and for a moment before the first year or after the last.
    """
    moment = moment_of(datetime.fromisoformat(text))
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise ValueError(text) from error


MOMENT_FORMS = "2027-01-31, 2027-01-31T12:00 or 2027-01-31T12:00+02:00"
"""How a moment may be written."""
