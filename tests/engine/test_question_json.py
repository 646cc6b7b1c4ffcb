"""A question in JSON: what a line of a batch, or the body of a request, may hold."""

from __future__ import annotations

import json

import pytest

from rolegate import InvalidQuestionError, Question

ASKED = {"user": "bo", "permission": "inboxes.access", "domain": "acme", "on": ["a", "b"], "scope": "my"}


@pytest.mark.parametrize("text", [json.dumps(ASKED), json.dumps(ASKED).encode()], ids=["text", "bytes"])
def test_a_json_text_is_the_question_of_its_object(text: str | bytes) -> None:
    """Text and UTF-8 bytes mean the same, and the same as the object."""
    assert Question.from_dict(ASKED) == Question.from_json(text)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('{"user": "bo", "user": "ana", "permission": "p"}', "duplicate key `user`"),
        ('{"user": "bo", "permission": "p", "per\\u006dission": "q"}', "duplicate key `permission`"),
        ('{"user": "bo", "permission": "p", "on": {"\\n": 1, "\\n": 2}}', "duplicate key `\\n`"),
        ('{"user": "bo", "permission": "p", "any": NaN}', "not JSON: `NaN` is not a valid number"),
        ('{"user": "bo", "permission": "p"} {}', "not JSON: Extra data at character 35"),
        (b'{"user": "\xff"}', "not UTF-8 text at byte 11"),
        (b"\xff\xfe{\x00}\x00", "not UTF-8 text at byte 1"),
        ("[" * 100_000, "not JSON: its lists and objects are too deep in each other"),
        ("[" * 101 + "]" * 101, "not JSON: its lists and objects are too deep in each other"),
        ("9" * 10_000, "not JSON: a number has too many digits"),
        ("null", "not a JSON object"),
        (" " * (1 << 20) + "{}", "the question is longer than a megabyte"),
    ],
    ids=range(12),
)
def test_what_is_not_one_question_is_refused(text: str | bytes, says: str) -> None:
    """JSON readers disagree about duplicate keys, encodings and NaN; none of them is guessed at."""
    with pytest.raises(InvalidQuestionError) as refused:
        Question.from_json(text)
    assert says == str(refused.value)
