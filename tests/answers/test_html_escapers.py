"""What the escapers for HTML give is one element with one text, whatever the text is."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest

from hostile_strings import HOSTILE_TEXTS
from rolegate.texts.escaping import code_in_html, in_html, message_in_html, plain
from rolegate.texts.invisible import all_seen


class _Seen(HTMLParser):
    """The tags of a piece of HTML, and its text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append(f"<{tag}{attrs or ''}>")

    def handle_endtag(self, tag: str) -> None:
        self.found.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.mark.parametrize("text", HOSTILE_TEXTS, ids=lambda text: ascii(text[:24]))
def test_a_text_is_the_text_of_one_element(text: str) -> None:
    """Nothing in it is a tag, an attribute, a comment or an entity, and nothing of it is invisible."""
    for html, tag in ((in_html(text), "bdi"), (code_in_html(text), "code")):
        seen = _Seen(html)
        assert (seen.found, seen.text) == ([f"<{tag}>", f"</{tag}>"], plain(text))
        assert all_seen(html)


@pytest.mark.parametrize("text", HOSTILE_TEXTS, ids=lambda text: ascii(text[:24]))
def test_what_a_message_quotes_is_code_and_never_markup(text: str) -> None:
    """The text of the page is that of the message, without the backticks of what is quoted."""
    html = message_in_html(f"unknown `{text}` of `a`")
    seen = _Seen(html)
    assert set(seen.found) <= {"<bdi>", "</bdi>", "<code>", "</code>"}
    assert seen.text.replace("`", "") == plain(f"unknown {text} of a").replace("`", "")
