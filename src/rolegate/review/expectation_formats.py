"""The results of expectations for other programs: JUnit and TAP."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from xml.sax.saxutils import escape, quoteattr

from rolegate.loading.refused_sets import RefusedSet
from rolegate.review.expectation_run import ExpectationRun
from rolegate.review.run_points import RunPoint, refused_points, run_points
from rolegate.texts.escaping import plain

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit_text(
    runs: Sequence[ExpectationRun],
    cover_min: float | None = None,
    shown: Callable[[str], str] = str,
    refused: Sequence[RefusedSet] = (),
) -> str:
    """The results as JUnit XML: a suite for each set, a case for each expectation.

    A mutant that survived is a case that fails, and so are a coverage of less than *cover_min* percent and
    each error of a set that is *refused*. No two cases of a file have one name, since hosts take those for
    one. *shown* says how files are named.
    """
    suites = [(run.source, tuple(run_points(run, cover_min))) for run in runs]
    suites += [(one.source, tuple(refused_points(one))) for one in refused]
    head = f'<testsuites name="rolegate" {_counts([point for _, points in suites for point in points])}>'
    lines = [line for source, points in suites for line in _suite(shown(source), points, shown)]
    return "\n".join(('<?xml version="1.0" encoding="UTF-8"?>', head, *lines, "</testsuites>")) + "\n"


def _suite(source: str, points: Sequence[RunPoint], shown: Callable[[str], str]) -> Iterator[str]:
    yield f"  <testsuite name={_attribute(source)} {_counts(points)}>"
    often = Counter((point.span.file, point.name) for point in points)
    for point in points:
        file, line, column = point.span
        name = point.name if often[file, point.name] == 1 else f"{point.name} ({line}:{column})"
        yield from _case(name, shown(file), line, point)
    yield "  </testsuite>"


def _case(name: str, file: str, line: int, point: RunPoint) -> Iterator[str]:
    """A case, which fails if there is a reason for it."""
    where = f'classname={_attribute(file)} file={_attribute(file)} line="{line}"'
    case = f"    <testcase name={_attribute(name)} {where}"
    if not point.said:
        yield f"{case}/>"
        return
    yield f"{case}>"
    said = _xml(escape("\n".join(point.said)))
    yield f"      <failure message={_attribute(point.why)}>{said}</failure>"
    yield "    </testcase>"


def _counts(points: Sequence[RunPoint]) -> str:
    return f'tests="{len(points)}" failures="{sum(bool(point.said) for point in points)}" errors="0"'


def _attribute(text: str) -> str:
    return quoteattr(_xml(plain(text)))


def _xml(text: str) -> str:
    """*text* without what no XML document may hold, not even as a reference."""
    return _NOT_XML.sub("\ufffd", text)


def tap_text(
    runs: Sequence[ExpectationRun], cover_min: float | None = None, refused: Sequence[RefusedSet] = ()
) -> str:
    """The results as TAP 14: a line for each expectation, and below it what is not as expected.

    A mutant that survived is a line that is not ok, and so are a coverage of less than *cover_min* percent
    and each error of a set that is *refused*.
    """
    points = [point for run in runs for point in run_points(run, cover_min)]
    points += [point for one in refused for point in refused_points(one)]
    lines = ["TAP version 14", f"1..{len(points)}"]
    for number, point in enumerate(points, 1):
        name = re.sub(r"([\\#])", r"\\\1", plain(point.name))
        lines.append(f"{'not ok' if point.said else 'ok'} {number} - {name}")
        if point.said:
            lines += ["  ---", f"  at: {json.dumps(str(point.span))}", "  unmet:"]
            lines += [f"    - {json.dumps(line)}" for line in point.said]
            lines.append("  ...")
    return "\n".join(lines) + "\n"
