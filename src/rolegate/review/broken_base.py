"""An older side with errors: the gate has no rules to judge by, so a change that mends it is not judged."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rolegate.errors import InvalidPolicyError

HELP = (
    "OLD has errors, so the gate has no rules to judge by: merge what mends them past this check, or compare "
    "with the last commit without errors, as `rolegate diff COMMIT..HEAD --gate` does"
)


@contextmanager
def reading_base(*, gate: bool) -> Iterator[None]:
    """While the older side is read, an error says what can be done, if the *gate* is asked.

    Raises:
        InvalidPolicyError: with this help.
    """
    try:
        yield
    except InvalidPolicyError as error:
        raise InvalidPolicyError(error.diagnostics, HELP if gate else "") from None
