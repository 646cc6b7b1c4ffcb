"""Questions as JSON lines: each is answered as it is read, and what is no question gets no for an answer."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import nullcontext
from typing import IO, TYPE_CHECKING, Any

from rolegate_cli.guard import NO, USAGE, YES, UnreadableInputError
from rolegate_cli.messages import complain
from rolegate_cli.output import Output

if TYPE_CHECKING:
    from rolegate import Policy

LONGEST = 1 << 20  # no question is a megabyte long; reading on would fill the memory


class NotAQuestionError(ValueError):
    """A line that cannot be asked; the message says why."""


def answer_batch(policy: Policy, source: str) -> int:
    """Answer every line of *source*, `-` being stdin; the exit code counts the whole batch."""
    from rolegate import InvalidQuestionError, Question

    output = Output()
    asked = denied = unreadable = 0
    with _opened(source) as lines:
        for number, line in _lines(lines):
            asked += 1
            try:
                decision = policy.check(Question.from_dict(parsed(line)))
            except (NotAQuestionError, InvalidQuestionError) as failure:
                unreadable += 1
                answer: dict[str, Any] = {"allowed": False, "error": f"line {number}: {failure}"}
            else:
                denied += not decision.allowed
                answer = decision.to_dict()
            # INVARIANT: written and flushed before the next line is read; a caller may wait for the answer.
            output.write(json.dumps(answer) + "\n")
            output.flush()
    if not asked:
        complain("the batch holds no question")
    return USAGE if unreadable else NO if denied else YES


def parsed(line: bytes | None) -> dict[str, Any]:
    """The JSON object on a line, or NoQuestion."""
    if line is None:
        raise NotAQuestionError("the line is longer than a megabyte")
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError as failure:
        raise NotAQuestionError(f"not UTF-8 text at byte {failure.start + 1}") from None
    try:
        value = json.loads(text, object_pairs_hook=_without_twins)
    except NotAQuestionError:
        raise
    except json.JSONDecodeError as failure:
        raise NotAQuestionError(f"not JSON: {failure.msg} at character {failure.pos + 1}") from None
    except (ValueError, RecursionError):
        raise NotAQuestionError("not JSON that can be a question") from None
    if not isinstance(value, dict):
        raise NotAQuestionError("not a JSON object")
    return value


def _without_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) < len(pairs):
        raise NotAQuestionError("a key stands twice")
    return value


def _opened(source: str) -> Any:
    if source == "-":
        if sys.stdin is None:
            raise UnreadableInputError("there is no stdin to read questions from")
        return nullcontext(sys.stdin.buffer)
    try:
        return open(source, "rb")
    except OSError as failure:
        raise UnreadableInputError(f"cannot read {source}: {failure.strerror}") from failure


def _lines(source: IO[bytes]) -> Iterator[tuple[int, bytes | None]]:
    """The lines that are not blank, numbered; None stands for one that is too long."""
    number = 0
    while line := _read(source):
        number += 1
        if len(line) == LONGEST and not line.endswith(b"\n"):
            while (more := _read(source)) and not more.endswith(b"\n"):
                pass
            yield number, None
        elif stripped := line.strip():
            yield number, stripped


def _read(source: IO[bytes]) -> bytes:
    try:
        return source.readline(LONGEST)
    except OSError as failure:
        raise UnreadableInputError(f"cannot read the batch: {failure.strerror}") from failure
