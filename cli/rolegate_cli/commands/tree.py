"""`rolegate tree`: the checkboxes of a role, a team or a user."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import click

import rolegate
from rolegate_cli import complete_names, options
from rolegate_cli.asked_path import check_path
from rolegate_cli.asked_strangers import tell_of_stranger
from rolegate_cli.exit_codes import YES
from rolegate_cli.output import Output
from rolegate_cli.read_policy import read_policy

if TYPE_CHECKING:
    from rolegate.loading.sources import Source


@click.command(
    "tree",
    epilog="SOURCE is a policy set: a folder, or REVISION:FOLDER as in git. "
    "Exit codes: 0 shown, 2 the question or the set cannot be read.",
)
@options.source
@click.argument("path", required=False, shell_complete=complete_names.paths)
@options.subject
@options.domain
@options.depth
@options.locale
@options.at
@options.output_format("text", "html", "json")
def command(
    source: Source,
    path: str | None,
    subject: options.SubjectOption,
    domain: str | None,
    depth: int | None,
    locale: str | None,
    at: datetime | None,
    format: str,
) -> int:
    """Show the permissions as a tree of checkboxes.

    Without a subject it shows the catalog, or the part of it that --domain has; with --role, --user or --team
    it shows what is ticked. PATH is a group or a permission: only what is below it is shown.
    """
    policy = read_policy(source, at)
    root = policy.tree(
        role=subject.role,
        user=subject.user,
        team=subject.team,
        domain=options.in_domain(policy, subject, domain),
        locale=locale,
    )
    output = Output(format)
    if path is not None:
        check_path(policy, path)
    node = None if path is None else policy.catalog.find(path)
    root = root.part(path if node is None else node.path, depth)
    ticked, spoken = subject.kind is not None, locale or policy.locales[0]
    match format:
        case "json":
            output.answer(root.to_dict())
        case "html":
            texts = () if subject.role is None else policy.role_texts(domain, locale=locale)
            roles = {text.name: text.title for text in texts}
            title = ": ".join([root.title, *(roles.get(name, name) for name in subject.to_dict().values())])
            output.write(rolegate.tree_html(root, title, spoken, ticked=ticked))
        case _:
            from rolegate.answers.page_words import page_words
            from rolegate.answers.role_texts import kind_title
            from rolegate.catalog.labels import words_of
            from rolegate_cli.render.tree_text import show_tree

            titles = words_of(policy.resolved.labels, locale)
            kind = "" if subject.role is None else kind_title(policy.resolved, titles, subject.role, domain)
            show_tree(output, root, page_words(spoken), ticked=ticked, kind=kind)
    tell_of_stranger(policy, subject.user, domain, locale)
    return YES
