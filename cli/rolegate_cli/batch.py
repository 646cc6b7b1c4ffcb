"""Questions as JSON lines: each is answered as it is read; a line that is not a question is answered no."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import nullcontext
from typing import IO, TYPE_CHECKING, Any

from rolegate.engine.question_json import LONGEST
from rolegate_cli.asked_every import json_answer
from rolegate_cli.exit_codes import NO, USAGE, YES, UnreadableInputError
from rolegate_cli.output import Output
from rolegate_cli.stderr import complain

if TYPE_CHECKING:
    from rolegate import Policy


def answer_batch(policy: Policy, source: str, locale: str | None = None) -> int:
    """Answer every line of *source*, where `-` is stdin; the exit code is that of the whole batch.

    Raises:
        UnknownNameError: for an unknown language.
    """
    from rolegate import InvalidQuestionError, Question

    output = Output()
    asked = denied = unreadable = 0
    with _opened(source) as lines:
        for number, line in _lines(lines):
            asked += 1
            try:
                if line is None:
                    raise InvalidQuestionError("the line is longer than a megabyte")
                decision = policy.decide(Question.from_json(line), locale=locale)
            except InvalidQuestionError as failure:
                unreadable += 1
                answer: dict[str, Any] = {"allowed": False, "error": f"line {number}: {failure}"}
            else:
                denied += not decision.allowed
                answer = json_answer(policy, decision)
            # INVARIANT: written and flushed before the next line is read; a caller may wait for the answer.
            output.write(json.dumps(answer) + "\n")
            output.flush()
    if not asked:
        complain("the batch holds no questions")
    return USAGE if unreadable else NO if denied else YES


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
    """The lines that are not blank, with their numbers; None for one that is too long to keep."""
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
