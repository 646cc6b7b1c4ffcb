"""Whom and what the lines of a source name: subjects, roles, domains, and who has which role."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from rolegate.diagnostics import Report, Span, quoted
from rolegate.encoding import MAX_COLUMN, MAX_OF_DOMAIN, MAX_ROLE, MAX_USER, encode
from rolegate.importing import problems
from rolegate.importing.casbin_lines import FOLLOWED, CasbinLine, CasbinModel
from rolegate.importing.casbin_matcher import ColumnTest, MatcherTerms
from rolegate.importing.object_templates import is_pattern

Reached = Mapping[str, frozenset[str]]
"""For each name, itself and all that it has or belongs to."""


@dataclass(slots=True)
class SourceNames:
    """What the lines of a source name. Without domains, `domains` is None alone."""

    model: CasbinModel
    terms: MatcherTerms
    lines: tuple[CasbinLine, ...]
    report: Report
    links: dict[tuple[str, str | None], dict[str, list[str]]] = field(init=False, default_factory=dict)
    section: str | None = field(init=False, default=None)
    domains: tuple[str | None, ...] = field(init=False, default=(None,))
    roles: frozenset[str] = field(init=False, default=frozenset())
    unusable: set[tuple[str, str]] = field(init=False, default_factory=set)
    _reached: dict[tuple[str, str | None], Reached] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        for line in self.lines:
            if line.section != "p":
                domain = line.values[2] if len(line.values) > 2 else None
                linked = self.links.setdefault((line.section, domain), {})
                linked.setdefault(line.values[0], []).append(line.values[1])
        self.section = self._roles_section()
        linked_lines = [line for line in self.lines if line.section == self.section]
        names = {line.values[1] for line in linked_lines}
        self.roles = frozenset(names | {name for _, name in self.terms.allowed_roles})
        if "domain" in self.terms.parts:
            self.domains = tuple(self._domains(linked_lines))
        self._check_ids(linked_lines)
        self._tell_matched_by_application()
        for section, domain in self.links:
            if section == self.section:
                self._check_depth(section, domain)

    def column(self, part: str, line: CasbinLine) -> str | None:
        """What *line* says of a part of a question; None where lines say nothing of it."""
        test = self.terms.tests.get(part)
        return None if test is None else line.values[self.model.columns.index(test.column)]

    def matches(self, test: ColumnTest, asked: str, value: str, domain: str | None) -> bool:
        """Whether *asked* matches *value* by equality, by roles or as a word for everything."""
        if value in test.words or (test.equal and asked == value):
            return True
        return any(
            asked == value or value in self.reached(section, domain if by_domain else None).get(asked, ())
            for section, by_domain in test.links
        )

    def reached(self, section: str, domain: str | None) -> Reached:
        """What each linked name reaches in *domain*, over as many links as Casbin follows."""
        key = section, domain
        if key not in self._reached:
            linked = self.links.get(key, {})
            names = {*linked, *(name for far in linked.values() for name in far)}
            self._reached[key] = {name: frozenset(_reach(name, linked, FOLLOWED)) for name in names}
        return self._reached[key]

    def linked_in(self, domain: str | None) -> Mapping[str, list[str]]:
        """Who has which role by itself in *domain*."""
        key = self.section or "", domain if self.by_domain else None
        return self.links.get(key, {})

    def roles_reached(self, domain: str | None) -> Reached:
        return self.reached(self.section or "", domain if self.by_domain else None)

    @property
    def by_domain(self) -> bool:
        """Whether who has which role depends on the domain."""
        return self.section is not None and self.model.links[self.section] > 2

    def usable(self, kind: str, text: str) -> bool:
        return (kind, text) not in self.unusable

    def kind_of(self, subject: str) -> str:
        return "role" if subject in self.roles else "user"

    def _roles_section(self) -> str | None:
        subject = self.terms.tests.get("subject")
        sections = {link for link, _ in subject.links} if subject is not None else set()
        sections |= {link for link, _ in self.terms.allowed_roles}
        if len(sections) > 1:
            raise problems.refused(
                self.model.span,
                "the matcher looks up subjects in several role definitions",
                "use one of them",
            )
        if subject is not None and subject.functions:
            raise problems.refused(
                self.model.span,
                "subjects are compared by patterns",
                "write a role, and who has it as `g` lines",
            )
        return next(iter(sections), None)

    def _domains(self, linked: Iterable[CasbinLine]) -> list[str]:
        test = self.terms.tests.get("domain")
        found = {line.values[2] for line in linked if len(line.values) > 2}
        for line in self.lines:
            value = self.column("domain", line) if line.section == "p" else None
            if test is None or value is None or value in test.words:
                continue
            if not any(is_pattern(function, value) for function in test.functions):
                found.add(value)
        for section, by_domain in test.links if test is not None else ():
            if not by_domain:
                pairs = self.links.get((section, None), {})
                found |= {*pairs, *(name for far in pairs.values() for name in far)}
        if not found:
            raise problems.refused(
                self.model.span,
                "no line names a domain",
                "name one in a line, or leave domains out of the model",
            )
        return sorted(found)

    def _check_ids(self, linked: list[CasbinLine]) -> None:
        """Note which texts cannot be ids, and report each where it is first written."""
        everyone = self.terms.tests["subject"].words if "subject" in self.terms.tests else ()
        subjects: list[tuple[str, Span]] = []
        domains: list[tuple[str, Span]] = [(line.values[2], line.span) for line in linked if line.values[2:]]
        for line in self.lines:
            if line.section == "p":
                subject, domain = self.column("subject", line), self.column("domain", line)
                if subject is not None and subject not in everyone:
                    subjects.append((subject, line.span))
                if domain is not None and domain in self.domains:
                    domains.append((domain, line.span))
        subjects += [(name, line.span) for line in linked for name in line.values[:2]]
        for domain, span in domains:
            self._check_id("domain", domain, MAX_COLUMN, span)
        self.domains = tuple(one for one in self.domains if one is None or self.usable("domain", one))
        longest = max((len(encode(one)) for one in self.domains if one is not None), default=0)
        most = {"user": MAX_USER, "role": MAX_OF_DOMAIN - longest if longest else MAX_ROLE}
        for subject, span in subjects:
            kind = self.kind_of(subject)
            self._check_id(kind, subject, most[kind], span)

    def _tell_matched_by_application(self) -> None:
        """Tell, once for each column, that a text which looks like a pattern is taken as it is."""
        told: set[tuple[str, str]] = set()
        for line in self.lines:
            for column, text in self._compared_as_they_are(line):
                if (line.section, column) not in told and is_pattern("keyMatch2", text.replace("*", "/*")):
                    told.add((line.section, column))
                    problems.pattern_as_text(self.report, line.span, text)

    def _compared_as_they_are(self, line: CasbinLine) -> Iterator[tuple[str, str]]:
        """The values of *line* that no function of the matcher compares as patterns."""
        if line.section != "p":
            yield from zip(("user", "role", "domain"), line.values, strict=False)
            return
        for part, test in self.terms.tests.items():
            value = self.column(part, line)
            if value is not None and not test.functions and value not in test.words:
                yield part, value

    def _check_id(self, kind: str, text: str, most: int, span: Span) -> None:
        if (kind, text) in self.unusable:
            return
        why = "it is empty" if not text else ""
        if text and len(encode(text)) > most:
            why = f"it has more than {most} characters once it is percent-encoded"
        if why:
            self.unusable.add((kind, text))
            problems.id_unusable(self.report, span, kind, text, why)

    def _check_depth(self, section: str, domain: str | None) -> None:
        linked = self.links[section, domain]
        for name, near in self.reached(section, domain).items():
            far = _reach(name, linked, len(linked) + 1) - near
            if far:
                raise problems.refused(
                    self.model.span,
                    f"{quoted(name)} has the role {quoted(min(far))} over more than {FOLLOWED} links, and"
                    " Casbin stops there without a word",
                    "shorten the chain of roles, so that everybody sees what is meant",
                )


def _reach(name: str, linked: Mapping[str, list[str]], most: int) -> set[str]:
    found = front = {name}
    for _ in range(most):
        front = {far for near in front for far in linked.get(near, ())} - found
        if not front:
            break
        found = found | front
    return found
