"""A Markdown page taken apart: headings, links, tables and fenced blocks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_FENCE = re.compile(r"(?P<mark>```+)(?P<language>[\w-]*)\s*")
_HEADING = re.compile(r"(#+) (.+?)\s*")
_ENDINGS = {"yaml": "ya?ml", "python": "py", "toml": "toml"}
_LINK = re.compile(r"(?<!!)\[(?:[^\[\]]|\[[^\[\]]*\])*\]\(([^()\s]+)\)")


@dataclass(frozen=True)
class Block:
    """A fenced block; its text is the lines of the page from `first` up to `last`, counted from 0."""

    language: str
    text: str
    section: str
    first: int
    last: int

    @property
    def writes(self) -> bool:
        """Whether it is one command that writes a file, to be pasted into a shell."""
        return self.language == "sh" and self.text.startswith("cat >")

    @property
    def file(self) -> str | None:
        """The file that a block shows: the path in its first line, such as `# roles/agent.yaml`."""
        ending = _ENDINGS.get(self.language)
        found = re.match(rf"# (\S+\.{ending})\n", self.text) if ending else None
        return found[1] if found else None


@dataclass(frozen=True)
class Page:
    """One Markdown file."""

    path: Path
    text: str

    @classmethod
    def read(cls, path: Path) -> Page:
        """The page in the file *path*."""
        return cls(path, path.read_text(encoding="utf-8"))

    @property
    def blocks(self) -> tuple[Block, ...]:
        """Every fenced block, in order."""
        return tuple(part for part in self._parts() if isinstance(part, Block))

    @property
    def headings(self) -> tuple[str, ...]:
        """Every heading as it is written, with its `#`s."""
        return tuple(part for part in self._parts() if isinstance(part, str) and part.startswith("#"))

    @property
    def title(self) -> str:
        """The first heading."""
        return self.headings[0].removeprefix("# ")

    @property
    def prose(self) -> str:
        """The lines outside fenced blocks."""
        return "\n".join(part for part in self._parts() if isinstance(part, str))

    @property
    def anchors(self) -> frozenset[str]:
        """What a link may name after `#`."""
        return frozenset(_anchor(heading.lstrip("#").strip()) for heading in self.headings)

    @property
    def links(self) -> tuple[str, ...]:
        """The target of each link, outside blocks and inline code."""
        return tuple(_LINK.findall(re.sub(r"`[^`\n]*`", "code", self.prose)))

    def section(self, title: str) -> str:
        """The lines below the heading *title*, up to the next one of its level or above."""
        found: list[str] = []
        level = 0
        for part in self._parts():
            heading = _HEADING.fullmatch(part) if isinstance(part, str) else None
            if level and heading and len(heading[1]) <= level:
                break
            if level:
                found.append(part if isinstance(part, str) else part.text)
            elif heading and heading[2].strip("`") == title:
                level = len(heading[1])
        return "\n".join(found)

    def with_blocks(self, texts: dict[Block, str]) -> str:
        """The text of the page with other texts in some of its blocks."""
        lines = self.text.splitlines(keepends=True)
        for block in sorted(texts, key=lambda one: one.first, reverse=True):
            lines[block.first : block.last] = [texts[block]]
        return "".join(lines)

    def _parts(self) -> Iterator[str | Block]:
        section, opened, language, held = "", "", "", list[str]()
        for number, line in enumerate(self.text.splitlines()):
            fence = _FENCE.fullmatch(line)
            if opened:
                if fence and fence["mark"] == opened and not fence["language"]:
                    text = "".join(f"{line}\n" for line in held)
                    yield Block(language, text, section, number - len(held), number)
                    opened = ""
                else:
                    held.append(line)
            elif fence:
                opened, language, held = fence["mark"], fence["language"], []
            else:
                heading = _HEADING.fullmatch(line)
                section = heading[2] if heading else section
                yield line
        assert not opened, f"{self.path}: a block is never closed"


def _anchor(heading: str) -> str:
    """The anchor that Git hosts give a heading."""
    plain = re.sub(r"[^\w\- ]", "", heading.replace("`", "").lower())
    return plain.replace(" ", "-")
