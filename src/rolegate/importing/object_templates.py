"""Texts of objects that have a common shape, such as `/invoice/17`, and patterns of such texts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

_HOLE, _REST = "\0hole", "\0rest"
"""In a list of segments: one segment of any text, and everything that follows."""

_PLAIN = re.compile(r"[^\\^$.|?*+()\[\]{}]*").match
_WRITTEN_HOLE = re.compile(r"\{([^{}/]*?)(\.\.\.)?\}")

Ids = tuple[str | None, ...]
"""Ids of instances from the outermost kind inwards; None stands for every id, and nothing else follows it."""

Cover = Ids | Literal["some"] | None
"""What a pattern matches of a template: these instances, some that no grant can say, or nothing."""


@dataclass(frozen=True, order=True)
class ObjectTemplate:
    """Texts with ids in them: `parts` are what is before, between and after the ids.

    With `rest`, the last id is everything that follows, slashes included; other ids have none.
    """

    parts: tuple[str, ...]
    rest: bool = False

    @classmethod
    def written(cls, text: str) -> ObjectTemplate | None:
        """The template that people write as `/invoice/{id}`, or with `{id...}` for all that follows."""
        holes = list(_WRITTEN_HOLE.finditer(text))
        if not holes or any(hole[2] and hole.end() != len(text) for hole in holes):
            return None
        edges = [0, *(edge for hole in holes for edge in hole.span()), len(text)]
        parts = tuple(text[begin:end] for begin, end in zip(edges[::2], edges[1::2], strict=True))
        if not all(parts[:-1]):
            return None
        return cls(parts, bool(holes[-1][2]))

    @cached_property
    def depth(self) -> int:
        return len(self.parts) - 1

    @cached_property
    def _read(self) -> re.Pattern[str]:
        holes = ["([^/]+)"] * self.depth
        if self.rest:
            holes[-1] = "(.+)"
        text = "".join(a + b for a, b in zip(map(re.escape, self.parts), [*holes, ""], strict=True))
        return re.compile(text, re.DOTALL)

    def read(self, text: str) -> tuple[str, ...] | None:
        """The ids in *text*, if it has this shape."""
        found = self._read.fullmatch(text)
        return None if found is None else found.groups()

    def write(self, ids: Sequence[str]) -> str:
        """The text with *ids* in it."""
        return "".join(a + b for a, b in zip(self.parts, [*ids, ""], strict=True))

    def said(self, names: Sequence[str]) -> str:
        """The template as people read it, with a name for each id."""
        holes = ["{" + name + "}" for name in names]
        if self.rest:
            holes[-1] = "{" + names[-1] + "...}"
        return self.write(holes)

    @property
    def outer(self) -> ObjectTemplate | None:
        """The template of the instances within which those of this one lie."""
        return ObjectTemplate((*self.parts[: self.depth - 1], "")) if self.depth > 1 else None

    @cached_property
    def segments(self) -> tuple[str, ...]:
        holes = [_HOLE] * self.depth
        if self.rest:
            holes[-1] = _REST
        return tuple("".join(a + b for a, b in zip(self.parts, [*holes, ""], strict=True)).split("/"))


def is_pattern(function: str, text: str) -> bool:
    """Whether *text* is meant to match other texts, where *function* compares it."""
    if function == "keyMatch":
        return "*" in text
    if function == "regexMatch":
        return re.search(r"[\\^$|?*+()\[\]{}]", text) is not None
    if function == "globMatch":
        return any(mark in text for mark in "*?[")
    if function == "ipMatch":
        return "/" in text
    if function == "keyMatch2":
        return text == "*" or any(
            (part.startswith(":") and len(part) > 1) or part == "*" for part in text.split("/")
        )
    return "*" in text or "{" in text


def matches_all(function: str, text: str) -> bool:
    """Whether *text* matches every text, where *function* compares it."""
    if function == "keyMatch":
        return text.startswith("*")
    if function == "keyMatch2":
        return text == "*"
    return function == "regexMatch" and text in (".*", "(.*)", "^.*", "^.*$", "^(.*)$", ".*$")


def template_of(function: str, text: str) -> ObjectTemplate | None:
    """The kind of objects that the pattern *text* names all of, where *function* compares it."""
    if function == "keyMatch":
        prefix = text[:-1]
        ends = text.endswith("*") and "*" not in prefix and prefix.endswith(("/", ":"))
        return ObjectTemplate((prefix, ""), rest=True) if ends and any(map(str.isalnum, prefix)) else None
    segments = _segments(function, text)
    if segments is None or not {_HOLE, _REST}.intersection(segments):
        return None
    joined = "/".join(segments)
    rest = joined.endswith(_REST)
    parts = tuple(joined.replace(_REST, _HOLE).split(_HOLE))
    return ObjectTemplate(parts, rest) if any(map(str.isalnum, parts[0])) else None


def cover(function: str, text: str, template: ObjectTemplate) -> Cover:
    """What the pattern *text* matches of *template*, where *function* compares it."""
    every: Ids = (None,) * template.depth
    if matches_all(function, text):
        return every
    first = template.parts[0]
    prefix = _prefix(function, text)
    if function == "keyMatch" and "*" in text and first.startswith(prefix):
        return every
    if not first.startswith(prefix) and not prefix.startswith(first):
        return None
    segments = _segments(function, text)
    if segments is None or any(
        _HOLE in part or _REST in part for part in template.segments if part not in _MARKS
    ):
        return "some"
    return _compared(segments, template)


_MARKS = (_HOLE, _REST)


def _compared(pattern: Sequence[str], template: ObjectTemplate) -> Cover:
    """The ids that *pattern* leaves open or names, segment by segment."""
    ids: list[str | None] = []
    for place, part in enumerate(template.segments):
        mine = pattern[place] if place < len(pattern) else None
        if mine is None:
            return None
        if mine == _REST:
            ids += [None] * (template.depth - len(ids))
            break
        if part == _REST:
            rest = pattern[place:]
            if any(mark in rest for mark in _MARKS):
                return "some"
            ids.append("/".join(rest))
            break
        if part == _HOLE:
            ids.append(None if mine == _HOLE else mine)
        elif mine not in (_HOLE, part):
            return None
    else:
        if len(pattern) > len(template.segments):
            return None  # it goes on where the template ends
    known = [id for id in ids if id is not None]
    if any(id == "" for id in known):
        return None
    return tuple(ids) if ids[: len(known)] == known else "some"


def _segments(function: str, text: str) -> list[str] | None:
    """The segments of a pattern, with marks for what is open in it; None where it cannot be told."""
    if function == "keyMatch":
        prefix, star, _ = text.partition("*")
        if not star:
            return text.split("/")
        return [*prefix[:-1].split("/"), _REST] if prefix.endswith("/") else None
    if function not in ("keyMatch2", "keyMatch3"):
        return None
    found = []
    parts = text.split("/")
    for place, part in enumerate(parts):
        if part == "*" and place == len(parts) - 1 and place:
            found.append(_REST)
        elif _is_hole(function, part):
            found.append(_HOLE)
        elif re.fullmatch(r"[\w ~@%&=,;!'\"-]*", part) and (function != "keyMatch2" or ":" not in part):
            found.append(part)
        else:
            return None
    return found


def _is_hole(function: str, part: str) -> bool:
    if function == "keyMatch2":
        return part.startswith(":") and len(part) > 1
    return re.fullmatch(r"\{[^{}/]+\}", part) is not None


def _prefix(function: str, text: str) -> str:
    """What every text that the pattern *text* matches begins with."""
    if function == "keyMatch":
        return text.partition("*")[0]
    if function in ("regexMatch", "globMatch", "ipMatch") or "|" in text:
        return ""
    found = _PLAIN(text)
    prefix = "" if found is None else found[0]
    if function == "keyMatch2":
        prefix = prefix.partition(":")[0]
    following = text[len(prefix) :][:1]
    opens = ":" if function == "keyMatch2" else "{"
    # What is before another mark, such as `?`, may be there or not.
    return prefix if following in ("", opens) or (following == "*" and prefix.endswith("/")) else prefix[:-1]
