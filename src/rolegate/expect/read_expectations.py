"""The files of expectations become expectations of one policy, with every name looked up."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from rolegate.catalog.grant_syntax import GrantSyntaxError, parse_instance
from rolegate.diagnostics import Report
from rolegate.documents.capture import Files
from rolegate.documents.expectations_file import (
    ANSWERS,
    BOXES,
    HOLDERS,
    ExpectationsShape,
    ExpectedAccessShape,
    ExpectedHoldersShape,
    ExpectedRightsShape,
    ExpectedSubjectsShape,
    ExpectedTreeShape,
)
from rolegate.documents.file_kinds import EXPECTATIONS
from rolegate.documents.set_reader import read_beside
from rolegate.documents.text import Text
from rolegate.engine.question import Question
from rolegate.expect import problems
from rolegate.expect.asked_subjects import NamedLists, SubjectReader
from rolegate.expect.asked_texts import AskedText, asked_text, can_be_asked, questions_of
from rolegate.expect.expectations import (
    Expectation,
    ExpectedAnswer,
    ExpectedHolders,
    ExpectedRights,
    ExpectedTree,
)
from rolegate.expect.expected_boxes import boxes_of
from rolegate.expect.field_texts import field_texts
from rolegate.expect.record_facts import RecordFacts, read_facts
from rolegate.grants.moments import read_moment
from rolegate.grants.zones import NO_ZONE
from rolegate.policy.policy import Policy


def read_expectations_of(files: Files, policy: Policy | None, report: Report) -> tuple[Expectation, ...]:
    """The expectations beside the policy in *files*; without a policy, only their form is looked at."""
    shapes = read_beside(files, report, EXPECTATIONS)
    return () if policy is None else expectations_of(shapes, policy, report)


def expectations_of(
    shapes: Sequence[ExpectationsShape], policy: Policy, report: Report
) -> tuple[Expectation, ...]:
    """The expectations of several files, which share their lists; what is wrong with them is reported."""
    reader = _Reader(shapes, policy, report)
    found = tuple(one for shape in shapes for one in reader.of_file(shape))
    reader.report_aside()
    return found


@dataclass(frozen=True, slots=True)
class _ExpectedText:
    """A text of `allow`, `deny` or `fields`; `on_record` says that the record of the entry decides."""

    asked: AskedText
    allowed: bool
    on_record: bool


class _Reader:
    """Reads entry after entry."""

    def __init__(self, shapes: Sequence[ExpectationsShape], policy: Policy, report: Report) -> None:
        self._policy = policy
        self._report = report
        self._subjects = SubjectReader(policy, report)
        lists: dict[str, ExpectedSubjectsShape] = {}
        for name, found in (entry for shape in shapes for entry in shape.subjects.items()):
            first = next((other for other in lists if other == name), None)
            if first is not None:
                problems.lists_of_one_name(report, _text(name), _text(first).span)
            else:
                lists[_text(name)] = found
            if not _names(found):
                problems.list_of_nobody(report, _text(name).span)
        self._lists = NamedLists(lists)
        self._of_file: Text | None = None

    def report_aside(self) -> None:
        """Report each domain that is set aside and that expectations are about."""
        self._subjects.report_aside()

    def of_file(self, shape: ExpectationsShape) -> Iterator[Expectation]:
        self._of_file = shape.moment
        for access in shape.access:
            yield self._access(access)
        for holders in shape.who_can:
            yield self._holders(holders)
        for rights in shape.holds:
            yield self._rights(rights)
        for tree in shape.trees:
            yield self._tree(tree)

    def _access(self, shape: ExpectedAccessShape) -> Expectation:
        parts = list(self._lists.of(shape, self._report))
        if not any(_names(part) for part in parts) and not shape.subjects:
            problems.nobody(self._report, shape.span)
        if not (shape.allow or shape.deny or shape.fields):
            problems.nothing_expected(self._report, shape.span, ANSWERS)
        roles_alone = not any(part.user or part.team or part.everyone for part in parts)
        facts = read_facts(shape, parts, self._policy.catalog.user, self._report)
        texts = list(self._texts(shape, on_record=facts.record is not None))
        answers = tuple(
            answer
            for domain in self._subjects.domains(shape.domain, roles_alone, shape.span)
            for part in parts
            for about in self._subjects.about(part, domain)
            for answer in self._answers(texts, about, shape, facts)
        )
        who = list(dict.fromkeys(answer.who for answer in answers))
        name = shape.name or ", ".join(who[:3]) + (f" and {len(who) - 3} more" if len(who) > 3 else "")
        return Expectation(str(name), "access", shape.span, answers)

    def _texts(self, shape: ExpectedAccessShape, *, on_record: bool) -> Iterator[_ExpectedText]:
        """What the entry says of permissions and fields, each on its record if it has one."""
        for key, allowed in (("allow", True), ("deny", False)):
            for text in getattr(shape, key):
                asked = self._asked(text, shape)
                if asked is not None:
                    yield _ExpectedText(asked, allowed, on_record)
        for field in field_texts(shape.fields, self._policy.catalog, self._report):
            asked = asked_text(field.text, self._policy.resolved, self._report)
            if asked is not None:
                yield _ExpectedText(asked, field.allowed, on_record and field.scoped)

    def _asked(self, text: Text, shape: ExpectedAccessShape) -> AskedText | None:
        asked = asked_text(text, self._policy.resolved, self._report)
        if asked is not None and shape.record is not None and (asked.limited or asked.scope is not None):
            problems.record_says(self._report, text)
            return None
        if asked is not None and shape.on and asked.limited:
            problems.instance_twice(self._report, text, shape.at("on"))
            return None
        return asked

    def _answers(
        self, texts: Sequence[_ExpectedText], about: Question, shape: ExpectedAccessShape, facts: RecordFacts
    ) -> Iterator[ExpectedAnswer]:
        at = self._moment(shape.moment, about.domain)
        for expected in texts:
            asked, allowed, text = expected.asked, expected.allowed, expected.asked.text
            ask = partial(questions_of, asked, allowed=allowed, resolved=self._policy.resolved)
            for on in self._instances(shape) or (None,):
                for question in ask(replace(about, on=on), report=self._report):
                    answer = ExpectedAnswer(question, allowed, str(text), text.span, at)
                    if expected.on_record:
                        whole = replace(question, any=True)
                        answer = replace(
                            answer, question=whole, record=facts.record, attributes=facts.attributes
                        )
                    yield answer

    def _instances(self, shape: ExpectedAccessShape) -> tuple[tuple[str, ...], ...]:
        found = []
        for text in shape.on:
            try:
                found.append(parse_instance(text))
            except GrantSyntaxError as error:
                problems.grant_unreadable(self._report, text, error)
        return tuple(found)

    def _holders(self, shape: ExpectedHoldersShape) -> Expectation:
        text = shape.permission
        name = str(shape.name or f"who can {text}" + (f" in {shape.domain}" if shape.domain else ""))
        if all(getattr(shape, key) is None for key in HOLDERS):
            problems.nothing_expected(self._report, shape.span, HOLDERS)
        domains = [shape.domain] if shape.domain is not None else []
        asked = asked_text(text, self._policy.resolved, self._report)
        if asked is not None and asked.star:
            problems.star_of_holders(self._report, text)
        for domain in self._subjects.domains(domains, False, text.span):
            if asked is None or asked.star:
                continue
            about = Question(asked.permissions[0].path, user="-", domain=domain, on=asked.on)
            question = replace(about, scope=asked.scope, any=bool(shape.any))
            if not can_be_asked(question, text.span, self._policy.resolved, self._report):
                continue
            roles = None if shape.roles is None else self._subjects.roles(shape.roles, domain)
            named = ExpectedSubjectsShape.model_construct(
                user=shape.users or [], team=shape.teams or [], role=roles or [], everyone=None
            )
            for _ in self._subjects.about(named, domain):
                pass  # what is wrong with a name is reported
            given = {"users": shape.users, "teams": shape.teams, "roles": roles}
            lists = {key: tuple(map(str, names)) for key, names in given.items() if names is not None}
            at = self._moment(shape.moment, domain)
            holders = ExpectedHolders(question, lists, shape.everyone, str(text), text.span, at)
            return Expectation(name, "who_can", shape.span, holders=holders)
        return Expectation(name, "who_can", shape.span)

    def _rights(self, shape: ExpectedRightsShape) -> Expectation:
        found = self._subjects.one(shape, shape.domain)
        if found is None:
            return Expectation("", "holds", shape.span)
        about, who = found
        at = self._moment(shape.moment, about.domain)
        rights = ExpectedRights(about, tuple(map(str, shape.exactly)), shape.at("exactly"), at)
        return Expectation(
            str(shape.name or f"what {who[0]} holds{who[1]}"), "holds", shape.span, rights=rights
        )

    def _tree(self, shape: ExpectedTreeShape) -> Expectation:
        if not any(getattr(shape, key) for key in BOXES):
            problems.nothing_expected(self._report, shape.span, BOXES)
        boxes = tuple(boxes_of(shape, self._policy.resolved, self._report))
        found = self._subjects.one(shape, shape.domain)
        if found is None:
            return Expectation("", "trees", shape.span)
        about, who = found
        tree = ExpectedTree(about, boxes, self._moment(shape.moment, about.domain))
        name = str(shape.name or f"the boxes of {who[0]}{who[1]}")
        return Expectation(name, "trees", shape.span, tree=tree)

    def _moment(self, text: Text | None, domain: str | None) -> datetime | None:
        text = text if text is not None else self._of_file
        if text is None:
            return None
        domains = self._policy.resolved.domains
        zone = domains[domain].zone if domain is not None and domain in domains else NO_ZONE
        return read_moment(text, zone, self._report)


def _names(shape: ExpectedSubjectsShape) -> bool:
    return bool(shape.user or shape.team or shape.role or shape.everyone is not None)


def _text(name: str) -> Text:
    assert isinstance(name, Text)  # noqa: S101 - a key of a file
    return name
