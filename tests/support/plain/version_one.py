"""Version 1 of the compiled form, in which the subject was the first column of a `p` line."""

MODEL = """\
[request_definition]
r = sub, dom, obj, act, scope

[policy_definition]
p = sub, dom, obj, act, scope, eft

[role_definition]
g = _, _, _
g2 = _, _
g3 = _, _, _

[policy_effect]
e = some(where (p.eft == allow)) && !some(where (p.eft == deny))

[matchers]
m = r.act == p.act && r.scope == p.scope && (r.obj == p.obj || keyMatch(r.obj, p.obj)) && (r.dom == p.dom || g2(r.dom, p.dom)) && (r.sub == p.sub || g(r.sub, p.sub, r.dom))
"""  # noqa: E501 - Casbin reads a matcher from one line


def policy(text: str) -> str:
    """policy.csv as version 1 wrote it."""
    rows = [line.split(", ") for line in text.splitlines()]
    rows = [["p", row[2], row[1], *row[3:]] if row[0] == "p" else row for row in rows]
    return "\n".join(["# rolegate policy", *(", ".join(row) for row in rows[1:])]) + "\n"
