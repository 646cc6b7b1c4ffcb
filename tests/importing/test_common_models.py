"""The models that people have: what each becomes, and that both answer alike."""

from __future__ import annotations

from pathlib import Path

import pytest

import rolegate
from drawn_casbin import ALLOW, BOTH, CasbinTexts, model_text

ACL = model_text(
    "sub, obj, act", "sub, obj, act", {}, ALLOW, "r.sub == p.sub && r.obj == p.obj && r.act == p.act"
)
RBAC = model_text(
    "sub, obj, act", "sub, obj, act", {"g": 2}, ALLOW, "g(r.sub, p.sub) && r.obj == p.obj && r.act == p.act"
)
DENIES = model_text(
    "sub, obj, act",
    "sub, obj, act, eft",
    {"g": 2},
    BOTH,
    "g(r.sub, p.sub) && r.obj == p.obj && r.act == p.act",
)
TENANTS = model_text(
    "sub, dom, obj, act",
    "sub, dom, obj, act",
    {"g": 3},
    ALLOW,
    "g(r.sub, p.sub, r.dom) && r.dom == p.dom && r.obj == p.obj && r.act == p.act",
)
PATHS = model_text(
    "sub, obj, act",
    "sub, obj, act",
    {},
    ALLOW,
    "r.sub == p.sub && keyMatch2(r.obj, p.obj) && regexMatch(r.act, p.act)",
)


def imported(tmp_path: Path, model: str, *lines: str, **options: object) -> rolegate.CasbinImport:
    """What becomes of a policy; it answers as Casbin does."""
    files = CasbinTexts(model, lines).write(tmp_path)
    done = rolegate.import_casbin(*files, **options)  # type: ignore[arg-type]
    assert (0, ()) == (done.proof.differ, done.proof.differences)
    return done


def bindings(done: rolegate.CasbinImport) -> list[str]:
    return done.files["bindings.yaml"].splitlines()[1:]


def test_a_list_of_rights_becomes_lines_of_grants(tmp_path: Path) -> None:
    """Objects are groups, actions permissions; each user has one line."""
    done = imported(tmp_path, ACL, "p, ana, data1, read", "p, ana, data1, write", "p, bo, data2, read")
    assert bindings(done) == [
        "  - {user: ana, grants: [data1.read, data1.write]}",
        "  - {user: bo, grants: [data2.read]}",
    ]
    assert sorted(done.mapping.permissions) == ["data1.read", "data1.write", "data2.read"]
    assert done.ok


def test_roles_inherit_as_links_say(tmp_path: Path) -> None:
    """A name that somebody has is a role; a role that has one extends it."""
    done = imported(
        tmp_path,
        RBAC,
        "p, viewer, data, read",
        "p, editor, data, write",
        "g, editor, viewer",
        "g, ana, editor",
    )
    assert done.files["roles/editor.yaml"] == "role: editor\nextends: viewer\ngrants:\n  - data.write\n"
    assert bindings(done) == ["  - {user: ana, role: editor}"]


def test_roles_in_a_circle_have_each_others_rights(tmp_path: Path) -> None:
    """Casbin goes round; `extends` may not, so each role has all of the grants."""
    done = imported(
        tmp_path, RBAC, "p, a, data, read", "p, b, data, write", "g, a, b", "g, b, a", "g, ana, a"
    )
    assert done.files["roles/a.yaml"] == "role: a\ngrants:\n  - data.read\n  - data.write\n"
    assert done.files["roles/b.yaml"] == "role: b\ngrants:\n  - data.read\n  - data.write\n"


def test_a_denial_reaches_the_holders_of_roles_that_inherit(tmp_path: Path) -> None:
    """A restriction on a role is on its holders, so each role that inherits it gets it as well."""
    done = imported(
        tmp_path,
        DENIES,
        "p, editor, data, write, allow",
        "p, viewer, data, write, deny",
        "g, editor, viewer",
        "g, ana, editor",
    )
    assert bindings(done) == [
        "  - {user: ana, role: editor}",
        "  - {role: editor, restrict: [data.write]}",
        "  - {role: viewer, restrict: [data.write]}",
    ]


def test_a_role_that_is_the_same_in_all_domains_is_written_once(tmp_path: Path) -> None:
    """Any other role belongs to its domain."""
    lines = [f"p, clerk, {domain}, data, read" for domain in ("acme", "beta")]
    done = imported(
        tmp_path,
        TENANTS,
        *lines,
        "p, boss, acme, data, write",
        "g, ana, boss, acme",
        "g, bo, clerk, beta",
        "g, cy, clerk, acme",
    )
    assert {name for name in done.files if name.startswith("roles")} == {
        "roles/clerk.yaml",
        "roles/acme/boss.yaml",
    }


def test_paths_become_kinds_and_regular_expressions_the_actions_in_them(tmp_path: Path) -> None:
    """`/users/:id` is each user, later ones included; `(GET)|(POST)` names two actions."""
    done = imported(
        tmp_path,
        PATHS,
        "p, ana, /users, GET",
        "p, ana, /users/:id, (GET)|(POST)",
        "p, bo, /users/:uid/keys/:kid, DELETE",
    )
    assert bindings(done) == [
        '  - {user: ana, grants: [users.get, "users_each.get[*]", "users_each.post[*]"]}',
        '  - {user: bo, grants: ["users_keys.delete[*]"]}',
    ]
    question = done.mapping.question("bo", "/users/7/keys/9", "DELETE")
    assert question is not None and (question.permission, question.on) == ("users_keys.delete", ("7", "9"))


