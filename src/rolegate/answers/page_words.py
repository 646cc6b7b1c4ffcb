"""The words of a page or a table, and the direction in which its language is written."""

from __future__ import annotations

from dataclasses import dataclass

from rolegate.wording.languages import wording

_LEFTWARD = frozenset(
    ("ar", "arc", "ckb", "dv", "fa", "he", "lrc", "mzn", "nqo", "pnb", "ps", "sd", "syr", "ug", "ur", "yi")
)
"""Languages that are written from right to left."""
_LEFTWARD_SCRIPTS = frozenset(("adlm", "arab", "hebr", "mand", "nkoo", "rohg", "samr", "syrc", "thaa"))


@dataclass(frozen=True, slots=True)
class PageWords:
    """The words of the program for titles that are in the language *locale*."""

    locale: str

    @property
    def language(self) -> str:
        """The language of the words, which is English where the program does not speak that of the titles."""
        said = wording(self.locale).language
        return self.locale if self.locale.casefold().partition("-")[0] == said else said

    def say(self, key: str, **values: object) -> str:
        """The words for *key*, as text."""
        return wording(self.locale)(key, **values)

    @property
    def direction(self) -> str:
        """`rtl` where the language is written from right to left."""
        subtags = self.locale.casefold().split("-")
        script = next((subtag for subtag in subtags[1:] if len(subtag) == 4 and subtag.isalpha()), None)
        if script is not None:
            return "rtl" if script in _LEFTWARD_SCRIPTS else "ltr"
        return "rtl" if subtags[0] in _LEFTWARD else "ltr"


def page_words(locale: str) -> PageWords:
    """The words for titles in the language *locale*."""
    return PageWords(locale.replace("_", "-"))
