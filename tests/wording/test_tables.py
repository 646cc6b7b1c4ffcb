"""The program's own words are complete in each language that it speaks."""

from __future__ import annotations

import copy
import pickle
import re

import pytest

from repository import ROOT
from rolegate.wording.english import ENGLISH
from rolegate.wording.languages import languages, wording
from rolegate.wording.phrases import Listing, Phrase, SaidName, named

LANGUAGES = languages()
_HOLE = re.compile(r"\{(\w*)\}")


def forms(text: str | tuple[str, str]) -> tuple[str, ...]:
    """The singular and the plural, or the only form there is."""
    return (text,) if isinstance(text, str) else text


@pytest.mark.parametrize("language", LANGUAGES)
def test_tables_have_the_same_texts_and_placeholders(language: str) -> None:
    """Each language says everything, about the same values, and has plurals where English has them."""
    texts = wording(language).texts
    assert list(ENGLISH) == list(texts)
    for key, text in ENGLISH.items():
        said = texts[key]
        assert len(forms(text)) == len(forms(said)), key
        wanted = {hole for form in forms(text) for hole in _HOLE.findall(form)}
        for form in forms(said):
            assert wanted == set(_HOLE.findall(form)), key
            assert form.strip() or key in ("and", "or", "and_of", "comma"), key


def test_every_text_is_used() -> None:
    """No table keeps what the program does not say any more."""
    paths = [*(ROOT / "src").rglob("*.py"), *(ROOT / "cli").rglob("*.py")]
    code = "".join(path.read_text(encoding="utf-8") for path in paths if path.parent.name != "wording")
    made = {prefix for prefix in MADE if f'"{prefix}' in code}
    assert set(MADE) == made
    said = set(re.findall(r"[\"']([a-z_]+)[\"']", code))
    assert [] == [key for key in ENGLISH if key not in said and not key.startswith(MADE)]


MADE = ("no_such_", "kind_", "needs_", "refused_")
"""How texts begin whose key is put together."""


@pytest.mark.parametrize(
    ("locale", "language", "said"),
    [
        ("fr", "fr", ("0 rôle", "1 rôle", "2 rôles")),
        ("fr-CA", "fr", ("0 rôle", "1 rôle", "2 rôles")),
        ("FR_ca", "fr", ("0 rôle", "1 rôle", "2 rôles")),
        ("en-GB", "en", ("0 roles", "1 role", "2 roles")),
        ("fa", "en", ("0 roles", "1 role", "2 roles")),
        (None, "en", ("0 roles", "1 role", "2 roles")),
        ("", "en", ("0 roles", "1 role", "2 roles")),
        ("../fr", "en", ("0 roles", "1 role", "2 roles")),
    ],
)
def test_language_is_looked_up(locale: str | None, language: str, said: tuple[str, ...]) -> None:
    """`fr-CA` speaks French, and what has no table speaks English, which it says."""
    words = wording(locale)
    assert language == words.language
    assert said == tuple(words("roles", number=number) for number in range(3))


def test_a_phrase_is_its_english_text() -> None:
    """A phrase is a text like any other, on one line, and can be copied and pickled with what it names."""
    phrase = Phrase("has", who=named("user", "a\nb"), what=Listing("or", [SaidName("role", "{x}")]))
    assert "user `a\\nb` has `{x}`" == phrase
    for other in (pickle.loads(pickle.dumps(phrase)), copy.deepcopy(phrase)):
        assert (phrase, phrase.key, phrase.values) == (other, other.key, other.values)
    listing = Listing("and", ["a", "b"])
    assert ("a and b", ("a", "b")) == (listing, pickle.loads(pickle.dumps(listing)).parts)
