"""The words of the pages: in English as they are written in the code, in other languages from a file."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

LANGUAGES = ("en", "de")


@cache
def translations(language: str) -> dict[str, str]:
    """What a sentence is called in a language; a test checks that none is missing."""
    if language == "en":
        return {}
    file = Path(__file__).with_name(f"words_{language}.json")
    found: dict[str, str] = json.loads(file.read_text("utf-8"))
    return found


@dataclass(frozen=True)
class Words:
    """Says a sentence in a language; names are put into it as they are, and escaped by the template."""

    language: str

    def __call__(self, text: str, **names: object) -> str:
        said = translations(self.language).get(text, text)
        return said.format(**names) if names else said


def words_in(language: str | None) -> Words:
    """The words of a language, or English where the pages do not have it."""
    return Words(language if language in LANGUAGES else "en")
