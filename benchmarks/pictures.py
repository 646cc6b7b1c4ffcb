"""Trees and matrices of a large catalog, drawn as pages and as text."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from time import thread_time

import rolegate
from benchmarks.findings import Figure, Section, duration
from benchmarks.plan import Plan
from rolegate import Policy
from rolegate.answers.page_words import page_words
from rolegate_cli.output import Output
from rolegate_cli.render.matrix_table import show_matrix
from rolegate_cli.render.tree_text import show_tree

ROLES, AREAS, PERMISSIONS = 60, 11, 100
LIMIT = 0.3


class Held(Output):
    """Output that is kept instead of printed."""

    def __init__(self) -> None:
        super().__init__()
        self.text = ""

    def write(self, text: str) -> None:
        self.text += text


def write(folder: Path) -> None:
    """A set of 1,100 permissions, a third of them with scopes and a third per inbox, and 60 roles."""
    lines = [
        "catalog: large",
        "scopes: {reach: [all, team, my]}",
        "resources: {inbox: Inbox}",
        "permissions:",
    ]
    for area in range(AREAS):
        lines += [f"  area{area}:", "    permissions:"]
        for number in range(PERMISSIONS):
            limits = ("", ", scopes: reach", ", per: inbox")[number % 3]
            lines.append(f"      p{number}: {{title: Permission {number}{limits}}}")
    roles = ["roles:", "  role0: {grants: '*'}"]
    for role in range(1, ROLES):
        grants = [f"'area{area}.*{'@team' * (role % 2)}'" for area in range(AREAS) if (area + role) % 3]
        roles.append(f"  role{role}: {{grants: [{', '.join(grants)}]}}")
    (folder / "roles").mkdir()
    (folder / "catalog.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (folder / "roles" / "all.yaml").write_text("\n".join(roles) + "\n", encoding="utf-8")


def drawings(policy: Policy) -> Iterator[tuple[str, Callable[[], object]]]:
    """Each picture with what draws it, from the policy to the last character."""
    words = page_words("en")
    yield "a matrix as a page", lambda: rolegate.matrix_html(policy.matrix())
    yield "a matrix as text", lambda: show_matrix(Held(), policy.matrix(), words)
    yield "a tree as a page", lambda: rolegate.tree_html(policy.tree(role="role2"))
    yield "a tree as text", lambda: show_tree(Held(), policy.tree(role="role2"), words, ticked=True)


def measure(plan: Plan) -> list[Section]:
    """The time of each picture, once the policy has been compiled."""
    folder = plan.room("pictures")
    write(folder)
    policy = rolegate.load(folder)
    policy.tree(role="role1")
    found = Section(
        "Trees and matrices",
        ("picture", "time"),
        notes=[f"Of {AREAS * PERMISSIONS:,} permissions; the matrix is of {ROLES} roles."],
    )
    for name, draw in drawings(policy):
        taken = []
        for _ in range(plan.rounds):
            start = thread_time()
            draw()
            taken.append(thread_time() - start)
        found.rows.append((name, duration(median(taken))))
        found.figures.append(Figure(f"{name} of a large catalog", LIMIT, median(taken), "s", at_least=False))
    return [found]
