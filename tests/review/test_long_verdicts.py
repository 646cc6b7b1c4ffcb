"""A verdict in a comment: what does not fit into it is counted."""

from __future__ import annotations

import re

import yaml

from rolegate.diagnostics import Diagnostic, Span
from rolegate.review.access_diff import AccessDiff
from rolegate.review.diff_markdown import diff_markdown
from rolegate.review.gate_refusal import GateRefusal
from rolegate.review.gate_verdict import GateVerdict
from rolegate.review.verdict_text import verdict_markdown


def refusals(number: int, long: int) -> tuple[GateRefusal, ...]:
    texts = [f"_{n}_{'<' * long}" for n in range(number)]
    return tuple(GateRefusal("rule", (text,), approval={"rules": [text]}) for text in texts)


def test_refused_lines_and_findings_that_do_not_fit_are_counted() -> None:
    """Each list has at most twenty lines, fewer where they are long, and says how many more there are."""
    span = Span("approvals.yaml", 1, 1)
    findings = tuple(Diagnostic("RG713", span, f"m{n}", "") for n in range(57))
    head, lines, _, found = verdict_markdown(GateVerdict(AccessDiff(()), refusals(33, 1), findings))
    assert head == "**❌ Refused: 33 lines.**"
    assert lines.splitlines()[20:] == ["- and 13 more"]
    summary, *listed = found.splitlines()
    assert summary.startswith("<details><summary>In approvals.yaml 57 approvals are left that this change ")
    assert listed[21:] == ["- and 37 more", "", "</details>"]


def test_entries_that_do_not_fit_are_counted_and_the_block_is_yaml() -> None:
    """The entries that are there can be written into a file as they are."""
    for number, long in ((3, 10), (400, 100)):
        part = verdict_markdown(GateVerdict(AccessDiff(()), refusals(number, long)))[2]
        block = part.split("```")[1].removeprefix("yaml")
        shown = len(yaml.safe_load(block)["approvals"])
        more = re.findall(r"# and (\d+) more: rolegate diff --gate prints them", block)
        assert shown + sum(map(int, more)) == number
        assert len(part) < 21_000


def test_a_comment_keeps_to_its_size_whatever_is_refused() -> None:
    """Escapes and signs beyond 16 bits are counted as they are written."""
    span = Span("approvals.yaml", 1, 1)
    findings = tuple(Diagnostic("RG713", span, "𝔸<" * 3_000, "") for _ in range(40))
    verdict = GateVerdict(AccessDiff(()), refusals(400, 3_000), findings)
    comment = diff_markdown(verdict.diff, verdict_markdown(verdict, routes=3), end="x" * 10_000)
    assert len(comment) + comment.count("𝔸") <= 65_000
