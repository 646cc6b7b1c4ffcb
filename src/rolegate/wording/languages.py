"""The languages of the program, and which one to speak: fr-CA, then fr, then English."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module

from rolegate.wording.english import ENGLISH, Texts

_TABLES = {"de": "rolegate.wording.german", "fr": "rolegate.wording.french"}
"""The module with the table of each language but English; it is imported when somebody speaks it."""


@dataclass(frozen=True, slots=True)
class Wording:
    """The words of the program in one language.

    >>> said = wording("fr-CA")
    >>> said.language, said("not_available"), said("roles", number=2)
    ('fr', 'non disponible ici', '2 rôles')
    """

    language: str
    """The language that is spoken, for the attribute `lang` of a page; English for what has no table."""

    texts: Texts = field(repr=False)
    is_one: Callable[[int], bool] = field(repr=False)

    def __call__(self, key: str, /, **values: object) -> str:
        """The text called *key*, with *values* in its placeholders; `number` chooses the singular."""
        text = self.texts[key]
        if not isinstance(text, str):
            number = values["number"]
            text = text[not (isinstance(number, int) and self.is_one(number))]
        return text.format_map(values) if values else text


def _english_one(number: int) -> bool:
    return number == 1


ENGLISH_WORDING = Wording("en", ENGLISH, _english_one)


def wording(locale: str | None = None) -> Wording:
    """The words of the program in *locale*; in English where the program does not speak that language."""
    language = (locale or "en").replace("_", "-").partition("-")[0].casefold()
    return _wording(language) if language in _TABLES else ENGLISH_WORDING


@cache
def _wording(language: str) -> Wording:
    module = import_module(_TABLES[language])
    texts: Mapping[str, str | tuple[str, str]] = module.TEXTS
    is_one: Callable[[int], bool] = module.is_one
    return Wording(language, texts, is_one)


def languages() -> tuple[str, ...]:
    """Every language that the program speaks."""
    return ("en", *_TABLES)
