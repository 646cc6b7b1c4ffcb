"""Casbin models, in our words: those the index knows, and those it must leave to Casbin."""

import warnings
from collections.abc import Callable, Iterable
from typing import Any

import casbin

from plain.memory_adapter import MemoryAdapter, Row
from repository import ROOT
from rolegate.casbin import IndexedEnforcer, NotIndexedWarning

DOMAIN = "g(r.sub, p.sub, r.dom)"
ROLES = "g(r.sub, p.sub)"
ALLOW = "some(where (p.eft == allow))"
DENY = "!some(where (p.eft == deny))"
BOTH = f"{ALLOW} && {DENY}"


def text(matcher: str, effect: str = ALLOW, r: str = "sub, dom, obj, act", p: str = "", **roles: str) -> str:
    """A model file."""
    links = "".join(f"{name} = {value}\n" for name, value in (roles or {"g": "_, _, _"}).items())
    return (
        f"[request_definition]\nr = {r}\n\n[policy_definition]\np = {p or f'{r}, eft'}\n\n"
        f"[role_definition]\n{links}\n[policy_effect]\ne = {effect}\n\n[matchers]\nm = {matcher}\n"
    )


OWN = (ROOT / "model.conf").read_text("utf-8")
FLAT = "sub, obj, act"

INDEXED = {
    "the usual one": text(
        f"{DOMAIN} && r.dom == p.dom && r.obj == p.obj && r.act == p.act", p="sub, dom, obj, act"
    ),
    "other order": text(f"r.act == p.act && p.obj == r.obj && (r.dom == p.dom && {DOMAIN})"),
    "no spaces": text(
        "g(r.sub,p.sub,r.dom) && r.dom==p.dom && (keyMatch(r.obj,p.obj)) &&(r.act==p.act)", BOTH
    ),
    "denials": text(f"{DOMAIN} && r.dom == p.dom && r.obj == p.obj && r.act == p.act", BOTH),
    "only denials": text(f"{DOMAIN} && r.dom == p.dom && keyMatch(r.obj, p.obj) && r.act == p.act", DENY),
    "stars": text(
        f'{DOMAIN} && (r.dom == p.dom || p.dom == "*") && (r.obj == p.obj || keyMatch(r.obj, p.obj))'
        ' && (r.act == p.act || p.act == "*")',
        BOTH,
    ),
    "stars for things": text(
        f'{DOMAIN} && r.dom == p.dom && (r.obj == p.obj || p.obj == "*") && (r.act == p.act || p.act == "*")'
    ),
    "stars, only denials": text(
        f'{DOMAIN} && r.dom == p.dom && (r.obj == p.obj || p.obj == "*") && (r.act == p.act || p.act == "*")',
        DENY,
    ),
    "a star for a domain": text(
        f'{DOMAIN} && (r.dom == p.dom || "*" == p.dom) && r.obj == p.obj && r.act == p.act',
        p="sub, dom, obj, act",
    ),
    "domains in domains, no patterns": text(
        f"{DOMAIN} && g2(r.dom, p.dom) && r.obj == p.obj && r.act == p.act", g="_, _, _", g2="_, _"
    ),
    "patterns without domains": text(
        "g(r.sub, p.sub) && keyMatch(r.obj, p.obj) && r.act == p.act", BOTH, r=FLAT, g="_, _"
    ),
    "domains in domains": text(
        "r.act == p.act && (r.obj == p.obj || keyMatch(r.obj, p.obj)) && (r.dom == p.dom || g2(r.dom, p.dom))"
        " && (r.sub == p.sub || g(r.sub, p.sub, r.dom))",
        BOTH,
        g="_, _, _",
        g2="_, _",
    ),
    "our own": OWN,
    "a name that some share": text(
        f'({DOMAIN} || (keyMatch(r.sub, "a*") && g("root", p.sub, r.dom)))'
        " && r.dom == p.dom && r.obj == p.obj && r.act == p.act",
        BOTH,
    ),
    "a name that one shares": text(
        '(keyMatch(r.sub, "ana") && g("agent", p.sub) || r.sub == p.sub || g(r.sub, p.sub))'
        " && r.obj == p.obj && r.act == p.act",
        BOTH,
        r=FLAT,
        g="_, _",
    ),
    "lines for all domains": text(f"{DOMAIN} && r.obj == p.obj && r.act == p.act", p="sub, obj, act"),
    "roles for all domains": text(
        "g(r.sub, p.sub) && r.dom == p.dom && r.obj == p.obj && r.act == p.act", BOTH, g="_, _"
    ),
    "no domains": text("g(r.sub, p.sub) && r.obj == p.obj && r.act == p.act", BOTH, r=FLAT, g="_, _"),
    "roles of things": text(
        "g(r.sub, p.sub) && g2(r.obj, p.obj) && r.act == p.act", r=FLAT, g="_, _", g2="_, _"
    ),
    "other names, other order": text(
        "r.what == p.what && r.how == p.how && g(r.who, p.who, r.where) && r.where == p.where",
        r="what, where, who, how",
        p="how, who, eft, where, what",
    ),
}
INDEXED |= {
    "paths": text(f"{ROLES} && keyMatch2(r.obj, p.obj) && r.act == p.act", r=FLAT, g="_, _"),
    "paths, denials": text(
        f'{ROLES} && keyMatch3(r.obj, p.obj) && (r.act == p.act || p.act == "*" || p.act == "any")',
        BOTH,
        r=FLAT,
        g="_, _",
    ),
    "paths of two kinds": text(
        "r.sub == p.sub && (keyMatch2(r.obj, p.obj) || keyMatch(r.obj, p.obj) || r.obj == p.obj)"
        ' && (r.act == p.act || p.act == "*")',
        DENY,
        r=FLAT,
        g="_, _",
    ),
    "paths and expressions": text(
        f"{DOMAIN} && keyMatch2(r.obj, p.obj) && regexMatch(r.act, p.act)"
        ' && (r.dom == p.dom || p.dom == "*")',
        BOTH,
    ),
    "expressions alone": text(
        f"{ROLES} && regexMatch(r.obj, p.obj) && regexMatch(r.act, p.act)", r=FLAT, g="_, _"
    ),
    "patterns of domains": text(f"{DOMAIN} && keyMatch(r.dom, p.dom) && keyMatch2(r.obj, p.obj)", BOTH),
    "patterns of subjects": text(
        "(r.sub == p.sub || keyMatch(r.sub, p.sub)) && r.act == p.act", r=FLAT, g="_, _"
    ),
    "a superuser": text(
        f"{ROLES} && keyMatch(r.obj, p.obj) && r.act == p.act || r.sub == 'root' || \"admin\" == r.sub",
        p="sub, obj, act",
        r=FLAT,
        g="_, _",
    ),
    "a superuser with denials": text(
        f'r.sub == "root" || {DOMAIN} && r.dom == p.dom && r.obj == p.obj && r.act == p.act', BOTH
    ),
    "a superuser, only denials": text(
        f'{DOMAIN} && r.dom == p.dom && r.obj == p.obj && r.act == p.act || r.sub == "root"', DENY
    ),
    "a role of superusers": text(
        f'g(r.sub, "admin") || {ROLES} && r.obj == p.obj && r.act == p.act', BOTH, r=FLAT, g="_, _"
    ),
    "a role of superusers with denials": text(
        f'g(r.sub, "admin", r.dom) || {DOMAIN} && r.dom == p.dom && r.obj == p.obj && r.act == p.act', BOTH
    ),
    "a role of superusers in each domain": text(
        f'g(r.sub, "admin", r.dom) || g(r.sub, "root", "*") && r.act != "write"'
        f" || {DOMAIN} && r.dom == p.dom && keyMatch2(r.obj, p.obj) && r.act == p.act"
    ),
    "what all may, and what nobody may": text(
        'keyMatch2(r.obj, "/data/:id") && r.act == "read"'
        f' || (r.sub != "eve" || g(r.sub, "agent")) && {ROLES} && r.obj == p.obj && r.act == p.act',
        r=FLAT,
        g="_, _",
    ),
    "a superuser by another definition": text(
        f'g2(r.obj, "gate") && r.act == "read" || {DOMAIN} && r.obj == p.obj && r.act == p.act',
        BOTH,
        g="_, _, _",
        g2="_, _",
    ),
    "a word for all subjects": text(
        f"({ROLES} || p.sub == '*') && r.obj == p.obj && r.act == p.act", BOTH, r=FLAT, g="_, _"
    ),
    "words for all subjects and domains": text(
        f'({DOMAIN} || p.sub == "*" || p.sub == "eve") && (p.dom == "*" || r.dom == p.dom || p.dom == "x")'
        " && r.obj == p.obj && r.act == p.act",
        BOTH,
    ),
    "roles of a domain, and of all": text(
        f'({DOMAIN} || g(r.sub, p.sub, "*")) && (r.dom == p.dom || p.dom == "*") && r.obj == p.obj'
        " && r.act == p.act",
        BOTH,
    ),
    "roles of a domain, and of none": text(
        f"({DOMAIN} || {ROLES} || r.sub == p.sub) && r.obj == p.obj && r.act == p.act", p="sub, obj, act, eft"
    ),
    "roles of one domain": text(
        'g(r.sub, p.sub, "acme") && r.dom == p.dom && r.obj == p.obj && r.act == p.act'
    ),
    "domains in domains, and a word for all": text(
        f'{DOMAIN} && (g2(r.dom, p.dom) || p.dom == "*") && r.obj == p.obj && r.act == p.act',
        g="_, _, _",
        g2="_, _",
    ),
}
"""Models that are answered from tables, in our words."""

