"""The frame of a report: what it is about, and how names and lists are written in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from html import escape

from rolegate.answers.build_matrix import role_title, shown_name
from rolegate.answers.page_words import PageWords
from rolegate.answers.web_page import resource, said, web_page
from rolegate.catalog.labels import Words
from rolegate.engine.snapshot import Snapshot
from rolegate.grants.roles import Role
from rolegate.policy.policy import Policy
from rolegate.review.differences import PolicySide
from rolegate.review.part_holders import DomainHolders, part_holders
from rolegate.texts.escaping import code_in_html, in_html, message_in_html, plain

NAMED = 200
"""So many people are named of each permission, and so many lines of each list are shown."""


@dataclass(frozen=True)
class ReportSubject:
    """What a report is about: a policy at one moment, in the words of one language."""

    policy: Policy
    at: datetime
    locale: str
    titles: Words
    words: PageWords

    @cached_property
    def snapshot(self) -> Snapshot:
        """The policy at that moment."""
        return self.policy.snapshot(self.at)

    @cached_property
    def roles(self) -> tuple[Role, ...]:
        """The roles in the order of the matrix."""
        matrix = self.policy.matrix(locale=self.locale, depth=0)
        known = {shown_name(role): role for role in self.policy.resolved.roles.values()}
        return tuple(known[column.id] for column in matrix.columns)

    @cached_property
    def holders(self) -> dict[str, tuple[DomainHolders, ...]]:
        """Who holds each permission."""
        return part_holders(PolicySide.of(self.snapshot))

    @cached_property
    def _role_titles(self) -> dict[str, str]:
        roles = self.policy.resolved.roles
        return {shown_name(role): role_title(role, self.titles, roles) for role in roles.values()}

    @cached_property
    def _roles_by_title(self) -> Counter[str]:
        """How many roles have each title."""
        return Counter(self._role_titles.values())

    def role(self, name: str) -> str:
        """A role by its title; *name* is `domain/role` for a role of a domain."""
        title = self._role_titles.get(name, name)
        shared = self._roles_by_title[title] > 1
        return f"{in_html(title)} {code_in_html(name)}" if shared else in_html(title)

    def role_title(self, name: str) -> str:
        """The title of a role, beside which its name is written."""
        return in_html(self._role_titles.get(name, name))

    def domain(self, name: str) -> str:
        """A domain by its title."""
        return in_html(self.policy.resolved.domains[name].title)

    def permission(self, path: str) -> str:
        """A permission or a group by its title, with the kinds of its instances in it."""
        catalog = self.policy.catalog
        return in_html(self.titles.filled(self.titles.title(catalog.nodes[path]), {}, catalog))

    def place(self, file: str, line: int) -> str:
        """A line of a file of the set as code, seen from the set, wherever that was read from."""
        return code_in_html(f"{file.removeprefix(f'{self.policy.path}/')}:{line}")

    def said(self, key: str, **values: object) -> str:
        """Words of the program."""
        return said(self.words, key, **values)


@dataclass(frozen=True, slots=True)
class ReportSection:
    """A part of a report: its name in addresses, its title, how much there is of it, and its HTML.

    `count` is what the index says beside the title; `alarm` marks what somebody has to look at.
    """

    name: str
    title: str
    count: str
    body: str
    alarm: bool = False


def report_page(
    about: ReportSubject, title: str, sections: Sequence[ReportSection], left: Sequence[str] = ()
) -> str:
    """The page: an index, and the sections; it says which were *left* out, by their titles as HTML."""
    moment = about.at.strftime("%Y-%m-%d %H:%M UTC")
    index = "".join(
        f'<li{" class=alarm" if section.alarm else ""}><a href="#{section.name}">{section.title}</a>'
        f" <span>{section.count}</span></li>"
        for section in sections
    )
    parts = "\n".join(
        f'<section id="{section.name}"><h2>{section.title}</h2>\n{section.body}\n</section>'
        for section in sections
    )
    contents = escape(about.words.say("contents"))
    said_when = about.said("report_as_of", when=moment)
    without = note(f"{about.said('report_without')} {', '.join(left)}") if left else ""
    body = (
        f'<header><h1>{in_html(title)}</h1><p class="about">{said_when}</p>{without}</header>\n'
        f'<nav aria-label="{contents}"><ul>{index}</ul></nav>\n<main>\n{parts}\n</main>'
    )
    matrix = ".matrix {\n" + resource("matrix.css") + "}\n"
    style = resource("look.css") + resource("tree.css") + matrix + resource("report.css")
    return web_page(f"{plain(title)}: {about.words.say('report')}", about.words, body, style, "")


def listed(items: Iterable[str], kind: str = "names") -> str:
    """A list of HTML."""
    return f'<ul class="{kind}">{"".join(f"<li>{item}</li>" for item in items)}</ul>'


def more(about: ReportSubject, number: int) -> str:
    """How many are not shown."""
    return f'<span class="more">{about.said("and_more", number=number)}</span>'


def folded(summary: str, body: str, kind: str, *, opened: bool = False) -> str:
    """A part that is folded at first; on paper it never is."""
    return (
        f'<details class="{kind}"{" open" if opened else ""}><summary>{summary}</summary>\n{body}</details>'
    )


def english(about: ReportSubject, text: str) -> str:
    """A sentence that the program says in English alone; what it quotes in backticks is code."""
    lang = "" if about.words.locale == "en" else ' lang="en" dir="ltr"'
    return f'<span class="english"{lang}>{message_in_html(text)}</span>'


def note(html: str) -> str:
    """A sentence about what follows."""
    return f'<p class="about">{html}</p>'
