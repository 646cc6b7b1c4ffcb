"""Findings as JUnit XML: a suite for each policy set or file, and a case for each finding in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from rolegate.diagnostics import Diagnostic
from rolegate.texts.escaping import in_xml
from rolegate_cli.render.listed_findings import ListedFindings
from rolegate_cli.render.repository_paths import repository_path

XML_HEAD = '<?xml version="1.0" encoding="UTF-8"?>'


def junit_suites(listed: ListedFindings) -> str:
    """A file with findings is a suite, and each of them a case that fails or, for a warning, says so.

    What was checked and has no finding is a suite with one case that passes.
    """
    by_file: dict[str, list[Diagnostic]] = {}
    for finding in sorted(listed.found, key=lambda finding: finding.span):
        by_file.setdefault(repository_path(finding.file), []).append(finding)
    places = [repository_path(place) for place in listed.places]
    clean = [place for place in places if not any(_within(file, place) for file in by_file)]
    suites = [passed_suite(listed.command, place) for place in clean]
    suites += [_suite(file, found, listed) for file, found in by_file.items()]
    failures = sum(map(listed.fails, listed.found))
    counts = {"name": f"rolegate {listed.command}", "tests": len(clean) + len(listed.found)}
    counts |= {"failures": failures, "errors": 0}
    return "\n".join([XML_HEAD, *xml_element("testsuites", counts, suites)]) + "\n"


def _within(file: str, place: str) -> bool:
    return place in (".", file) or file.startswith(f"{place}/")


def passed_suite(command: str, place: str) -> list[str]:
    """A suite for *place*, in which there is nothing to report."""
    case = xml_element("testcase", {"classname": place, "name": f"rolegate {command}"})
    return xml_element("testsuite", {"name": place, "tests": 1, "failures": 0, "errors": 0}, [case])


def _suite(file: str, found: Sequence[Diagnostic], listed: ListedFindings) -> list[str]:
    failures = sum(map(listed.fails, found))
    counts = {"name": file, "tests": len(found), "failures": failures, "errors": 0, "file": file}
    return xml_element(
        "testsuite", counts, [_case(file, finding, listed.fails(finding)) for finding in found]
    )


def _case(file: str, finding: Diagnostic, fails: bool) -> list[str]:
    name = f"{finding.line}:{finding.column} {finding.code} {finding.name}"
    said = [f"{file}:{finding.line}:{finding.column}: {finding.message}"]
    said += [f"{other.span}: {other.message}" for other in finding.related]
    said += [f"help: {finding.help}"] * bool(finding.help)
    text = "\n".join(map(in_xml, said))
    if fails:
        inside = xml_text("failure", {"type": finding.severity, "message": finding.message}, text)
    else:
        inside = xml_text("system-out", {}, f"{finding.severity}: {text}")
    return xml_element("testcase", {"classname": file, "name": name}, [[inside]])


def xml_element(
    name: str, attributes: Mapping[str, object], inside: Iterable[Iterable[str]] = ()
) -> list[str]:
    """The lines of an element; *inside* has those of the elements in it."""
    lines = [f"  {line}" for element in inside for line in element]
    start = f"<{name}{_attributes(attributes)}"
    return [f"{start}>", *lines, f"</{name}>"] if lines else [f"{start}/>"]


def xml_text(name: str, attributes: Mapping[str, object], text: str) -> str:
    """An element with *text* that is escaped already, on as many lines as it has."""
    return f"<{name}{_attributes(attributes)}>{text}</{name}>"


def _attributes(given: Mapping[str, object]) -> str:
    return "".join(f' {key}="{in_xml(str(value))}"' for key, value in given.items())
