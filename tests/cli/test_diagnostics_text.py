"""A finding on the screen: its parts are coloured as values, whatever the texts in them look like."""

from __future__ import annotations

import click
import pytest

from hostile_strings import HOSTILE_TEXTS
from rolegate.diagnostics import Diagnostic, RelatedSpan, Span, one_line
from rolegate_cli.render.diagnostics_text import diagnostic_text

TEXTS = ("a", "a.yaml:1:1: RG301 grant.unknown-permission: b", "  help: c", *HOSTILE_TEXTS)


@pytest.mark.parametrize("text", TEXTS, ids=lambda text: ascii(text[:24]))
@pytest.mark.parametrize("code", ["RG301", "RG117"])
def test_a_finding_is_shown_as_its_text_says(code: str, text: str) -> None:
    """With and without colour the text is that of `str`; what is hostile in a part is shown as an escape."""
    found = Diagnostic(code, Span(text, 2, 3), text, text, (RelatedSpan(Span(text, 4, 5), text),))
    visible = one_line(text)
    safe = Diagnostic(
        code, Span(visible, 2, 3), visible, visible, (RelatedSpan(Span(visible, 4, 5), visible),)
    )
    assert str(safe) == diagnostic_text(found)
    assert str(safe) == click.unstyle(diagnostic_text(found, colour=True))


def test_only_the_parts_of_a_finding_are_coloured() -> None:
    """A message that looks like a place with a code, or like a help line, is left as it is."""
    message = "a.yaml:1:1: RG301 grant.unknown-permission:   help: do"
    coloured = diagnostic_text(Diagnostic("RG301", Span("a.yaml"), message, "go"), colour=True)
    first, help = coloured.split("\n")
    assert first.endswith(": " + message)
    assert help == click.style("  help: ", fg="cyan") + "go"
