"""A report, as somebody sees it in a real Chromium."""

from __future__ import annotations

from typing import Any

import pytest

import picture_sets
import rolegate
from plain.strategies import NOW
from reading import write
from real_browser import Onlooker, browser, onlooker
from repository import ROOT

__all__ = ["browser", "onlooker"]

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> str:
    """In Persian, from right to left, with titles that try to break out."""
    return rolegate.report_html(
        rolegate.load(write(tmp_path_factory.mktemp("desk"), picture_sets.PERSIAN), at=NOW)
    )


@pytest.mark.parametrize(
    "settings", [{}, {"color_scheme": "dark"}, {"width": 400, "height": 800}], ids=["light", "dark", "narrow"]
)
def test_the_page_shuts_nobody_out(onlooker: Onlooker, desk: str, settings: dict[str, Any]) -> None:
    """axe finds nothing, folded and unfolded; nothing is asked for, and nothing is too wide."""
    seen = onlooker.look(desk, **settings)
    barriers = seen.barriers()
    seen.page.evaluate("for (const part of document.querySelectorAll('details')) part.open = true")
    assert (barriers, seen.barriers(), seen.complaints, seen.requests) == ([], [], [], [])
    root = seen.page.locator("html")
    assert root.evaluate("root => [root.lang, getComputedStyle(root).direction]") == ["fa", "rtl"]
    assert root.evaluate("root => root.scrollWidth <= root.clientWidth")
    assert seen.page.locator("main script").count() == 0


def test_everything_is_on_paper_without_scripts(onlooker: Onlooker) -> None:
    """What is folded on a screen is printed, and nothing is cut off."""
    page = rolegate.report_html(rolegate.load(ROOT / "policies" / "respond-io", at=NOW))
    seen = onlooker.look(page, java_script_enabled=False, width=700)
    folded = seen.page.locator(".who dl:visible, .role .row:visible")
    assert folded.count() == 0
    seen.page.emulate_media(media="print")
    everything = seen.page.locator(".who dl, .role .row").count()
    assert folded.count() == everything > 100
    assert seen.page.locator("main").evaluate("main => main.scrollWidth <= innerWidth")
