"""A report says everything once, in the language that was asked for, and nothing of a name is HTML."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

import rolegate
from plain.strategies import NOW
from reading import write
from repository import ROOT
from rolegate import Policy
from rolegate.review import report_holders, report_roles


class _Outline(HTMLParser):
    """The headings, the addresses and the summaries of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.texts: dict[str, list[str]] = {}
        self._open: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.ids += [str(found["id"])] if "id" in found else []
        self.links += [str(found["href"])] if "href" in found else []
        if tag in ("h1", "h2", "h3", "summary", "dt", "dd"):
            self._open.append(tag)
            self.texts.setdefault(tag, []).append("")

    def handle_endtag(self, tag: str) -> None:
        if self._open and tag == self._open[-1]:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        if self._open:
            self.texts[self._open[-1]][-1] += data


@pytest.fixture(scope="module")
def responso() -> Policy:
    return rolegate.load(ROOT / "policies" / "responso", at=NOW)


def test_the_page_has_every_part_in_its_order(responso: Policy) -> None:
    """Each is in the index; the names of addresses are the same in every language."""
    outline = _Outline(rolegate.report_html(responso))
    parts = [id for id in outline.ids if id != "caption" and not re.fullmatch(r"t\d+", id)]
    assert parts == ["matrix", "roles", "who-can", "catalog"]
    assert outline.links == [f"#{part}" for part in parts]
    assert len(set(outline.ids)) == len(outline.ids)
    assert outline.texts["h2"] == [
        "Roles and permissions",
        "What each role holds",
        "Who may do what",
        "Everything there is to permit",
    ]
    french = rolegate.report_html(responso, locale="fr")
    assert _Outline(french).links == outline.links
    assert '<html lang="fr" dir="ltr">' in french
    assert 'lang="en"' not in french


def test_the_page_is_about_the_moment_that_it_names(responso: Policy) -> None:
    """The same moment gives the same bytes."""
    page = rolegate.report_html(responso)
    assert "Access as of 2026-06-15 12:00 UTC" in page
    assert page == rolegate.report_html(rolegate.load(ROOT / "policies" / "responso"), at=NOW)


HOSTILE = ("<b>x", "</h2>", "<!--", "\u202eevil", "a\nb", "&lt;", "\x1b[31m", '"x" onload=y', "$title")


def desk(folder: Path, text: str) -> Policy:
    """A set in which everything that may be any text is *text*."""
    word = json.dumps(text)
    files = {
        "catalog.yaml": f"catalog: c\ntitle: {word}\nrole_kinds: {{guest: {word}}}\npermissions:\n"
        f"  a: {{title: {word}, description: {word}}}\n  b: {{title: {word}, deprecated: true}}\n",
        "domains.yaml": f"domains: {{acme: {{title: {word}, teams: {{sales: [{word}]}}}}}}\n",
        "roles/all.yaml": f"roles: {{r: {{title: {word}, description: {word}, kind: guest, grants: [a]}}}}\n",
        "roles/acme.yaml": f"role: own\ndomain: acme\ntitle: {word}\ngrants: [b]\n",
        "bindings.yaml": f"bindings:\n  - {{user: {word}, role: r, domain: acme, until: 2026-07-01}}\n"
        f"  - {{team: sales, role: own, domain: acme}}\n",
    }
    return rolegate.load(write(folder, files), at=NOW)


def test_names_are_texts(tmp_path: Path) -> None:
    """Titles, descriptions and names of people add no element, hide nothing and turn nothing around."""
    pages = [
        rolegate.report_html(desk(tmp_path / str(number), text))
        for number, text in enumerate(("x", *HOSTILE))
    ]
    assert len({tuple(re.findall(r"<[^>]*>", page)) for page in pages}) == 1
    assert not any(set("\u202e\x1b") & set(page) for page in pages)


def test_what_there_is_too_much_of_is_counted(responso: Policy, monkeypatch: pytest.MonkeyPatch) -> None:
    """Roles of the matrix, boxes of roles, and people."""
    monkeypatch.setattr(report_roles, "COLUMNS", 3)
    monkeypatch.setattr(report_roles, "BOXES", 60)
    monkeypatch.setattr(report_holders, "NAMED", 2)
    page = rolegate.report_html(responso)
    roles = len(responso.roles)
    assert f"The first 3 of {roles} roles." in page
    shown = page.count('<details class="role"')
    assert f"{roles - shown} more roles are not shown." in page
    assert "There are too many boxes to show them here." in page
    outline = _Outline(page)
    least, *_ = (text for text in outline.texts["summary"] if "tickets.show" in text)
    assert "people" in least
    assert re.search(r"and \d+ more", page)
