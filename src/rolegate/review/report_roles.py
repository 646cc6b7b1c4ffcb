"""The sections of a report about roles: the matrix, and the boxes of each role and of the catalog."""

from __future__ import annotations

from dataclasses import replace

from rolegate.answers.build_matrix import shown_name
from rolegate.answers.matrix_html import matrix_part
from rolegate.answers.tree_html import tree_legend, tree_part
from rolegate.errors import TreeTooLargeError
from rolegate.grants.roles import Role
from rolegate.review.report_page import ReportSection, ReportSubject, folded, note
from rolegate.texts.escaping import code_in_html, in_html
from rolegate.tree.tree_node import TreeNode

COLUMNS, CELLS = 40, 40_000
"""A matrix has at most so many roles; with more cells it shows the outermost groups alone."""
BOXES = 10_000
"""Trees have so many boxes together; the roles after that are counted."""


def matrix_section(about: ReportSubject) -> ReportSection:
    """Roles against permissions."""
    roles = about.roles
    permissions = sum(not permission.hidden for permission in about.policy.catalog.permissions)
    shown = [shown_name(role) for role in roles[:COLUMNS]]
    large = len(shown) * permissions > CELLS
    matrix = about.policy.matrix(locale=about.locale, roles=shown, depth=1 if large else None)
    notes = []
    if len(roles) > COLUMNS:
        notes.append(about.said("first_roles", shown=COLUMNS, number=len(roles)))
    if large:
        notes.append(about.said("groups_alone", number=permissions))
    body = "".join(map(note, notes)) + matrix_part(matrix, about.words)
    count = about.said("roles", number=len(roles))
    return ReportSection("matrix", about.said("matrix"), count, body)


def trees_section(about: ReportSubject) -> ReportSection:
    """What each role holds, as boxes; what it does not hold is in the matrix."""
    trees: list[tuple[Role, TreeNode | None]] = []
    left = BOXES
    for role in about.roles:
        if left <= 0:
            break
        held = _held_tree(about, role)
        left -= 1 if held is None else sum(1 for _ in held.walk())
        trees.append((role, held))
    parts = [_role(about, role, held) for role, held in trees]
    if len(trees) < len(about.roles):
        parts.append(note(about.said("roles_not_shown", number=len(about.roles) - len(trees))))
    legend = tree_legend([held for _, held in trees if held is not None], about.words)
    count = about.said("roles", number=len(about.roles))
    return ReportSection("roles", about.said("report_trees"), count, legend + "\n".join(parts))


def catalog_section(about: ReportSubject) -> ReportSection:
    """Everything that there is to permit."""
    number = sum(not permission.hidden for permission in about.policy.catalog.permissions)
    count = about.said("permissions", number=number)
    body = note(about.said("tree_too_large"))
    try:
        tree = about.policy.tree(locale=about.locale, at=about.at)
        if sum(1 for _ in tree.walk()) <= BOXES:
            # Each group is folded by itself: the catalog is looked up, and not read through.
            body = tree_part(tree, about.words, ticked=False)
    except TreeTooLargeError:
        pass
    return ReportSection("catalog", about.said("report_catalog"), count, body)


def _held_tree(about: ReportSubject, role: Role) -> TreeNode | None:
    """The boxes of what *role* holds; None for more than there is a tree of."""
    try:
        tree = about.policy.tree(role=role.name, domain=role.domain, locale=about.locale, at=about.at)
    except TreeTooLargeError:
        return None
    return replace(_held(tree), description="")


def _held(node: TreeNode) -> TreeNode:
    """*node* without the boxes below it that show nothing."""
    shown = (
        _held(child)
        for child in node.children
        if not child.template and (child.state != "off" or child.restricted or child.cut_stars or child.star)
    )
    return replace(node, children=tuple(shown))


def _role(about: ReportSubject, role: Role, held: TreeNode | None) -> str:
    name = shown_name(role)
    owner = "" if role.domain is None else f' <span class="owner">{about.domain(role.domain)}</span>'
    summary = f'<span class="text">{about.role_title(name)}</span>{owner} {code_in_html(name)}'
    description = about.titles.role_description(role.name, role.description)
    said = note(in_html(description)) if description else ""
    if held is None:
        boxes = note(about.said("tree_too_large"))
    else:
        boxes = tree_part(held, about.words) if held.children else note(about.said("none"))
    return folded(summary, said + boxes, "role")
