"""The tree of permissions and its checkboxes as text, for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text
from rich.tree import Tree

from rolegate.escaping import plain
from rolegate_cli.output import Output

if TYPE_CHECKING:
    from rolegate import TreeNode

COLOURS = {"on": "green", "partial": "yellow", "off": "dim"}


def show_tree(output: Output, root: TreeNode, *, ticked: bool) -> None:
    """Print *root*; *ticked* says whether it is the tree of a subject, and so has boxes."""
    output.rich(_tree(output, root, ticked, covered=False))
    if ticked and output.terminal:
        marks = {"on": "all", "partial": "some", "off": "none", "star": "includes what is added later"}
        output.rich(
            Text("\n" + "   ".join(f"{output.mark(name)} {text}" for name, text in marks.items()), "dim")
        )


def _tree(output: Output, node: TreeNode, ticked: bool, covered: bool) -> Tree:
    branch = Tree(_label(output, node, ticked, covered), guide_style="dim")
    for child in node.children:
        branch.add(_tree(output, child, ticked, covered or node.star))
    return branch


def _label(output: Output, node: TreeNode, ticked: bool, covered: bool) -> Text:
    # INVARIANT: Text, never markup, in which rich takes `[x]` and `[Default]` for styles and drops them.
    text = Text()
    if ticked and not node.template:
        text.append(output.mark(node.state) + " ", COLOURS[node.state])
    text.append(plain(node.title), _title_style(node, ticked))
    if node.ladder:
        text.append("  ")
        text.append_text(_ladder(output, node, ticked))
    if ticked and not covered:
        for limit in ("", *node.opens) if node.star else node.opens:
            text.append(f"  {output.mark('star')} new ones included{limit and ' ' + plain(limit)}", "cyan")
    if node.until is not None:
        text.append(f"  until {node.until.isoformat(timespec='minutes')}", "yellow")
    if not node.available:
        text.append("  not available here", "italic dim")
    if node.deprecated:
        text.append("  deprecated", "italic yellow")
    if node.by_name:
        text.append("  by name only", "italic dim")
    if node.kind != "set":
        text.append(f"  {plain(node.id)}", "dim")
    return text


def _title_style(node: TreeNode, ticked: bool) -> str:
    style = "bold" if node.kind != "permission" else ""
    return style + " dim" if (ticked and node.state == "off") or not node.available else style


def _ladder(output: Output, node: TreeNode, ticked: bool) -> Text:
    """Every scope of the permission, broadest first, with a box of its own."""
    if not ticked:
        return Text(
            "(" + f" {output.mark('dot')} ".join(plain(title) for _, title, _ in node.ladder) + ")", "magenta"
        )
    text = Text()
    for number, (_, title, held) in enumerate(node.ladder):
        state = "on" if held else "off"
        text.append("  " * bool(number) + f"{output.mark(state)} {plain(title)}", COLOURS[state])
    return text
