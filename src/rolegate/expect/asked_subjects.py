"""The subjects of an expectation, each with the domain in which it is asked about."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from rolegate.diagnostics import Report, Span
from rolegate.documents.expectations_file import (
    ExpectedAccessShape,
    ExpectedRightsShape,
    ExpectedSubjectsShape,
    ExpectedTreeShape,
)
from rolegate.documents.former_name_problems import name_renamed
from rolegate.documents.text import Text
from rolegate.engine.question import Question
from rolegate.expect import problems
from rolegate.expect.asked_texts import can_be_asked, why_not
from rolegate.grants.roles import role_today
from rolegate.policy.policy import Policy


@dataclass(frozen=True, slots=True)
class NamedLists:
    """The lists of subjects that files of expectations declare."""

    lists: Mapping[str, ExpectedSubjectsShape]

    def of(self, shape: ExpectedAccessShape, report: Report) -> Iterator[ExpectedSubjectsShape]:
        """The subjects of *shape*: its own, and those of the lists that it names."""
        yield shape
        for name in shape.subjects:
            if name in self.lists:
                yield self.lists[name]
            else:
                problems.list_unknown(report, name, sorted(self.lists))


class SubjectReader:
    """Gives questions that lack nothing but their permission; what cannot be asked about is reported."""

    def __init__(self, policy: Policy, report: Report) -> None:
        self._policy = policy
        self._users = frozenset(policy.users)
        self._report = report
        self._aside: dict[str, list[Span]] = {}
        self._any = next(policy.catalog.permissions).path
        self.stranger = next(f"{n}" for n in range(len(self._users) + 1) if f"{n}" not in self._users)

    def domains(self, names: Sequence[Text], roles_alone: bool, span: Span) -> Iterator[str | None]:
        """The domains to ask in: those that are named, or none where that is possible."""
        if not names:
            about = Question(self._any, role="-") if roles_alone else Question(self._any, user="-")
            if roles_alone or can_be_asked(about, span, self._policy.resolved, self._report):
                yield None
        for written in names:
            name = self._domain(written)
            if name in self._policy.resolved.domains.dark:
                self._aside.setdefault(str(name), []).append(name.span)
                continue
            about = Question(self._any, user="-", domain=str(name))
            if can_be_asked(about, name.span, self._policy.resolved, self._report):
                yield str(name)

    def report_aside(self) -> None:
        """Report each domain that is set aside once, at the first place that names it."""
        for name, spans in self._aside.items():
            about = Question(self._any, user="-", domain=name)
            why = why_not(about, self._policy.resolved)
            if why is not None:
                problems.domain_aside(self._report, spans, why)

    def one(
        self, shape: ExpectedRightsShape | ExpectedTreeShape, domain: Text | None
    ) -> tuple[Question, tuple[str, str]] | None:
        """A question about the one subject of *shape*, with who that is and where, in words.

        None for none, for several, and for one that cannot be asked about, which is reported.
        """
        named = ExpectedSubjectsShape.model_construct(
            user=[shape.user] if shape.user is not None else [],
            team=[shape.team] if shape.team is not None else [],
            role=[shape.role] if shape.role is not None else [],
            everyone=shape.everyone or None,
        )
        subjects = (shape.user, shape.team, shape.role, named.everyone)
        if len([one for one in subjects if one is not None]) != 1:
            problems.one_subject(self._report, shape.span)
            return None
        domains = [domain] if domain is not None else []
        for name in self.domains(domains, bool(named.role), shape.span):
            for about in self.about(named, name):
                who = "everyone" if named.everyone else f"{about.subject}"
                return about, (who, "" if name is None else f" in {name}")
        return None

    def _domain(self, name: Text) -> Text:
        now = self._policy.resolved.domains.former.get(name)
        if now is None:
            return name
        name_renamed(self._report, name, "domain", now)
        return Text(now, name.span)

    def roles(self, names: Sequence[Text], domain: str | None) -> list[Text]:
        """*names*, or what these roles are called now; a former name is reported."""
        resolved = self._policy.resolved
        outer = () if domain is None else resolved.domains.outward(domain)
        return [role_today(name, outer, resolved.roles, self._report) for name in names]

    def about(self, shape: ExpectedSubjectsShape, domain: str | None) -> Iterator[Question]:
        """A question about each subject of *shape* in a domain."""
        for user in shape.user:
            if user in self._users:
                yield Question(self._any, user=str(user), domain=domain)
            else:
                problems.user_unnamed(self._report, user, self._policy.users)
        for kind, names in (("team", shape.team), ("role", self.roles(shape.role, domain))):
            for name in names:
                asked = Question(self._any, user="-").about(kind, str(name), domain)  # type: ignore[arg-type]
                if can_be_asked(asked, name.span, self._policy.resolved, self._report):
                    yield asked
        if shape.everyone:
            yield Question(self._any, user=self.stranger, domain=domain)
        elif shape.everyone is False:
            problems.everyone_false(self._report, shape.at("everyone"))
