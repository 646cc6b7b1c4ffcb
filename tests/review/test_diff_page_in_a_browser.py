"""The page of a change, as somebody sees it in a real Chromium."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from desks import NOW, judged
from real_browser import Onlooker, browser, onlooker
from rolegate import GateVerdict
from rolegate.review.compared_routes import ComparedRoutes
from rolegate.review.diff_html import diff_html
from rolegate.review.route_changes import RouteChange

__all__ = ["browser", "onlooker"]

pytestmark = pytest.mark.slow

ROUTES = ComparedRoutes(
    "routes.lock",
    (
        RouteChange(
            f"GET /{'x' * 300}/{{id}}",
            "tickets.edit",
            "tickets.edit@my",
            (("user ana",),),
            opened=("role agent",),
        ),
        RouteChange("GET /</li><script>alert(1)</script>", None, "nothing", (("everyone",),)),
    ),
    is_new=False,
    places={},
)
HOSTILE = ("</h2><script>alert(1)</script>", "\u202eevil", "a" * 300, "<!--", "&amp;")


@pytest.fixture(scope="module")
def verdict(tmp_path_factory: pytest.TempPathFactory) -> GateVerdict:
    """Agents reach every ticket, and Dan gets everything; one change is about people with hostile names."""
    found = judged(tmp_path_factory.mktemp("sides"), bindings=("dan, role: viewer", "dan, role: boss"))
    strange = replace(found.diff.subjects[0], names=HOSTILE, domains=HOSTILE, since=NOW)
    return replace(found, diff=replace(found.diff, subjects=(*found.diff.subjects, strange)))


@pytest.mark.parametrize(
    "settings", [{}, {"color_scheme": "dark"}, {"width": 400, "height": 800}], ids=["light", "dark", "narrow"]
)
@pytest.mark.parametrize("scripts", [True, False])
def test_the_page_shuts_nobody_out(
    onlooker: Onlooker, verdict: GateVerdict, settings: dict[str, Any], scripts: bool
) -> None:
    """axe finds nothing, nothing is asked for or too wide; names are texts, and it needs no script."""
    page = diff_html(verdict.diff, verdict, ROUTES)
    seen = onlooker.look(page, java_script_enabled=scripts, **settings)
    assert (seen.complaints, seen.requests) == ([], [])
    text = seen.page.inner_text("main")
    assert "Refused: 4 lines" in text
    assert HOSTILE[0] in text
    assert "Refused: 2 routes are less guarded than before" in text
    assert ROUTES.changes[1].name in text
    if scripts:
        assert seen.barriers() == []
        assert seen.page.locator("html").evaluate("root => root.scrollWidth <= root.clientWidth")
        assert seen.page.locator("main script").count() == 0


def test_everything_is_on_paper(onlooker: Onlooker, verdict: GateVerdict) -> None:
    """No part is folded, and no part is cut off."""
    seen = onlooker.look(diff_html(verdict.diff, verdict), width=700)
    seen.page.emulate_media(media="print")
    assert seen.page.locator("tbody tr:visible").count() == sum(
        len(changes) for changes in {subjects.changes: subjects.changes for subjects in verdict.diff.subjects}
    ) + len(verdict.diff.subjects[-1].changes)
    assert seen.page.locator("main").evaluate("main => main.scrollWidth <= innerWidth")
