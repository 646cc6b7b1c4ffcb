"""A title or a description that says itself what it is in other languages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from rolegate.documents.described import DescribedLabelShape
from rolegate.documents.text import Text


class Worded(str):
    """The words of a role as they are written, equal to their text, with those in other languages.

    `by_locale` has these by the locale in small letters, as `Words` looks for them.
    """

    __slots__ = ("by_locale",)
    by_locale: Mapping[str, str]

    def __new__(cls, text: str, by_locale: Mapping[str, str]) -> Worded:
        made = str.__new__(cls, text)
        made.by_locale = by_locale
        return made

    def __reduce__(self) -> tuple[type[Worded], tuple[str, Mapping[str, str]]]:
        return Worded, (str(self), self.by_locale)

    @classmethod
    def of(cls, text: str, labels: Mapping[Text, DescribedLabelShape], key: str) -> str:
        """*text* with what *labels* say under *key*; plain where they say nothing."""
        said = ((str(locale).casefold(), getattr(label, key)) for locale, label in labels.items())
        found = {locale: str(words) for locale, words in said if words is not None}
        return cls(text, found) if found else str(text)


def own_words(text: str, tags: Iterable[str]) -> str | None:
    """What *text* says itself in the first of the languages *tags* in which it says something."""
    if not isinstance(text, Worded):
        return None
    return next((text.by_locale[tag] for tag in tags if tag in text.by_locale), None)
