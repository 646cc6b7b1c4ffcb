"""What GitLab and Jenkins require of a report, as their own schemas have it."""

from __future__ import annotations

from typing import Any
from xml.etree.ElementTree import Element, fromstring

CODE_QUALITY = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["description", "check_name", "fingerprint", "severity", "location"],
        "properties": {
            "description": {"type": "string"},
            "check_name": {"type": "string"},
            "fingerprint": {"type": "string", "pattern": "^[0-9a-f]{32}$"},
            "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
            "location": {
                "type": "object",
                "required": ["path", "lines"],
                "properties": {
                    "path": {"type": "string", "pattern": "^[^/]"},
                    "lines": {
                        "type": "object",
                        "required": ["begin"],
                        "properties": {"begin": {"type": "integer", "minimum": 1}},
                    },
                },
            },
        },
    },
}
"""A Code Quality report: a path is relative, and says in which line it begins."""

_Allowed = tuple[set[str], set[str], set[str]]
_TEXT: _Allowed = ({"type", "message"}, set(), set())
_JUNIT: dict[str, _Allowed] = {
    "testsuites": ({"name", "time", "tests", "failures", "errors"}, set(), {"testsuite"}),
    "testsuite": (
        {"name", "tests", "failures", "errors", "time", "skipped", "timestamp", "hostname", "id", "file"},
        {"name", "tests", "failures", "errors"},
        {"testsuite", "properties", "testcase", "system-out", "system-err"},
    ),
    "testcase": (
        # GitLab reads `file`; Jenkins passes over the last two.
        {"name", "time", "classname", "file", "line"},
        {"name"},
        {"skipped", "failure", "system-out", "system-err"},
    ),
    "failure": _TEXT,
    "skipped": _TEXT,
    "system-out": (set(), set(), set()),
}
"""For each element: the attributes it may have, those it must have, and what may be in it."""


def junit_root(text: str) -> Element:
    """The root of a JUnit file, of which every element and attribute is one that Jenkins reads."""
    root = fromstring(text.encode("utf-8"))
    assert root.tag in ("testsuites", "testsuite")
    _as_in_jenkins(root)
    return root


def _as_in_jenkins(element: Element) -> None:
    may, must, inside = _JUNIT[element.tag]
    given = set(element.keys())
    assert must <= given <= may, (element.tag, given)
    for child in element:
        assert child.tag in inside, (element.tag, child.tag)
        _as_in_jenkins(child)
    if element.tag == "testsuite":
        cases: list[Any] = element.findall("testcase")
        assert len(cases) == int(element.attrib["tests"])
        assert len(element.findall("testcase/failure")) == int(element.attrib["failures"])
