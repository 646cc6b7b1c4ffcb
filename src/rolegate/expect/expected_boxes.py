"""The texts of an expectation of a tree become boxes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from rolegate.catalog.grant_syntax import Grant
from rolegate.catalog.model import Group, Permission
from rolegate.diagnostics import Report
from rolegate.documents.expectations_file import ExpectedTreeShape
from rolegate.documents.text import Text
from rolegate.encoding import readable
from rolegate.engine.question import Question
from rolegate.expect import problems
from rolegate.expect.asked_texts import can_be_asked, named_in, names_nothing
from rolegate.expect.expectations import BoxLook, ExpectedBox
from rolegate.grants.former_scopes import with_scope_of_today
from rolegate.grants.resolve import Resolved


def boxes_of(shape: ExpectedTreeShape, resolved: Resolved, report: Report) -> Iterator[ExpectedBox]:
    """The boxes that *shape* names; what is not in the catalog is reported, and so is a box of two looks."""
    lists: Mapping[BoxLook, list[Text]] = {
        "ticked": shape.ticked,
        "partly": shape.partly,
        "unticked": shape.unticked,
    }
    first: dict[str, Text] = {}
    for look, texts in lists.items():
        for text in texts:
            box = _box(text, look, resolved, report)
            if box is None:
                continue
            if text in first:
                problems.box_twice(report, text, first[text].span)
            elif look == "partly" and (box.star or box.scope is not None):
                problems.never_partly(report, text)
            else:
                yield box
            first.setdefault(text, text)


def _box(text: Text, look: BoxLook, resolved: Resolved, report: Report) -> ExpectedBox | None:
    found = named_in(text, resolved, report)
    if found is None:
        return None
    grant, node = found
    if node is None or (grant.star and isinstance(node, Permission)):
        names_nothing(grant, text, resolved, report)
        return None
    now = with_scope_of_today(grant, node, text.span, resolved.catalog, report)
    if now is None or not _has_boxes(now, node, text, resolved, report):
        return None
    instance = None if now.instance is None else readable(now.instance)
    return ExpectedBox(look, node.path, now.star, instance, now.scope, str(text), text.span)


def _has_boxes(
    grant: Grant, node: Group | Permission, text: Text, resolved: Resolved, report: Report
) -> bool:
    """Whether something that *grant* names takes its limits, and is not hidden."""
    inside = (node,) if isinstance(node, Permission) else resolved.catalog.below(node.path)
    if isinstance(node, Group) and not grant.star and grant.scope is not None:
        problems.group_without_star(report, text, grant.path)
        return False
    for permission in inside:
        scoped = permission.ladder is not None and grant.scope in permission.ladder.scopes
        if (
            not permission.hidden
            and (grant.scope is None or scoped)
            and (grant.instance is None or permission.chain)
        ):
            return True
    if isinstance(node, Group):
        problems.star_asks_nothing(report, text)
    elif node.hidden:
        problems.hidden_box(report, text)
    else:  # the engine has the words for it
        on = None if grant.instance is None else ("x",)
        can_be_asked(Question(node.path, role="-", on=on, scope=grant.scope), text.span, resolved, report)
    return False
