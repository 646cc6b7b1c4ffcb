"""The results of expectations for other programs: JUnit and TAP."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from xml.sax.saxutils import escape, quoteattr

from rolegate.diagnostics import one_line
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
    """The results as JUnit XML: a suite for each set, a case for each expectation."""
    suites = [line for run in runs for line in _suite(run)]
    results = [result for run in runs for result in run.results]
    head = f'<testsuites name="rolegate" {_counts(results)}>'
    return "\n".join(('<?xml version="1.0" encoding="UTF-8"?>', head, *suites, "</testsuites>")) + "\n"


def _suite(run: ExpectationRun) -> Iterator[str]:
    yield f"  <testsuite name={_attribute(run.source)} {_counts(run.results)}>"
    for result in run.results:
        span = result.expectation.span
        where = f'classname={_attribute(span.file)} file={_attribute(span.file)} line="{span.line}"'
        case = f"    <testcase name={_attribute(result.expectation.name)} {where}"
        if result.met:
            yield f"{case}/>"
            continue
        yield f"{case}>"
        said = "\n".join(line for answer in result.unmet for line in unmet_lines(answer))
        yield f"      <failure message={_attribute(_first(result))}>{_xml(escape(said))}</failure>"
        yield "    </testcase>"
    yield "  </testsuite>"


def _counts(results: Sequence[ExpectationResult]) -> str:
    unmet = sum(not result.met for result in results)
    return f'tests="{len(results)}" failures="{unmet}" errors="0"'


def _first(result: ExpectationResult) -> str:
    more = f" (and {len(result.unmet) - 1} more)" if len(result.unmet) > 1 else ""
    return result.unmet[0].message + more


def _attribute(text: str) -> str:
    return quoteattr(_xml(plain(text)))


def _xml(text: str) -> str:
    """*text* without what no XML document may hold, not even as a reference."""
    return _NOT_XML.sub("\ufffd", text)


def tap_text(runs: Sequence[ExpectationRun]) -> str:
    """The results as TAP 14: a line for each expectation, and below it what is not as expected."""
    results = [result for run in runs for result in run.results]
    lines = ["TAP version 14", f"1..{len(results)}"]
    for number, result in enumerate(results, 1):
        name = re.sub(r"([\\#])", r"\\\1", plain(result.expectation.name))
        lines.append(f"{'ok' if result.met else 'not ok'} {number} - {name}")
        if not result.met:
            said = [line for answer in result.unmet for line in unmet_lines(answer)]
            place = json.dumps(str(result.expectation.span))
            lines += ["  ---", f"  at: {place}", "  unmet:"]
            lines += [f"    - {json.dumps(line)}" for line in said]
            lines.append("  ...")
    return "\n".join(lines) + "\n"
