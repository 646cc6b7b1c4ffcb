"""Add-ons do not require themselves, directly or through others."""

from __future__ import annotations

from pathlib import Path

import pytest

import rolegate
from reading import write


@pytest.mark.parametrize(
    ("addons", "place", "steps"),
    [
        ("{a: {requires: a}}", "4:24", "`a` -> `a`"),
        ("{a: {requires: [b]}, b: {requires: c}, c: {requires: [b]}}", "4:44", "`b` -> `c` -> `b`"),
        ("{a: {requires: [b, c]}, b: {}, c: {requires: a}}", "4:28", "`a` -> `c` -> `a`"),
    ],
)
def test_a_circle_of_add_ons_is_an_error(tmp_path: Path, addons: str, place: str, steps: str) -> None:
    """Add-ons that need each other are one; the circle is shown from the one declared first."""
    text = f"catalog: demo\npermissions: {{see: See}}\n\naddons: {addons}\n"
    (error,) = rolegate.validate([write(tmp_path, {"catalog.yaml": text})]).diagnostics
    assert (error.code, f"{error.line}:{error.column}") == ("RG208", place)
    assert error.message == f"the add-on {steps[:3]} requires itself: {steps}"
    assert len(error.related) == steps.count(">") - 1


def test_a_long_circle_is_shown_in_part(tmp_path: Path) -> None:
    """One line stays readable; each step up to a dozen has its place."""
    addons = ", ".join(f"a{i}: {{requires: a{(i + 1) % 40}}}" for i in range(40))
    text = f"catalog: demo\npermissions: {{see: See}}\naddons: {{{addons}}}\n"
    (error,) = rolegate.validate([write(tmp_path, {"catalog.yaml": text})]).diagnostics
    assert error.message.endswith("requires itself: `a0` -> `a1` -> `a2` -> `a3` -> `…` -> `a39` -> `a0`")
    assert len(error.related) == 11


def test_two_add_ons_may_require_the_same(tmp_path: Path) -> None:
    """Two ways to one add-on are no circle."""
    addons = "{a: {requires: [b, c]}, b: {requires: d}, c: {requires: [d]}, d: {}}"
    text = f"catalog: demo\npermissions: {{see: See}}\naddons: {addons}\n"
    assert rolegate.validate([write(tmp_path, {"catalog.yaml": text})]).ok
