"""model.conf: the Casbin model that every compiled policy belongs to."""

from __future__ import annotations

MODEL_CONF = """\
[request_definition]
r = sub, dom, obj, act, scope

[policy_definition]
p = dom, sub, obj, act, scope, eft

[role_definition]
g = _, _, _
g2 = _, _
g3 = _, _, _

[policy_effect]
e = some(where (p.eft == allow)) && !some(where (p.eft == deny))

[matchers]
m = r.act == p.act && r.scope == p.scope && (r.obj == p.obj || keyMatch(r.obj, p.obj)) && (r.dom == p.dom || g2(r.dom, p.dom)) && (r.sub == p.sub || g(r.sub, p.sub, r.dom) || (keyMatch(r.sub, "user:*") && g("user:*", p.sub, r.dom)))
"""  # noqa: E501 - Casbin reads a matcher from one line
"""The content of `model.conf` at the root of the repository, byte for byte."""


def casbin_model_text() -> str:
    """The text of model.conf, the same for every policy set."""
    return MODEL_CONF
