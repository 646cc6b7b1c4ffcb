"""The results of expectations for other programs: JUnit and TAP."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from xml.sax.saxutils import escape, quoteattr

from rolegate.diagnostics import Span, one_line
from rolegate.review.expectation_results import ExpectationResult, UnmetAnswer
from rolegate.review.expectation_run import ExpectationRun
from rolegate.texts.escaping import plain

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def unmet_lines(answer: UnmetAnswer) -> Iterator[str]:
    """What is not as expected, why it is so, and what would change it, on one line each."""
    yield f"{one_line(str(answer.span))}: {plain(answer.message)}"
    for step in answer.because:
        place = f"  {one_line(step.file)}:{step.line}:{step.column}" if step.file else ""
        yield f"  · {plain(step.text)}{place}"
    for change in answer.nearest:
        yield f"  → {plain(change)}"


def junit_text(runs: Sequence[ExpectationRun]) -> str:
    """The results as JUnit XML: a suite for each set, a case for each expectation.

    A mutant that survived is a case that fails.
    """
    suites = [line for run in runs for line in _suite(run)]
    head = f'<testsuites name="rolegate" {_counts(runs)}>'
    return "\n".join(('<?xml version="1.0" encoding="UTF-8"?>', head, *suites, "</testsuites>")) + "\n"


def _suite(run: ExpectationRun) -> Iterator[str]:
    yield f"  <testsuite name={_attribute(run.source)} {_counts([run])}>"
    for result in run.results:
        said = "\n".join(line for answer in result.unmet for line in unmet_lines(answer))
        why = "" if result.met else _first(result)
        yield from _case(result.expectation.name, result.expectation.span, why, said)
    for mutant in run.survivors:
        yield from _case(mutant.what, mutant.span, _SURVIVED, f"{one_line(str(mutant.span))}: {_SURVIVED}")
    yield "  </testsuite>"


def _case(name: str, span: Span, why: str, said: str) -> Iterator[str]:
    """A case, which fails if there is a reason for it."""
    where = f'classname={_attribute(span.file)} file={_attribute(span.file)} line="{span.line}"'
    case = f"    <testcase name={_attribute(name)} {where}"
    if not why:
        yield f"{case}/>"
        return
    yield f"{case}>"
    yield f"      <failure message={_attribute(why)}>{_xml(escape(said))}</failure>"
    yield "    </testcase>"


_SURVIVED = "no expectation notices this mistake"


def _counts(runs: Sequence[ExpectationRun]) -> str:
    results = [result for run in runs for result in run.results]
    survivors = sum(len(run.survivors) for run in runs)
    failures = sum(not result.met for result in results) + survivors
    return f'tests="{len(results) + survivors}" failures="{failures}" errors="0"'


def _first(result: ExpectationResult) -> str:
    more = f" (and {len(result.unmet) - 1} more)" if len(result.unmet) > 1 else ""
    return result.unmet[0].message + more


def _attribute(text: str) -> str:
    return quoteattr(_xml(plain(text)))


def _xml(text: str) -> str:
    """*text* without what no XML document may hold, not even as a reference."""
    return _NOT_XML.sub("\ufffd", text)


def tap_text(runs: Sequence[ExpectationRun]) -> str:
    """The results as TAP 14: a line for each expectation, and below it what is not as expected.

    A mutant that survived is a line that is not ok.
    """
    points = [point for run in runs for point in _points(run)]
    lines = ["TAP version 14", f"1..{len(points)}"]
    for number, (name, span, said) in enumerate(points, 1):
        lines.append(f"{'not ok' if said else 'ok'} {number} - {_tap(name)}")
        if said:
            lines += ["  ---", f"  at: {json.dumps(str(span))}", "  unmet:"]
            lines += [f"    - {json.dumps(line)}" for line in said]
            lines.append("  ...")
    return "\n".join(lines) + "\n"


def _points(run: ExpectationRun) -> Iterator[tuple[str, Span, list[str]]]:
    """What is tested, where it is written, and what is wrong with it."""
    for result in run.results:
        said = [line for answer in result.unmet for line in unmet_lines(answer)]
        yield result.expectation.name, result.expectation.span, said
    for mutant in run.survivors:
        yield mutant.what, mutant.span, [_SURVIVED]


def _tap(name: str) -> str:
    return re.sub(r"([\\#])", r"\\\1", plain(name))
