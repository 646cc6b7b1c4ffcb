"""A web page in one file: it asks for nothing, and runs and styles itself with nothing but its own texts."""

from __future__ import annotations

import base64
import hashlib
from html import escape
from importlib.resources import files
from string import Template

from rolegate.answers.page_words import PageWords
from rolegate.texts.escaping import plain


def web_page(title: str, words: PageWords, body: str, style: str, script: str) -> str:
    """The page with *body*, which is HTML, in the language of *words*.

    INVARIANT: the policy of the page names the hashes of its style and its script, so that nothing in a title
    could run even if it were not escaped.
    """
    policy = ("default-src 'none'", f"style-src '{_hash(style)}'", f"script-src '{_hash(script)}'")
    return Template(resource("page.html")).substitute(
        lang=escape(plain(words.locale)),
        dir=words.direction,
        policy="; ".join((*policy, "base-uri 'none'", "form-action 'none'")),
        title=escape(plain(title)),
        style=style,
        body=body,
        script=script,
    )


def resource(name: str) -> str:
    """A text that belongs to the pages."""
    return (files("rolegate.answers") / "pages" / name).read_text("utf-8")


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def said(words: PageWords, key: str, **values: object) -> str:
    """Words of the program for HTML."""
    return own_words(words, escape(words.say(key, **values)))


def own_words(words: PageWords, html: str) -> str:
    """*html* in the program's own words, marked where they are in another language than the page."""
    if words.language == words.locale:
        return html
    return f'<span lang="{words.language}" dir="ltr">{html}</span>'


def mark(html: str, kind: str = "") -> str:
    """A remark in small letters; its *kind* is a class of the style."""
    return f'<span class="{f"mark {kind}".strip()}">{html}</span>'


def breaking(path: str) -> str:
    """A path, as HTML, that breaks after a dot where there is no room for it."""
    return path.replace(".", ".<wbr>")


def search_field(words: PageWords) -> str:
    """The field that finds rows; without its script it is not shown."""
    field = '<input type="search" autocomplete="off">'
    return f'<div class="search"><label>{said(words, "search")} {field}</label></div>'
