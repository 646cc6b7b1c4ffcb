"""What is posted elsewhere: text from policy files is visible in Markdown, and nothing else comes of it.

`HOSTS` is a model of what GitHub and GitLab look for in rendered text outside code; the rendering is that of
a Markdown library.
"""

from __future__ import annotations

import random
import re

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

from rolegate.answers.matrix import Matrix, MatrixCell, MatrixColumn, MatrixRow
from rolegate.answers.matrix_markdown import matrix_markdown
from rolegate.texts.escaping import in_csv, in_markdown, plain

MARKDOWN = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])

HOSTS = {
    "mention": r"[@＠]\w",
    "issue, snippet, epic, milestone, label": r"(?<![\w&])[#!$&%~]\w|\w[#!]\d",
    "issue with a key": r"[A-Za-z]-\d",
    "commit": r"\b[0-9a-fA-F]{7,64}\b",
    "address": r"www\.|://|\w\.\w|mailto:",
    "emoji": r":[\w+-]+:",
    "formula": r"\$",
    "footnote": r"\[\^",
}

TEXTS = (
    "@everyone", "@org/team", "cc @all!", "ana@example.org", "www.example.org", "https://example.org/x?y=1",
    "#12", "owner/repo#12", "GH-1", "ABC-77", "!3", "&4", "%5", "~bug", "$x$", "$6", "deadbeef", "0123456789",
    ":x:", ":+1:", "<img src=x onerror=alert(1)>", "<!-- -->", "&#64;everyone", "&commat;all", "a|b", "a\\|b",
    "a\\", "\\", "|", "||", "`", "``a`", "`@all`", "`` ` ``", "*a*", "**a**", "_a_", "~~a~~", "[a](https://b)",
    "![a](b)", "[x]", "[^1]", "a\u202eb", "a\u200bb", "- a", "1. a", "> a", "# a", "", " ", " a ", "\ta",
    "$`x`$", "@my", "[Default]@my", "Trips #1", "/close", "R&D", "Erste Hilfe (neu)", "Qu’est-ce que c’est ?",
    "100 %", "[vulnerability:1]", "a\nb", "https\\://a.b",
)  # fmt: skip


def rendered(markdown: str) -> list[list[Token]]:
    """The pieces of each title and cell."""
    return [token.children or [] for token in MARKDOWN.parse(markdown) if token.type == "inline"]


def seen(pieces: list[Token]) -> tuple[str, str]:
    """What a reader sees, and the part of it outside code; markup from the text fails."""
    assert {token.type for token in pieces} <= {
        "text",
        "text_special",
        "code_inline",
        "strong_open",
        "strong_close",
    }
    texts = [token for token in pieces if token.type != "strong_open" and token.type != "strong_close"]
    outside = "".join(token.content if token.type != "code_inline" else "\0" for token in texts)
    return "".join(token.content for token in texts), outside


def check(text: str) -> None:
    """*text* in a title, a head and a cell of a matrix, and as the name of a group."""
    held = MatrixCell("partial", labels=(text,), titles=(text,))
    rows = (MatrixRow("g", text, 0, True, (MatrixCell(),)), MatrixRow("g.p", text, 1, False, (held,)))
    pieces = rendered(matrix_markdown(Matrix(text, (MatrixColumn("r", text),), rows), text))
    visible = [seen(token) for token in pieces]
    wanted = plain(text).strip()
    normal = [" ".join(whole.replace("\u2003", " ").split()) for whole, _ in visible if whole.strip()]
    words = " ".join(wanted.split())
    title = " ".join(plain(text).split())
    head = [title] if title else []
    assert normal == [*head, "Permission", *head, *head, *head, *([words] if words else [])]
    for _, outside in visible:
        for what, pattern in HOSTS.items():
            assert not re.search(pattern, outside), (what, outside)


@pytest.mark.parametrize("text", TEXTS, ids=ascii)
def test_text_is_visible_and_nothing_else(text: str) -> None:
    """No mention, reference, link, picture, formula or markup; one row stays one row of two cells."""
    check(text)


@pytest.mark.parametrize("seed", range(4))
def test_whatever_is_put_together(seed: int) -> None:
    """The same of texts that are drawn from pieces of such texts."""
    drawn = random.Random(seed)
    pieces = [
        *"@#!&%~$:`|\\*_<>[]()^./-+= a1é",
        *TEXTS,
        "everyone",
        "org",
        "12",
        "abcdef0",
        "\u00a0",
        "\u2066",
    ]
    for _ in range(400):
        check("".join(drawn.choices(pieces, k=drawn.randint(1, 6))))


@pytest.mark.parametrize(
    "text", ["Show", "Erste Hilfe", "Qu’est-ce ?", "Read, write", "Édition", "工单", "2 of 3"]
)
def test_plain_words_stay_words(text: str) -> None:
    """What hosts read nothing into is not put into code."""
    assert "`" not in in_markdown(text)


def test_no_part_of_a_cell_is_a_formula() -> None:
    """Where `;` ends a cell, what follows it is no formula either."""
    assert "a; '=1+1" == in_csv("a; =1+1")
    assert "x;'@y;'-2; z" == in_csv("x;@y;-2; z")
    assert "'=1" == in_csv("=1")
