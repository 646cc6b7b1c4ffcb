"""The grants that one box means when it is ticked, and the grants that name single rights."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from rolegate.catalog.grant_syntax import Grant, GrantSyntaxError, parse_grant
from rolegate.catalog.model import Catalog, Group, Node
from rolegate.diagnostics import quoted, short
from rolegate.grants.rights import Right, widest
from rolegate.texts.spelling import nearest
from rolegate.tree.box_reasons import stands_for
from rolegate.tree.draft_error import DraftError
from rolegate.wording.phrases import Listing, Phrase, SaidName


def box_grants(box: str, catalog: Catalog, whole: bool = True, kind: str | None = None) -> tuple[str, ...]:
    """The grants that ticking *box*, the id of a tree node, means.

    With *whole*, a box of a permission without a scope means the broadest one. With a *kind* of domains, only
    what exists there has a box.
    """
    if box == "*":
        return ("*",)
    grant = parse_box(box, catalog)
    node = catalog.find(grant.path)
    if node is None or not _shown(node, catalog, kind):
        raise DraftError(_no_box(box, node, catalog, kind))
    if isinstance(node, Group):
        texts = [str(Grant(node.path, True, grant.instance, grant.scope))]
        deeper = any(len(p.chain) > (grant.instance or "").count("/") + 1 for p in catalog.below(node.path))
        if grant.instance is not None and not grant.instance.endswith("*") and deeper:
            below = Grant(node.path, True, f"{grant.instance}/*", grant.scope)
            exact = any(len(p.chain) == grant.instance.count("/") + 1 for p in catalog.below(node.path))
            texts = [*(texts if exact else []), str(below)]
        return tuple(texts)
    if node.chain and grant.instance is None and not grant.star:
        raise DraftError(Phrase("no_box", box=SaidName("box", short(box)), why=stands_for(node).text))
    if grant.star or not whole:
        return (str(Grant(node.path, grant.star, grant.instance, grant.scope)),)
    scope = grant.scope if grant.scope or node.ladder is None else node.ladder.broadest
    return (str(Grant(node.path, False, grant.instance, scope)),)


def _no_box(box: str, node: Node | None, catalog: Catalog, kind: str | None) -> Phrase:
    """Why there is no box of this id, and what to do."""
    named = SaidName("box", box)
    if node is None:
        shown = (path for path, one in catalog.nodes.items() if path and _shown(one, catalog, kind))
        near = nearest(box, shown)
        names = Listing("or", [SaidName("box", name) for name in near])
        help = Phrase("did_you_mean", names=names) if near else Phrase("box_of_the_tree")
        return Phrase("no_box", box=SaidName("box", short(box)), why=help)
    if not _shown(node, catalog):
        return Phrase("no_box_because", box=named, why=Phrase("box_is_hidden"))
    other = Phrase("box_of_other_kind", kind=SaidName("kind_of_domain", kind or ""))
    return Phrase("no_box_because", box=named, why=other)


def no_instance(box: str, grant: Grant, known: Iterable[str]) -> Phrase:
    """Why there is no box of *grant*, which is on an instance; those that are *known* have one."""
    near = nearest(grant.instance or "", known)
    names = Listing("or", [SaidName("box", str(replace(grant, instance=name))) for name in near])
    every = SaidName("box", str(replace(grant, instance="*")))
    help = Phrase("did_you_mean", names=names) if near else Phrase("box_of_every", box=every)
    return Phrase("no_box", box=SaidName("box", short(box)), why=help)


def _shown(node: Node, catalog: Catalog, kind: str | None = None) -> bool:
    if isinstance(node, Group):
        return catalog.shown(node.path, kind)
    return not node.hidden and node.availability.exists_in(kind)


def naming_grants(rights: Iterable[Right], catalog: Catalog) -> list[str]:
    """The fewest grants that name *rights* one by one, without a star after a group."""
    texts = []
    held = widest(rights)
    for right in held:
        permission = catalog.permission(right.path)
        ladder = permission.ladder
        if ladder is not None and any(
            Right(right.path, right.obj, broader) in held for broader in ladder.broader(right.scope)[1:]
        ):
            continue
        instance = right.obj if permission.chain else None
        texts.append(str(Grant(right.path, False, instance, right.scope if ladder else None)))
    return texts


def parse_box(text: str, catalog: Catalog) -> Grant:
    if not isinstance(text, str):
        kind = type(text).__name__
        raise DraftError(
            f"a box is named by a text such as `tickets.show@my`, not by `{kind}`: tick one at a time"
        )
    try:
        return parse_grant(text, catalog.marked)
    except GrantSyntaxError as error:
        raise DraftError(f"{quoted(text)}: {error}") from None
