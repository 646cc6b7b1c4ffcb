"""The exact lists of expectations are written into their files as the policy is, for review."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

from rolegate.compiled.names import FULL, STRANGER, parse_subject
from rolegate.diagnostics import Report, Span
from rolegate.documents.capture import Files
from rolegate.documents.edit_expectations import ListValue, WantedLists, edited_lists, new_file
from rolegate.documents.file_kinds import EXPECTATIONS, HOLDS_FILE
from rolegate.documents.limits import Limits
from rolegate.documents.save_file import save_file
from rolegate.documents.set_reader import read_beside
from rolegate.documents.text import Text
from rolegate.encoding import decode
from rolegate.engine.asked_moment import moment_of
from rolegate.engine.translation import translate
from rolegate.errors import InvalidExpectationsError
from rolegate.expect.expectations import Expectation, ExpectedTree
from rolegate.expect.read_expectations import read_expectations_of
from rolegate.grants.moments import read_moment, show_moment
from rolegate.grants.zones import NO_ZONE
from rolegate.loading.load import policy_of
from rolegate.loading.sources import Source, refuse_to_change, source_files
from rolegate.policy.policy import Policy
from rolegate.review.expectation_results import chosen, holders_there, rights_there
from rolegate.review.policy_cells import cells_of
from rolegate.review.shown_boxes import looks_as_they_are
from rolegate.review.tree_results import tree_there


@dataclass(frozen=True, slots=True)
class WrittenLists:
    """What was written: the `files`, and how many lists in them say something else than before."""

    files: tuple[Path, ...]
    lists: int


def write_expectations(
    source: str | Source,
    *,
    at: date | None = None,
    only: Sequence[str] = (),
    everybody: bool = False,
    limits: Limits | None = None,
) -> WrittenLists:
    """Write what is held, and by whom, into the lists of expectations that say otherwise.

    These are `exactly` under `holds`, `users`, `teams`, `roles` and `everyone` under `who_can`, and the boxes
    under `trees`, each of which goes into the list of what it shows. What is
    under `access` is not written: it says what is meant. With *only*, those are written whose file or name is
    one of these, as for `run_expectations`. With *everybody*, whoever has no list under `holds` gets one in
    `tests/holds.yaml`; a new file has the time *at*, if it is given. Comments stay.
    *limits* are those of `validate`.

    Raises:
        PolicyNotFoundError: when there is no policy set.
        InvalidPolicyError, InvalidExpectationsError: when the set or one of its expectations has errors.
        InvalidQuestionError: when *at* is neither a date nor a time.
        EditError: for a revision or a store, and when a file cannot be written, or not without the loss of
            a comment.
    """
    refuse_to_change(source)
    files = source_files(source, beside=True, limits=limits)
    moment = None if at is None else moment_of(at)
    policy = policy_of(files, moment)
    report = Report()
    expectations = read_expectations_of(files, policy, report)
    if report.failed:
        raise InvalidExpectationsError(report.sorted())
    wanted = _wanted(files, policy, chosen(expectations, only))
    count = sum(len(one.changed) for one in wanted.values())
    time = _time(files, moment)
    if everybody:
        added = tuple(_added(policy, expectations, time))
        before = wanted.get(HOLDS_FILE, WantedLists({}))
        wanted = {**wanted, HOLDS_FILE: WantedLists(before.changed, added)} if added else wanted
        count += len(added)
    texts = {name: _text(files, name, one, time) for name, one in wanted.items()}
    for name, text in texts.items():
        content = files.contents.get(name)
        save_file(files.folder, name, content if isinstance(content, bytes) else None, text.encode())
    return WrittenLists(tuple(files.folder / name for name in texts), count)


def _wanted(files: Files, policy: Policy, wanted: Sequence[Expectation]) -> Mapping[str, WantedLists]:
    """By their files, the lists that say otherwise."""
    names = {files.shown(name): name for name in files.contents}
    found: dict[str, dict[Span, Mapping[str, ListValue]]] = {}
    for expectation in wanted:
        values = dict(_new_values(expectation, policy))
        if values:
            found.setdefault(names[expectation.span.file], {})[expectation.span] = values
    return {name: WantedLists(changed) for name, changed in sorted(found.items())}


def _new_values(expectation: Expectation, policy: Policy) -> Iterator[tuple[str, ListValue]]:
    """The keys of an expectation that say otherwise, with what is the case."""
    rights, holders = expectation.rights, expectation.holders
    if rights is not None:
        held = rights_there(rights, policy, rights.at)
        if set(held) != set(rights.exactly):
            yield "exactly", held
    if holders is not None:
        there, everyone = holders_there(holders, policy, holders.at)
        for kind, listed in holders.lists.items():
            if set(there[kind]) != set(listed):
                yield kind, there[kind]
        said = bool(holders.everyone)
        if everyone != said and (holders.everyone is not None or "users" in holders.lists):
            yield "everyone", everyone
    if expectation.tree is not None:
        yield from _new_boxes(expectation.tree, policy)


def _new_boxes(tree: ExpectedTree, policy: Policy) -> Iterator[tuple[str, ListValue]]:
    """The lists of boxes that say otherwise."""
    there = looks_as_they_are(tree.boxes, tree_there(tree, policy, tree.at))
    for look, texts in there.items():
        if set(texts) != {box.text for box in tree.boxes if box.look == look}:
            yield look, texts


def _added(
    policy: Policy, expectations: Sequence[Expectation], time: str | None
) -> Iterator[Mapping[str, str | bool | Sequence[str]]]:
    """A list for each subject that has none, at the *time* of the file that gets it."""
    asked = [
        translate(one.rights.question, policy.resolved) for one in expectations if one.rights is not None
    ]
    for dom in cells_of(policy.snapshot()).domains:
        domain = decode(dom) if dom != FULL and policy.resolved.domains.declared else None
        there = cells_of(policy.snapshot(_moment(time, domain, policy)))
        listed = {there.place(question.sub, question.dom) for question in asked}
        for sub in there.domains[dom].subjects:
            if (dom, sub) not in listed:
                kind, name = ("everyone", "") if sub == STRANGER else parse_subject(sub)[:2]
                entry: dict[str, str | bool | Sequence[str]] = {kind: name or True}
                if domain is not None or (kind == "role" and dom != FULL):
                    entry["domain"] = decode(dom)
                yield {**entry, "exactly": there.rights(sub, dom)}


def _moment(time: str | None, domain: str | None, policy: Policy) -> datetime | None:
    if time is None:
        return None
    zone = NO_ZONE if domain is None else policy.resolved.domains[domain].zone
    return read_moment(Text(time, Span(HOLDS_FILE)), zone, Report())


def _time(files: Files, at: datetime | None) -> str | None:
    """The time of the file that gets new lists, or of a new one."""
    if HOLDS_FILE not in files.contents:
        return None if at is None else show_moment(at, NO_ZONE)
    own = replace(files, contents={HOLDS_FILE: files.contents[HOLDS_FILE]})
    moments = [shape.moment for shape in read_beside(own, Report(), EXPECTATIONS)]
    return next((str(moment) for moment in moments if moment is not None), None)


def _text(files: Files, name: str, wanted: WantedLists, time: str | None) -> str:
    content = files.contents.get(name)
    if isinstance(content, bytes):
        return edited_lists(content.decode(), files.shown(name), wanted)
    return new_file(time, wanted)
