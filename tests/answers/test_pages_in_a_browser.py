"""Pages as somebody sees them: in a real Chromium."""

from __future__ import annotations

import pytest

import rolegate
from real_browser import Onlooker, browser, onlooker
from repository import ROOT

__all__ = ["browser", "onlooker"]

pytestmark = pytest.mark.slow

RESPONSO = ROOT / "policies" / "responso"


def test_a_matrix_shuts_nobody_out(onlooker: Onlooker) -> None:
    """axe finds nothing on it, the browser has no complaint, and nothing else is asked for."""
    matrix = rolegate.load(RESPONSO).matrix()
    seen = onlooker.look(rolegate.matrix_html(matrix, "Responso", "en"))
    assert len(matrix.rows) + 1 == seen.page.locator("tr").count()
    assert ([], [], []) == (seen.barriers(), seen.complaints, seen.requests)


def test_what_a_page_must_not_do_is_seen(onlooker: Onlooker) -> None:
    """A picture without words, a script that fails, and a file that is asked for."""
    seen = onlooker.look("<img src='missing.png'><script>nowhere()</script>")
    assert any(rule.startswith("image-alt:") for rule in seen.barriers())
    assert any("nowhere is not defined" in complaint for complaint in seen.complaints)
    assert any(asked.endswith("missing.png") for asked in seen.requests)
