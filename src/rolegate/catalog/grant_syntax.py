"""The grammar of grants: `path`, `path[instance]`, `path@scope`, `path[instance]@scope`."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, replace

from rolegate.diagnostics import quoted, short
from rolegate.encoding import MAX_COLUMN, decode, encode, untouched
from rolegate.errors import RolegateError

_PLAIN = re.compile(r"[A-Za-z0-9_.-]*[A-Za-z0-9_-]").fullmatch
"""Tells the paths that have neither a limit nor a star: most do, and there is nothing to take apart."""
_TAIL = re.compile(r"(\.\*)?([\[@]|\Z)")
_STAR_OF_OTHERS = re.compile(r"([A-Za-z][\w.:/-]*?)(?:[:/.]\*+)")
_IN_PARENTHESES = re.compile(r"([A-Za-z][\w.]*)[({<]([^(){}<>]*)[)}>]")
_BAD_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")


class GrantSyntaxError(RolegateError):
    """A text the grammar cannot read; `help` says what to write, `code` is how a policy file reports it."""

    def __init__(self, message: str, help: str = "", code: str = "RG307") -> None:
        super().__init__(message)
        self.help = help
        self.code = code


@dataclass(frozen=True, slots=True)
class Grant:
    """A parsed grant; nothing in it has been looked up yet.

    `path` is as written, without the star; `instance` is the encoded instance path, `*` for every one.
    """

    path: str
    star: bool = False
    instance: str | None = None
    scope: str | None = None

    def __str__(self) -> str:
        from rolegate.encoding import readable

        text = (f"{self.path}.*" if self.path else "*") if self.star else self.path
        if self.instance is not None:
            text += f"[{readable(self.instance)}]"
        return text if self.scope is None else f"{text}@{self.scope}"


MARKS = "[]@*"
"""The marks of the grammar. An alias may hold them where nothing else can be read in it."""


def _known_head(text: str, marked: Collection[str]) -> str | None:
    """The longest of *marked* that *text* begins with, if only limits or a star follow it."""
    heads = (alias for alias in marked if text.startswith(alias) and _TAIL.match(text, len(alias)))
    return max(heads, key=len, default=None)


def parse_grant(text: str, marked: Collection[str] = ()) -> Grant:
    """Read *text* as a grant; *marked* are the aliases that hold marks of the grammar.

    Raises:
        GrantSyntaxError: when the grammar cannot read it.
    """
    _is_text(text, "grant")
    if _PLAIN(text):
        return Grant(str(text))
    known = _known_head(text, marked) if marked else None
    if known is not None:
        return replace(parse_grant(f"x{text[len(known) :]}"), path=known)
    head, bracket, rest = text.partition("[")
    instance = None
    if bracket:
        inner, closing, tail = rest.rpartition("]")
        if not closing:
            raise GrantSyntaxError(
                "the `[` is never closed", "write `path[instance]` or `path[instance]@scope`"
            )
        if tail and not tail.startswith("@"):
            raise GrantSyntaxError(
                f"{quoted(tail)} cannot follow the `]`", "only `@scope` may follow the instance"
            )
        instance = parse_instance_text(inner)
        if len(instance) > MAX_COLUMN:
            raise _too_long("instance", inner)
        at, scope = tail[:1], tail[1:]
    else:
        head, at, scope = head.partition("@")
    if at and not scope:
        raise GrantSyntaxError("there is no scope after the `@`", "write `path@scope`")
    if not head.strip():
        raise GrantSyntaxError("the permission is missing", "write `path[instance]@scope`, or less of it")
    if head != head.strip():
        raise GrantSyntaxError("there is a blank before or after the permission", "remove the blank")
    if head == "*":
        return Grant("", True, instance, scope or None)
    star = head.endswith(".*")
    path = head[:-2] if star else head
    if "*" in path or not path:
        raise GrantSyntaxError("a star has to be alone or at the end of a path", _star_help(head, at + scope))
    return Grant(path, star, instance, scope or None)


def _star_help(head: str, scope: str) -> str:
    """What to write instead of *head*, before its *scope*, which has a star where none can be."""
    limited = _IN_PARENTHESES.fullmatch(head)
    if limited is not None:
        return f"write `{limited[1]}[{limited[2]}]{scope}`"
    bare = head.strip("“”„‟‘’‚«»'\"")
    group = _STAR_OF_OTHERS.fullmatch(bare)
    if bare != head or group is not None:
        meant = bare if group is None else f"{re.sub('[:/]', '.', group[1])}.*"
        return 'write `"*"` in straight quotes' if meant == "*" else f"write `{meant}`"
    return 'write `group.*` for everything in a group, `"*"` for everything, or name each permission'


def parse_instance_text(text: str) -> str:
    """The encoded form of an instance path as written between brackets, e.g. `allegro/*`.

    Raises:
        GrantSyntaxError: for empty parts, bad escapes, and stars that are not the whole last part.
    """
    _is_text(text, "instance")
    if len(text) <= MAX_COLUMN and untouched(text):
        return str(text)  # one id that stands for itself, as most do
    parts = text.split("/")
    encoded = []
    for i, part in enumerate(parts):
        if part == "*":
            if i != len(parts) - 1:
                raise GrantSyntaxError(
                    "a star can only be the last part of an instance", "name the outer instance, then `/*`"
                )
            encoded.append("*")
        else:
            encoded.append(encode_instance_part(part))
    return "/".join(encoded)


def encode_instance_part(part: str) -> str:
    """One id of an instance path, from its written to its encoded form."""
    if len(part) <= MAX_COLUMN and untouched(part):
        return part
    if "*" in part:
        help = "name each instance, or write `[*]` for every one; `%2A` is a star that belongs to an id"
        if part.strip("'\"`") == "*":
            help = "write `[*]` for every instance, without quotes around the star"
        raise GrantSyntaxError(f"the star inside {quoted(part)} is not a wildcard", help)
    if _BAD_ESCAPE.search(part):
        raise GrantSyntaxError(
            f"`%` in {quoted(part)} is not followed by two hex digits", "write `%25` for a percent sign"
        )
    try:
        from urllib.parse import unquote_to_bytes

        raw = part.encode("utf-8")
        plain = part.isascii() and "%" not in part
        encoded = encode(part if plain else unquote_to_bytes(raw).decode("utf-8"))
    except UnicodeDecodeError:
        raise GrantSyntaxError(
            f"the escapes in {quoted(part)} are not UTF-8", "escape only `%`, `*` and `/`"
        ) from None
    except ValueError as error:
        raise GrantSyntaxError(str(error), "name the instance, or `*` for every one") from None
    if len(encoded) > MAX_COLUMN:
        raise _too_long("id", part)
    return encoded


def _too_long(noun: str, text: str) -> GrantSyntaxError:
    return GrantSyntaxError(
        f"the {noun} `{short(text)}` is too long",
        f"use shorter ids: the limit is {MAX_COLUMN} characters, counted percent-encoded",
        "RG115",
    )


def encode_instance(parts: tuple[str, ...]) -> str:
    """The encoded instance path of raw ids."""
    return "/".join(encode(part) for part in parts)


def parse_instance(text: str) -> tuple[str, ...]:
    """The raw ids of an instance path as written in grants; a star at the end is left out.

    >>> parse_instance("allegro/shop-1")
    ('allegro', 'shop-1')
    >>> parse_instance("allegro/*")
    ('allegro',)

    Raises:
        GrantSyntaxError: when the grammar cannot read it.
    """
    return tuple(decode(part) for part in parse_instance_text(text).split("/") if part != "*")


def _is_text(value: object, what: str) -> None:
    if not isinstance(value, str):
        raise GrantSyntaxError(f"the {what} is of the type {type(value).__name__}", "write a text")
