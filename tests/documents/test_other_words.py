"""What other systems call the keys of the language leads to keys that there are."""

from __future__ import annotations

from collections.abc import Iterator

from rolegate.documents import mended_files, other_words
from rolegate.documents.shape import Shape


def shapes(kind: type[Shape] = Shape) -> Iterator[type[Shape]]:
    """Every mapping of the language."""
    for one in kind.__subclasses__():
        yield one
        yield from shapes(one)


def test_every_word_leads_to_a_key() -> None:
    """A key is called by its name in the language, and no key of the language is taken for another."""
    assert mended_files.ALL_OF  # the shapes of all files are loaded
    keys = {shape.noun: set(shape.keys()) for shape in shapes()}
    for noun, meant in other_words._WORDS.items():
        assert set(meant) <= keys[noun], noun
        words = [word for listed in meant.values() for word in listed.split()]
        assert set() == set(words) & keys[noun], noun
        assert len(words) == len(set(words)), noun
    assert {noun for noun, _ in other_words._OTHERS} <= set(keys)


def test_language_of_a_file_of_labels_is_its_locale() -> None:
    """The word that most people write first."""
    assert "here it is called `locale`" == other_words.other_word("file of labels", "language")
