"""What a matrix or a tree shows in each form is what `check` answers, cell by cell and box by box."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from urllib.parse import unquote

import pytest
from hypothesis import given

import rolegate
from drawing import each_of, examples
from hostile_strings import HOSTILE_TEXTS
from plain.evaluator import Evaluator
from plain.found_sets import FOUND, sets_like_those_found
from plain.loading import loaded
from plain.strategies import NOW, Files, names_in, policy_sets
from printed_forms import csv_cells, html_cells, markdown_cells, tree_boxes
from rolegate import Matrix, MatrixCell, MatrixRow, Policy, Question, TreeNode
from rolegate.diagnostics import one_line
from rolegate.encoding import encode
from rolegate.texts.escaping import in_csv, plain

STRANGE = "nobody, *"


def words(text: str) -> str:
    return " ".join(plain(text).split())


def read(cell: MatrixCell) -> str:
    """What somebody has to read in the cell of a page."""
    stars = ["★"] * cell.star + [f"★ {plain(title)}" for title in cell.titles if cell.among]
    cut = [f"☆ {plain(title)}".strip() for title in cell.cut_titles]
    stars += cut
    if cell.state == "on":
        return words(f"yes{' ' * bool(cut or (cell.among and cell.titles))}{' '.join(stars)}")
    if cell.state == "partial":
        held = f"{cell.held}/{cell.among}" if cell.among else "; ".join(map(plain, cell.titles))
        return words(f"partial:{held} {' '.join(stars)}")
    return words(" ".join(["no", *stars])) if stars else ""


def records(row: MatrixRow) -> Iterator[tuple[str, ...]]:
    """What a spreadsheet has to say of *row*: of a group, the stars that somebody holds there."""
    if not row.group:
        yield tuple(in_csv("; ".join(cell.titles) or str(cell)) for cell in row.held)
        return
    whole = [["★"] * cell.star + [f"★ {title}" for title in cell.titles] for cell in row.held]
    cut = [[f"☆ {title}" if title else "☆" for title in cell.cut_titles] for cell in row.held]
    if any(whole) or any(cut):
        yield tuple(in_csv("; ".join([*ours, *theirs])) for ours, theirs in zip(whole, cut, strict=True))


def same_forms(matrix: Matrix) -> None:
    """Each form of *matrix* says what the value says."""
    assert [tuple(map(read, row.held)) for row in matrix.rows] == html_cells(rolegate.matrix_html(matrix))
    # A space in a cell that is held by nobody would make it one with content.
    assert re.search(r"<td>[^<]", rolegate.matrix_html(matrix)) is None
    signs = {"yes": "✓", "no": "", "partial:": ""}
    expected = []
    for row in matrix.rows:
        texts = [read(cell) for cell in row.held]
        for sign, shown in signs.items():
            texts = [shown + text.removeprefix(sign) if text.startswith(sign) else text for text in texts]
        expected.append([text.replace("✓★", "✓ ★").strip() for text in texts])
    found = markdown_cells(rolegate.matrix_markdown(matrix, "x"))
    assert expected == [list(row) for row in found]
    assert [record for row in matrix.rows for record in records(row)] == csv_cells(
        rolegate.matrix_csv(matrix)
    )
    told = matrix.to_dict()["rows"]
    ids = [column.id for column in matrix.columns]
    assert [[row["states"][id] for id in ids] for row in told] == [
        [c.state for c in row.held] for row in matrix.rows
    ]
    assert [[id in row["stars"] for id in ids] for row in told] == [
        [c.star for c in row.held] for row in matrix.rows
    ]
    assert [[row["cut_stars"].get(id, []) for id in ids] for row in told] == [
        [list(c.cut_stars) for c in row.held] for row in matrix.rows
    ]


def covered(cell: MatrixCell, on: tuple[str, ...], scope: str | None, broader: list[str]) -> bool:
    """Whether the cell says that *on* is held at *scope*, which is one of those *broader*."""
    if not cell.labels:
        return cell.state == "on"
    for label in cell.labels:
        inside, _, at = label[1:].rpartition("]") if label.startswith("[") else ("*", "", label)
        steps = inside.split("/")
        within = steps[0] == "*" or all(
            step == "*" or (depth < len(on) and unquote(step) == on[depth])
            for depth, step in enumerate(steps)
        )
        scopes = at.removeprefix("@").split(", ") if at else []
        if within and (scope is None or not scopes or set(scopes) & set(broader)):
            return True
    return False


def asked(policy: Policy, evaluator: Evaluator, path: str) -> Iterator[tuple[tuple[str, ...], str | None]]:
    """Each instance and scope of a permission, with the question about all of them, and a strange id."""
    permission = policy.catalog.permission(path)
    levels = [[*sorted(evaluator.ids[kind]), STRANGE] for kind in permission.chain]
    paths = [on for depth in range(len(levels) + 1) for on in product(*levels[:depth])]
    scopes = permission.scope_names if permission.ladder else (None,)
    yield from product(paths, scopes)


@examples(15)
@given(policy_sets() | sets_like_those_found())
@each_of(FOUND)
def test_every_cell_is_what_check_answers(files: Files) -> None:
    """Of every role in every domain and in none, before any restriction, in all forms."""
    lines = files["bindings.yaml"]["bindings"]
    kept = [line for line in lines if not {"restrict", "restrictions"} & set(line)]
    files = {**files, "bindings.yaml": {"bindings": kept}}
    evaluator = Evaluator(files, NOW)
    with tempfile.TemporaryDirectory() as folder:
        policy = loaded(Path(folder), files)
        for domain in (*policy.domains, None):
            matrix = policy.matrix(domain=domain)
            same_forms(matrix)
            for row in matrix.rows:
                if not row.group:
                    for (id, _), cell in zip(matrix.roles, row.held, strict=True):
                        same_answers(policy, evaluator, row.path, cell, id, domain)


def same_answers(
    policy: Policy, evaluator: Evaluator, path: str, cell: MatrixCell, role: str, domain: str | None
) -> None:
    """The cell of *role* says what the role may do."""
    at = domain
    if domain is None and "/" in role:
        return  # such a role is asked about in its domain, which has a plan
    permission = policy.catalog.permission(path)
    ladder, here = permission.ladder, None if at is None else policy.resolved.domains[at]
    for on, scope in asked(policy, evaluator, path):
        broader = [] if ladder is None or scope is None else list(ladder.broader(scope))
        question = Question(path, role=role, domain=at, on=on or None, scope=scope)
        told = policy.decide(question, at=NOW).allowed
        if here is not None and here.has_lost(permission.chain, "/".join(map(encode, on))):
            assert not told  # what is removed is held by nobody, whatever a label takes in
            continue
        assert (path, role, domain, on, scope, told) == (
            path, role, domain, on, scope, covered(cell, on, scope, broader),
        )  # fmt: skip
    some = policy.decide(Question(path, role=role, domain=at, any=True), at=NOW).allowed
    assert some is (cell.state != "off")


@examples(15)
@given(policy_sets() | sets_like_those_found())
@each_of(FOUND)
def test_every_box_is_what_check_answers(files: Files) -> None:
    """Of every user and role in every domain, with all restrictions and ends, in HTML and JSON."""
    with tempfile.TemporaryDirectory() as folder:
        policy = loaded(Path(folder), files)
        named = names_in(files)
        for domain in policy.domains:
            for user in [*sorted(named["user"]), STRANGE]:
                tree = policy.tree(user=user, domain=domain, at=NOW)
                same_boxes(tree)
                for box in tree.walk():
                    if box.kind == "permission" and not box.template:
                        same_box(policy, box, user, domain)


def same_box(policy: Policy, box: TreeNode, user: str, domain: str) -> None:
    permission = policy.catalog.permission(box.path)
    on = tuple(unquote(step) for step in (box.instance or "").split("/") if step not in ("", "*"))
    held: dict[str | None, bool] = {scope: is_held for scope, _, is_held in box.ladder}
    held = held or {None: box.state == "on"}
    for scope, shown in held.items():
        told = policy.check(user, box.path, domain=domain, on=on or None, scope=scope, at=NOW)
        assert (box.id, scope, bool(told)) == (box.id, scope, shown)
    broadest = permission.scope_names[0] if permission.ladder else None
    assert (box.state == "on") is held[broadest]
    if not permission.chain:
        some = policy.decide(Question(box.path, user=user, domain=domain, any=True), at=NOW).allowed
        assert some is (box.state != "off")


def same_boxes(tree: TreeNode) -> None:
    """The page shows each box as it is, and so does JSON."""
    names = {"on": "yes", "partial": "partly", "off": "no"}
    expected = []
    for box in tree.walk():
        lost = box.restricted and box.state == "off" and not box.children
        state = "taken away by a restriction" if lost else names[box.state]
        scopes = tuple(
            "yes" if held else "taken away by a restriction" if scope in box.taken else "no"
            for scope, _, held in box.ladder
        )
        path = "" if box.kind == "set" else one_line(box.id)
        shown = ("", ()) if box.template else (state, scopes)
        expected.append((path, plain(box.title), *shown))
    assert expected == [box[:4] for box in tree_boxes(rolegate.tree_html(tree))]


@pytest.mark.parametrize(
    "text", sorted({text[:500] for text in HOSTILE_TEXTS}), ids=lambda text: ascii(text[:24])
)
def test_hostile_titles_change_no_cell(text: str) -> None:
    """Of sets, groups, permissions, roles, kinds, owners, scopes and instances: all forms say the same."""
    from rolegate import MatrixColumn, MatrixRow

    cells = (
        MatrixCell("partial", labels=("my", "[x]"), titles=(text, f"[{text}]")),
        MatrixCell("on", True, ("all",), (text,)),
        MatrixCell("partial", True, (text,), (text,)),
        MatrixCell(),
    )
    groups = (
        MatrixCell("on", True, ("@my",), (text,), 2, 2),
        MatrixCell("on", False, ("@my",), (text,), 2, 2),
        MatrixCell("off", True, ("@my",), (text,), 0, 2),
        MatrixCell("off", True, (), (), 0, 2),
    )
    rows = (
        MatrixRow("g", text, 0, True, groups),
        MatrixRow("g.p", text, 1, False, cells, (("plan", (text,)),)),
    )
    columns = tuple(MatrixColumn(f"r{number}", text, text, text) for number in range(4))
    same_forms(Matrix(text, columns, rows))
    box = TreeNode(
        f"g.p[{text}]", text, "permission", "partial", "g.p", ladder=((text, text, True), ("b", text, False)),
        instance=text, description=text,
    )  # fmt: skip
    same_boxes(TreeNode("*", text, "set", "on", "", (box,), opens=(f"@{text}",)))