REST = "r.dom == p.dom && r.obj == p.obj && r.act == p.act"

FALLBACK = {
    "priority": (text(f"{DOMAIN} && {REST}", "priority(p.eft) || deny"), "effect"),
    "keyMatch5": (text(f"{DOMAIN} && r.dom == p.dom && keyMatch5(r.obj, p.obj)"), "keyMatch5"),
    "a pattern that cannot be read": (
        text(f"{DOMAIN} && keyMatch2(r.obj, p.obj) || keyMatch2(r.obj, '**')"),
        "pattern",
    ),
    "patterns alone": (text("keyMatch(r.sub, p.sub) && keyMatch(r.dom, p.dom)"), "every column"),
    "not": (text(f"{DOMAIN} && r.dom == p.dom && !(r.obj == p.obj)"), "r.obj == p.obj"),
    "a superuser of one column": (text(f'{DOMAIN} && (r.obj == p.obj || r.sub == "root")'), "root"),
    "two rules": (text(f"{DOMAIN} && r.obj == p.obj || r.sub == p.sub && r.act == p.act"), "r.sub == p.sub"),
    "nothing about lines": (text('r.sub == "root"'), "root"),
    "a request that is a pattern": (text(f'{DOMAIN} && {REST} || keyMatch("root", r.sub)'), "keyMatch"),
    "a superuser with attributes": (text(f"{DOMAIN} && {REST} || r.sub == r.obj.owner"), "owner"),
    "a domain with roles of its own": (
        text(f'{DOMAIN} && g2(r.dom, p.dom, "x")', g="_, _, _", g2="_, _, _"),
        "roles",
    ),
    "roles in two domains": (text(f"({DOMAIN} || g(r.sub, p.sub, r.obj)) && {REST}"), "two domains"),
    "attributes": (text("r.sub == r.obj.owner && r.dom == p.dom && r.act == p.act"), "owner"),
    "eval": (text(f"eval(p.sub) && {DOMAIN} && r.obj == p.obj"), "evaluates"),
    "turned round": (text(f"{DOMAIN} && r.dom == p.dom && keyMatch(p.obj, r.obj)"), "keyMatch(p.obj, r.obj)"),
    "two terms for one column": (text(f"{DOMAIN} && {REST} && keyMatch(r.obj, p.obj)"), "p.obj"),
    "conditions of roles": (text(f"{DOMAIN} && {REST}", g="_, _, _, (_, _)"), "conditions"),
    "a name that some share, alone": (
        text(f'(r.sub == p.sub || keyMatch(r.sub, "a*") && g("root", p.sub, r.dom)) && {REST}'),
        "some subjects alone",
    ),
    "a shared name with other roles": (
        text(f'({DOMAIN} || keyMatch(r.sub, "a*") && g2("root", p.sub)) && {REST}', g="_, _, _", g2="_, _"),
        "some subjects alone",
    ),
    "two shared names": (
        text(
            f'({DOMAIN} || keyMatch(r.sub, "a*") && g("root", p.sub, r.dom)'
            f' || keyMatch(r.sub, "b*") && g("root", p.sub, r.dom)) && {REST}'
        ),
        "b*",
    ),
    "a shared name of domains": (
        text(
            'g(r.sub, p.sub) && (g2(r.dom, p.dom) || keyMatch(r.dom, "a*") && g2("acme", p.dom))'
            " && r.obj == p.obj && r.act == p.act",
            g="_, _",
            g2="_, _",
        ),
        "domains",
    ),
    "in": (text(f'{DOMAIN} && r.dom == p.dom && r.obj in ("a", "b")'), "in ("),
}
"""Models that are not, and a word from the reason."""


def model_of(text: str) -> Any:
    model = casbin.Model()
    model.load_model_from_text(text)
    return model


def indexed(text: str, adapter: Any = None) -> IndexedEnforcer:
    """Our enforcer; it does answer from the index."""
    enforcer = IndexedEnforcer(model_of(text), adapter)
    assert enforcer.why_not_indexed is None
    return enforcer


def outcome(action: Callable[[], Any]) -> Any:
    """What a call gives, or the kind of exception it ends with."""
    try:
        return action()
    except Exception as error:
        return type(error)


def both(text: str, rows: Iterable[Row]) -> tuple[Any, IndexedEnforcer]:
    """A stock enforcer and ours on the same lines."""
    rows = list(rows)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NotIndexedWarning)
        return casbin.Enforcer(model_of(text), MemoryAdapter(rows)), IndexedEnforcer(
            model_of(text), MemoryAdapter(rows)
        )
