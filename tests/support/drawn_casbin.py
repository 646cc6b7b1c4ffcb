"""Random small Casbin policies of the models that are common, as the texts of two files."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

USERS = ("alice", "bob", "a b", "no", "*")
ROLES = ("admin", "editor", "viewer", "x/y")
DOMAINS = ("acme", "Acme", "d:1")
OBJECTS = ("data1", "Data1", "invoice:17", "invoice:18", "/doc/1", "/doc/a", "/doc", "a.b", "/a/1/b/2")
PATTERNS = {
    "keyMatch": ("/doc/*", "*", "invoice:*", "/d*", "/doc/1*", "/doc/a/*", "/doc/*/x"),
    "keyMatch2": (
        "/doc/:id",
        "/doc/*",
        "*",
        "/a/:x/b/:y",
        "/a/1/b/:y",
        "/a/:x/b/2",
        "/:x",
        "a.b",
        "invoice:17",
    ),
    "keyMatch3": ("/doc/{id}", "/doc/*", "/a/{x}/b/{y}"),
    "regexMatch": ("^/doc/.*$", ".*", "data[12]", "data1|data2"),
}
ACTIONS = ("read", "write", "READ", "see it")
_ANY_ACTION = {"p.act == '*'": ("*",), "regexMatch": (".*", "(read)|(write)", "read|write")}


@dataclass(frozen=True)
class CasbinTexts:
    """A model and its lines."""

    model: str
    lines: tuple[str, ...]

    def write(self, folder: Path) -> tuple[Path, Path]:
        """The two files, written into *folder*."""
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "model.conf").write_text(self.model, encoding="utf-8")
        (folder / "policy.csv").write_text("".join(f"{line}\n" for line in self.lines), encoding="utf-8")
        return folder / "model.conf", folder / "policy.csv"


def model_text(asked: str, columns: str, links: dict[str, int], effect: str, matcher: str) -> str:
    """A model.conf."""
    roles = "".join(f"{name} = {', '.join('_' * width)}\n" for name, width in links.items())
    return (
        f"[request_definition]\nr = {asked}\n\n[policy_definition]\np = {columns}\n\n"
        + (f"[role_definition]\n{roles}\n" if roles else "")
        + f"[policy_effect]\ne = {effect}\n\n[matchers]\nm = {matcher}\n"
    )


ALLOW = "some(where (p.eft == allow))"
BOTH = f"{ALLOW} && !some(where (p.eft == deny))"


@st.composite
def casbin_texts(draw: Any) -> CasbinTexts:
    """A model with roles, domains, patterns, resource roles, denials or superusers, and up to 14 lines."""

    def maybe(one_of: int) -> bool:
        return bool(draw(st.integers(1, one_of)) == 1)

    domains, roles, denies = maybe(2), not maybe(4), maybe(2)
    function = draw(st.sampled_from((None, None, *PATTERNS)))
    groups = roles and function is None and maybe(3)
    by_domain = roles and domains and not maybe(5)
    everyone, everywhere = maybe(4), domains and maybe(3)
    any_action = draw(st.sampled_from((None, None, *_ANY_ACTION)))
    lookup = "g(r.sub, p.sub, r.dom)" if by_domain else "g(r.sub, p.sub)" if roles else "r.sub == p.sub"
    terms = [f"({lookup} || p.sub == '*')" if everyone else lookup]
    if domains:
        terms.append("(r.dom == p.dom || p.dom == '*')" if everywhere else "r.dom == p.dom")
    if groups:
        terms.append("g2(r.obj, p.obj)")
    elif function is None:
        terms.append("r.obj == p.obj")
    else:
        terms.append(
            draw(
                st.sampled_from(
                    (f"{function}(r.obj, p.obj)", f"(r.obj == p.obj || {function}(r.obj, p.obj))")
                )
            )
        )
    terms.append(
        "r.act == p.act" if any_action is None
        else "regexMatch(r.act, p.act)" if any_action == "regexMatch"
        else f"(r.act == p.act || {any_action})"
    )  # fmt: skip
    matcher = " && ".join(draw(st.permutations(terms)))
    above = draw(st.sampled_from((None, None, None, "r.sub == 'root'", "g" if roles else None)))
    if above is not None:
        boss = f"g(r.sub, 'boss'{', r.dom' if by_domain else ''})"
        matcher = f"({matcher}) || {boss if above == 'g' else above}"
    asked = ["sub", "dom", "obj", "act"] if domains else ["sub", "obj", "act"]
    columns = [*asked, "eft"] if denies or maybe(4) else asked
    links = ({"g": 3 if by_domain else 2} if roles else {}) | ({"g2": 2} if groups else {})
    model = model_text(", ".join(asked), ", ".join(columns), links, BOTH if denies else ALLOW, matcher)
    objects = draw(st.lists(st.sampled_from(OBJECTS), min_size=2, max_size=4, unique=True))
    values = {
        "sub": st.sampled_from((*USERS[:2], *ROLES, *USERS[2 if everyone else 5 :])),
        "dom": st.sampled_from((*DOMAINS[:2], *(("*",) if everywhere else ()))),
        "obj": st.sampled_from(
            (*objects, *(PATTERNS[function] if function else ()), *(("grp",) if groups else ()))
        ),
        "act": st.sampled_from((*ACTIONS[:3], *(_ANY_ACTION[any_action] if any_action else ()))),
        "eft": st.sampled_from(("allow", "allow", "allow", "deny", "Deny")),
    }
    line = st.tuples(*(values[column] for column in columns)).map(lambda cells: ", ".join(("p", *cells)))
    link = st.tuples(
        st.sampled_from((*USERS[:2], *ROLES)), st.sampled_from((*ROLES, "boss")),
        *((st.sampled_from(DOMAINS[:2]),) if by_domain else ()),
    ).map(lambda cells: ", ".join(("g", *cells)))  # fmt: skip
    member = st.tuples(st.sampled_from(objects), st.sampled_from(("grp", "grp2"))).map(
        lambda pair: f"g2, {', '.join(pair)}"
    )
    found = draw(st.lists(line, min_size=1, max_size=8))
    found += draw(st.lists(link, max_size=5)) if roles else []
    found += draw(st.lists(member, max_size=3)) if groups else []
    return CasbinTexts(model, tuple(found))
