"""A file of a policy set, or a compiled policy, as two of its versions are compared by people."""

from __future__ import annotations

from rolegate.compiled.line_sentences import is_compiled, line_sentences
from rolegate.documents.canonical_text import canonical_text
from rolegate.errors import EditError


def compared_text(contents: bytes) -> bytes:
    """A compiled policy as sentences, and YAML in one form of white space; anything else as it is.

    Nothing is refused: whoever compares two versions wants to see the broken one as well.
    """
    try:
        text = contents.decode("utf-8")
        shown = line_sentences(text) if is_compiled(text) else canonical_text(text, "")
    except (UnicodeDecodeError, EditError):
        return contents
    return shown.encode()
