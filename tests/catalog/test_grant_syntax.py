"""The grammar of grants: what a text is read as, and what it cannot be."""

from __future__ import annotations

import pytest

from rolegate.catalog.grant_syntax import (
    Grant,
    GrantSyntaxError,
    encode_instance,
    parse_grant,
    parse_instance,
)

READ = {
    "tickets.show": Grant("tickets.show"),
    "tickets.show@my": Grant("tickets.show", scope="my"),
    "inboxes.access[support]": Grant("inboxes.access", instance="support"),
    "inboxes.access[*]@team": Grant("inboxes.access", instance="*", scope="team"),
    "tickets.*": Grant("tickets", star=True),
    "*": Grant("", star=True),
    "*[allegro/*]@my": Grant("", star=True, instance="allegro/*", scope="my"),
    "files.open[a]b]": Grant("files.open", instance="a%5Db"),
    "files.open[50%25]": Grant("files.open", instance="50%25"),
}


@pytest.mark.parametrize("text", READ)
def test_a_grant_is_read_as_its_parts(text: str) -> None:
    """Path, star, instance and scope; ids are percent-encoded from here on."""
    assert READ[text] == parse_grant(text)


@pytest.mark.parametrize("text", READ)
def test_a_grant_is_written_as_it_was_read(text: str) -> None:
    """What is written means the same when it is read again."""
    assert READ[text] == parse_grant(str(READ[text]))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "@my",
        "[support]",
        "tickets.show@",
        "inboxes.access[support",
        "inboxes.access[support]my",
        "inboxes.access[]",
        "inboxes.access[a//b]",
        "inboxes.access[*/a]",
        "inboxes.access[a*]",
        "inboxes.access[%zz]",
        "inboxes.access[%ff]",
        "tickets.*.show",
        ".*",
        " tickets.show",
    ],
)
def test_what_is_not_a_grant_is_refused_with_help(text: str) -> None:
    """No text is read as less than it says; the exception says what to write."""
    with pytest.raises(GrantSyntaxError) as raised:
        parse_grant(text)
    assert str(raised.value) and raised.value.help
    assert raised.value.code == "RG307"


def test_a_column_has_room_for_every_instance_that_is_read() -> None:
    """A longer one has a code of its own."""
    with pytest.raises(GrantSyntaxError) as raised:
        parse_grant(f"inboxes.access[{'x' * 300}]")
    assert raised.value.code == "RG115"


def test_ids_of_an_instance_are_read_raw_and_written_encoded() -> None:
    """A slash that belongs to an id is escaped; a star at the end is everything below."""
    assert ("a/b", "é") == parse_instance("a%2Fb/é")
    assert "a%2Fb/%C3%A9" == encode_instance(("a/b", "é"))
    assert ("allegro",) == parse_instance("allegro/*")
    assert () == parse_instance("*")
