"""A tree of checkboxes as a web page, to be read and printed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape

from rolegate.answers.page_words import PageWords, page_words
from rolegate.answers.web_page import breaking, mark, own_words, resource, said, search_field, web_page
from rolegate.diagnostics import one_line
from rolegate.errors import wrong_argument
from rolegate.texts.escaping import in_html, plain
from rolegate.tree.tree_node import TreeNode

FOLDED = 150
"""With more boxes than that, the groups are folded at first."""


def tree_html(tree: TreeNode, title: str | None = None, locale: str = "en", *, ticked: bool = True) -> str:
    """One page that needs nothing else; text of the policy set stays text.

    *locale* is the language of the titles. With *ticked* false it is a catalog, which has no boxes.
    """
    if not isinstance(tree, TreeNode):
        raise wrong_argument("tree_html", tree, "a tree", "write `tree_html(policy.tree(role=ROLE))`")
    shown = tree.title if title is None else title
    page = _TreePage(page_words(locale), ticked, sum(1 for _ in tree.walk()) > FOLDED)
    words = page.words
    body = (
        f"<main>\n<h1>{in_html(shown)}</h1>\n{page.about(tree)}"
        f'<div class="tools">{search_field(words)}</div>\n'
        f'<ul class="tree">{"".join(page.node(tree, "", covered=False))}</ul>\n</main>'
    )
    style = resource("look.css") + resource("tree.css")
    return web_page(f"{shown}: {words.say('tree')}", words, body, style, resource("page.js"))


def tree_part(tree: TreeNode, words: PageWords, *, ticked: bool = True) -> str:
    """The boxes as a part of another page, whose style holds `tree.css`."""
    page = _TreePage(words, ticked, folded=False)
    return f'<ul class="tree">{"".join(page.node(tree, "", covered=False))}</ul>'


def tree_legend(trees: Iterable[TreeNode], words: PageWords) -> str:
    """What the boxes of several trees mean."""
    return _TreePage(words, True, folded=False).about(*trees)


class _TreePage:
    def __init__(self, words: PageWords, ticked: bool, folded: bool) -> None:
        self.words, self._ticked, self._folded = words, ticked, folded
        self._boxes: dict[str, str] = {}

    def about(self, *trees: TreeNode) -> str:
        """What the boxes mean."""
        if not self._ticked:
            return ""
        states = {"on": "legend_on", "partial": "legend_partial", "off": "legend_off"}
        if any(tree.restricted for tree in trees):
            states["lost"] = "taken_away"
        words = self.words
        key = [f"{self._box(state, hidden=True)} {escape(words.say(text))}" for state, text in states.items()]
        key.append(f'<span class="star"></span> {escape(words.say("legend_star"))}')
        if any(node.cut_stars for tree in trees for node in tree.walk()):
            key.append(f'<span class="cut star"></span> {escape(words.say("legend_cut"))}')
        signs = " ".join(f'<span class="sign">{sign}</span>' for sign in key)
        return f'<p class="about key">{own_words(words, signs)}</p>\n'

    def node(self, node: TreeNode, at: str, *, covered: bool) -> Iterator[str]:
        """A box with those below it; *covered* says that a star above is shown."""
        state = node.state if self._ticked else "blank"
        place = f' data-at="{at}"' if at else ""
        row = f'<span class="row">{self._row(node, covered)}</span>'
        if not node.children:
            yield f'<li class="leaf {state}"{place}>{row}</li>\n'
            return
        opened = "" if self._folded and at else " open"
        yield f'<li class="{state}"{place}><details class="branch"{opened}><summary>{row}</summary><ul>\n'
        for number, child in enumerate(node.children):
            inner = f"{at}.{number}" if at else str(number)
            yield from self.node(child, inner, covered=covered or node.star)
        yield "</ul></details></li>\n"

    def _row(self, node: TreeNode, covered: bool) -> str:
        lost = node.restricted and node.state == "off" and not node.children
        box = self._box("lost" if lost else node.state) if self._ticked and not node.template else ""
        title = f'<span class="text">{in_html(node.title)}</span>'
        path = f"<code>{breaking(escape(one_line(node.id)))}</code>" if node.kind != "set" else ""
        more = f'<span class="more">{in_html(node.description)}</span>' if node.description else ""
        parts = [f'<span class="name">{box}{title} {path} {more}</span>']
        if node.ladder:
            parts.append(f'<span class="scopes">{"".join(self._scopes(node))}</span>')
        marks = " ".join(self._marks(node, covered))
        if marks:
            parts.append(f'<span class="marks">{marks}</span>')
        return " ".join(parts)

    def _scopes(self, node: TreeNode) -> Iterator[str]:
        for scope, title, held in node.ladder:
            state = "on" if held else "lost" if scope in node.taken else "off"
            boxed = self._ticked and not node.template
            box = self._box(state) if boxed else ""
            yield f'<span class="scope {state if boxed else ""}">{box}{in_html(title)}</span> '

    def _marks(self, node: TreeNode, covered: bool) -> Iterator[str]:
        words = self.words
        if self._ticked and not covered:
            for limit in [*([""] if node.star else []), *node.opens]:
                text = said(words, "new_ones_of", limit=plain(limit)) if limit else said(words, "new_ones")
                yield mark(f'<span class="star"></span>{text}')
        for limit in (star[1:] for star in node.cut_stars if self._ticked):
            text = (
                said(words, "new_ones_of_but", limit=plain(limit)) if limit else said(words, "new_ones_but")
            )
            yield mark(f'<span class="cut star"></span>{text}')
        if node.restricted and not (node.children or node.scopes):
            yield mark(said(words, "taken_away"), "lost")
        if node.until is not None:
            yield mark(said(words, "until", when=node.until.isoformat(timespec="minutes")), "until")
        if not node.available:
            yield mark(said(words, "not_available"))
        if node.deprecated:
            yield mark(said(words, "deprecated"))
        if node.by_name:
            yield mark(said(words, "by_name_only"))

    def _box(self, state: str, *, hidden: bool = False) -> str:
        if hidden:
            return f'<span class="box {state}" aria-hidden="true"></span>'
        if state not in self._boxes:
            names = {"on": "yes", "partial": "partly", "off": "no", "lost": "taken_away"}
            label = escape(self.words.say(names[state]))
            lang = "" if self.words.language == self.words.locale else f' lang="{self.words.language}"'
            self._boxes[state] = f'<span class="box {state}" role="img" aria-label="{label}"{lang}></span>'
        return self._boxes[state]