@pytest.mark.parametrize(
    ("term", "line", "who"),
    [
        ("r.sub == 'root'", "p, ana, data, read", "user: root"),
        ("g(r.sub, 'boss')", "g, bo, boss", "role: boss"),
    ],
)
def test_a_superuser_gets_the_star(tmp_path: Path, term: str, line: str, who: str) -> None:
    """Who may do everything, whatever lines say, may do all that is in the catalog."""
    model = RBAC.replace("p.act\n", f"p.act || {term}\n")
    done = imported(tmp_path, model, "p, ana, data, read", line)
    assert who in "\n".join(done.files.values())
    assert '"*"' in "\n".join(done.files.values())


def test_resource_roles_are_granted_on_each_member(tmp_path: Path) -> None:
    """A line about a group of objects is one about each of them."""
    model = RBAC.replace("g = _, _\n", "g = _, _\ng2 = _, _\n").replace("r.obj == p.obj", "g2(r.obj, p.obj)")
    done = imported(tmp_path, model, "p, ana, books, read", "g2, dune, books", "g2, emma, books")
    assert bindings(done) == ["  - {user: ana, grants: [books.read, dune.read, emma.read]}"]


def test_models_without_objects_or_actions(tmp_path: Path) -> None:
    """What is asked about is the permission then."""
    acts = model_text("sub, act", "sub, act", {}, ALLOW, "r.sub == p.sub && r.act == p.act")
    objects = model_text("sub, obj", "sub, obj", {}, ALLOW, "r.sub == p.sub && r.obj == p.obj")
    assert bindings(imported(tmp_path / "acts", acts, "p, ana, read")) == ["  - {user: ana, grants: [read]}"]
    done = imported(tmp_path / "objects", objects, "p, ana, data", "p, ana, doc:1")
    assert bindings(done) == ['  - {user: ana, grants: [data, "doc[1]"]}']


def test_models_without_subjects_are_about_everyone(tmp_path: Path) -> None:
    """Whoever asks may do what lines name."""
    model = model_text("obj, act", "obj, act", {}, ALLOW, "r.obj == p.obj && r.act == p.act")
    assert bindings(imported(tmp_path, model, "p, data, read")) == [
        "  - {everyone: true, grants: [data.read]}"
    ]


def test_a_pattern_that_no_star_says_grants_less_and_denies_more(tmp_path: Path) -> None:
    """`/doc/1*` allows what is named, and denies all documents; both are told."""
    model = DENIES.replace("r.obj == p.obj", "keyMatch(r.obj, p.obj)")
    done = imported(
        tmp_path,
        model,
        "p, ana, /doc/*, read, allow",
        "p, bo, /doc/1*, read, allow",
        "p, ana, /doc/1*, read, deny",
        "p, cy, /doc/12, read, allow",
    )
    assert bindings(done) == [
        '  - {user: ana, grants: ["doc.read[*]"]}',
        '  - {user: ana, restrict: ["doc.read[*]"]}',
        '  - {user: bo, grants: ["doc.read[12]"]}',
        '  - {user: cy, grants: ["doc.read[12]"]}',
    ]
    assert [found.code for found in done.findings] == ["RG947", "RG947"]
    assert (done.ok, done.proof.ok, done.proof.told > 0) == (False, True, True)


@pytest.mark.parametrize("line", ["p, ana, *, data, read", "g, ana, boss, *", "g, /u/:id, boss, acme"])
def test_what_looks_like_a_pattern_and_is_none_is_told(tmp_path: Path, line: str) -> None:
    """An application may match it by functions of its own, which nobody sees in the files."""
    done = imported(tmp_path, TENANTS, "p, boss, acme, data, read", line)
    assert [(found.code, found.line) for found in done.findings] == [("RG948", 2)]
    assert done.ok


def test_names_and_kinds_can_be_chosen(tmp_path: Path) -> None:
    """What a rule makes of a text is a beginning."""
    done = imported(
        tmp_path,
        ACL,
        "p, ana, /v1/inv/abc, GET",
        kinds=["/v1/inv/{id}"],
        names={"/v1/inv/{id}": "invoice", "GET": "show"},
    )
    assert bindings(done) == ['  - {user: ana, grants: ["invoice.show[abc]"]}']
    with pytest.raises(rolegate.CasbinImportError, match="no object, kind or action is called `date`"):
        imported(tmp_path, ACL, "p, ana, data, read", names={"date": "day"})
    with pytest.raises(rolegate.CasbinImportError, match="cannot be the name"):
        imported(tmp_path, ACL, "p, ana, data, read", names={"data": "a.b"})


def test_what_no_line_names_can_be_added(tmp_path: Path) -> None:
    """A star of the source takes in what the application asks about."""
    model = ACL.replace("r.obj == p.obj", "keyMatch(r.obj, p.obj)")
    done = imported(tmp_path, model, "p, ana, *, read", objects=["invoice"])
    assert bindings(done) == ["  - {user: ana, grants: [invoice.read]}"]


def test_a_large_policy_is_asked_in_part(tmp_path: Path) -> None:
    """The same part each time, and how much is said."""
    lines = [f"p, u{number}, data{number}, read" for number in range(40)]
    done = imported(tmp_path, ACL, *lines, questions=100)
    assert (done.proof.asked, done.proof.possible) == (100, 41 * 41 * 2)
