"""Texts of role files in every layout, full of comments, and what they say."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random
from urllib.parse import quote

from rolegate.documents.role_parts import RoleParts
from rolegate.documents.scalar_writer import written

PLAIN = (
    *("tickets.show@all", "tickets.show@team", "tickets.show@my", "tickets.*@my", "tickets.edit@my", "reply"),
    *("inboxes.access[Default]", "inboxes.access[*]", "accounts.access[allegro/shop-1]", "*", "settings.*"),
    *("inboxes.access[support@shop.example]", "contacts.fields.phone@edit", "contacts.fields.phone@view"),
)
HOSTILE = (
    *("", " ", "a b", "yes", "No", "null", "~", "<<", "=", "1", "-1", "1e3", "0x1f", "12:30", "2026-01-01"),
    *("# x", "a #b", "a#b", "a: b", "a:b", "a:", ":a", "- a", "-a", "-", "? a", "?a", "@a", "`a", "%a", "&a"),
    *("*a", "!a", "|", "|-#", ">", "'", "''", '"', 'it\'s "x"', "\\", "a\\n", "[a", "a]", "{a}", "a, b"),
    *("a\nb", "a\n", "\r\n", "\t", "a\tb", "\0", "\x1b[2J", "\x7f", "\x85", "\xa0", "a\u2028b", "\ufeff"),
    *(
        "\u202eabc",
        "\u200b",
        "می\u200cروم",
        "工单",
        "😀",
        "👩\u200d👧",
        "...",
        "---",
        "--- a",
        "--",
        "a" * 200,
    ),
    *("Zoë", " a", "a ", "\uffff", "\U000e0067", "{{ x }}", "a: [b]", "y: {", "]", "}", "http://a.b/c?d=e"),
)
"""What a title or an id may be, although YAML and people stumble over it."""

COMMENTS = ("why", "it's", 'a "quote', "- x", "key: value", "[", "}", "# twice", "&a *b !c", "| >", "عربي")


@dataclass(slots=True)
class DrawnRoleFile:
    """A text with a role called `x` in it. `free` comments are beside nothing, `beside` tells of which item.

    `firm` says that it is one of those in which anything may be changed.
    """

    text: str
    parts: RoleParts
    free: list[str]
    beside: dict[str, tuple[str, str]]
    firm: bool


@dataclass(slots=True)
class _Writing:
    draw: Random
    free: list[str] = field(default_factory=list)
    beside: dict[str, tuple[str, str]] = field(default_factory=dict)
    number: int = 0
    firm: bool = True

    def comment(self, item: tuple[str, str] | None = None) -> str:
        self.number += 1
        text = f"# {self.number} {self.draw.choice(COMMENTS)}"
        if item is None:
            self.free.append(text)
        else:
            self.beside[text] = item
        return text

    def maybe(self, chance: float) -> bool:
        return self.draw.random() < chance

    def end(self, item: tuple[str, str] | None = None, chance: float = 0.3) -> str:
        """The end of a line, perhaps with a comment."""
        return f"{' ' * self.draw.choice((1, 2, 7))}{self.comment(item)}" if self.maybe(chance) else ""

    def between(self, column: int) -> Iterator[str]:
        """Lines that say nothing."""
        while self.maybe(0.25):
            margin = " " * max(0, column + self.draw.choice((0, 0, 0, 2, -2)))
            yield f"{margin}{self.comment()}" if self.maybe(0.7) else ""

    def scalar(self, text: str, flow: bool) -> str:
        plain = written(text, flow=flow)
        simple = text.isprintable() and text.isascii()
        if simple and self.maybe(0.2):
            return "'" + text.replace("'", "''") + "'"
        return (
            '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
            if simple and self.maybe(0.2)
            else plain
        )

    def texts(self, key: str, texts: tuple[str, ...], column: int, flow: bool) -> Iterator[str]:
        """Lines of `key: […]`."""
        draw, margin = self.draw, " " * column
        style = draw.choice(("block", "block", "block", "line", "tidy", "wrapped")) if texts else "line"
        if len(texts) == 1 and self.maybe(0.3):
            yield f"{margin}{key}: {self.scalar(texts[0], flow)}" + self.end((key, texts[0]))
        elif flow or style == "line":
            pad, comma = draw.choice(("", "", " ")), draw.choice((", ", ", ", ",", " , "))
            end = draw.choice(("", "", ",")) if texts else ""
            inner = comma.join(self.scalar(text, True) for text in texts)
            yield f"{margin}{key}: [{pad}{inner}{end}{pad}]" + self.end(("key", key))
        elif style == "block":
            dash = margin + " " * draw.choice((0, 2, 2, 4))
            yield f"{margin}{key}:" + self.end()
            for text in texts:
                yield from self.between(len(dash))
                yield f"{dash}-{' ' * draw.choice((1, 1, 1, 3))}{self.scalar(text, False)}" + self.end(
                    (key, text)
                )
        elif style == "tidy":
            yield f"{margin}{key}: [" + self.end(("key", key))
            trailing = self.maybe(0.5)
            for number, text in enumerate(texts):
                yield from self.between(column + 2)
                comma = "," if trailing or number < len(texts) - 1 else ""
                yield f"{margin}  {self.scalar(text, True)}{comma}" + self.end((key, text))
            yield f"{margin}  ]" + self.end(("key", key))
        else:
            line = f"{margin}{key}: ["
            for number, text in enumerate(texts):
                line += self.scalar(text, True) + ("," if number < len(texts) - 1 else "]")
                if number < len(texts) - 1 and self.maybe(0.5):
                    end = self.end(("wrapped", text), 0.1)
                    self.firm = self.firm and not end
                    yield line + end
                    line = f"{margin}    "
            yield line + self.end(("key", key))

    def body(self, parts: RoleParts, column: int) -> Iterator[str]:
        """Lines of the keys of a role, but for its name."""
        keys = [(key, value) for key, value in parts.values() if value not in (None, False, ())]
        keys = [(key, value) for key, value in keys if key not in ("role", "accept", "labels")]
        self.draw.shuffle(keys)
        for key, value in keys:
            yield from self.between(column)
            if isinstance(value, bool):
                yield f"{' ' * column}{key}: true" + self.end(("key", key))
            elif key in ("grants", "except", "extends", "assumed"):
                texts = (value,) if isinstance(value, str) else tuple(value)
                yield from self.texts(key, texts, column, False)
            else:
                assert isinstance(value, str)
                yield f"{' ' * column}{key}: {self.scalar(value, False)}" + self.end(("key", key))


def role_parts(draw: Random, name: str = "x", *, hostile: bool = True) -> RoleParts:
    """What a role says, drawn."""

    def texts(most: int) -> tuple[str, ...]:
        pool = (*PLAIN, *HOSTILE) if hostile and draw.random() < 0.5 else PLAIN
        return tuple(dict.fromkeys(draw.choice(pool) for _ in range(draw.choice((0, 1, 2, 3, most)))))

    def text(*others: str) -> str | None:
        return draw.choice((None, "plain", "two words", *others, draw.choice(HOSTILE) if hostile else "z"))

    return RoleParts(
        name,
        title=text(),
        description=text("some\nlines\n"),
        source=text(),
        assumed=texts(3),
        kind=draw.choice((None, "staff", "yes")),
        extends=tuple(text for text in texts(2) if text and len(quote(text)) < 200),
        locked=draw.random() < 0.2,
        grants=texts(9),
        excepted=texts(4),
    )


def drawn_role_file(seed: int) -> DrawnRoleFile:
    """The text of a role file, drawn from *seed*."""
    draw = Random(seed)
    writing = _Writing(draw)
    parts = role_parts(draw)
    lines = list(writing.between(0))
    if draw.random() < 0.5:
        rest = list(writing.body(parts, 0))
        name = "role: x" + writing.end(("key", "role"))
        lines += [name, *rest]
    else:
        lines.append("roles:" + writing.end())
        names = draw.choice((["x"], ["a", "x"], ["x", "b"], ["a", "x", "b"]))
        for name in names:
            own = parts if name == "x" else role_parts(draw, name)
            lines += writing.between(2)
            body = list(writing.body(own, 4))
            empty = not any(line.strip() and not line.strip().startswith("#") for line in body)
            lines += [f"  {name}:{' {}' if empty else ''}" + writing.end(), *body]
    lines += writing.between(0)
    newline = draw.choice(("\n", "\n", "\n", "\r\n", "\r"))
    text = newline.join(lines) + (newline if draw.random() < 0.8 else "")
    mark = "\ufeff" if draw.random() < 0.1 else ""
    return DrawnRoleFile(mark + text, parts, writing.free, writing.beside, writing.firm)
