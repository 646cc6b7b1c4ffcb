"""Policy sets that multiply: small texts, each a product of two or three things that files may hold many of.

`SETS` has, by name, a function from a size to the files of a set, and the size at which the set is largest
within the limits of a set (5 MB a file, 150,000 values). Text grows in proportion to the size.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

Files = Mapping[str, str]
Make = Callable[[int], Files]

SETS: dict[str, tuple[Make, int]] = {}


def largest(size: int) -> Callable[[Make], Make]:
    """Enter a function into `SETS`, with the largest *size* it is made for."""

    def enter(make: Make) -> Make:
        SETS[make.__name__] = make, size
        return make

    return enter


def write(folder: Path, files: Files) -> Path:
    """The set of *files*, by their paths, in *folder*."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def _block(lines: Iterable[str], indent: int = 2) -> str:
    return "".join(f"{' ' * indent}{line}\n" for line in lines)


def _catalog(permissions: Iterable[str], more: str = "") -> str:
    return f"catalog: x\n{more}permissions:\n{_block(permissions)}"


def _flat(count: int, body: str = "P", more: str = "", stem: str = "p") -> str:
    return _catalog((f"{stem}{i}: {body}" for i in range(count)), more)


def _roles(roles: Iterable[str]) -> str:
    return f"roles:\n{_block(roles)}"


def _bindings(lines: Iterable[str]) -> str:
    return f"bindings:\n{_block(f'- {line}' for line in lines)}"


def _list(items: Iterable[str]) -> str:
    return "[" + ", ".join(f'"{each}"' for each in items) + "]"


ALL = 'role: all\ngrants: ["*"]\n'


# -- domains ------------------------------------------------------------------------------------------------


def _nested(count: int, body: str = "") -> str:
    inner = (f"d{i}: {{within: d{i - 1}{', ' * bool(body)}{body}}}" for i in range(1, count))
    return f"domains:\n{_block([f'd0: {{{body}}}', *inner])}"


@largest(9_940)
def nested_domains_with_a_team_each(n: int) -> Files:
    body = "teams: {sales: [ana, bo]}"
    return {"catalog.yaml": _flat(1), "domains.yaml": _nested(n, body)}


@largest(6_630)
def nested_domains_with_teams_of_many_names(n: int) -> Files:
    inner = (f"d{i}: {{within: d{i - 1}, teams: {{t{i}: []}}}}" for i in range(1, n))
    lines = (f"{{team: t{i}, grants: p0, domain: d{n - 1}}}" for i in range(1, n))
    domains = f"domains:\n{_block(['d0: {}', *inner])}"
    return {"catalog.yaml": _flat(1), "domains.yaml": domains, "bindings.yaml": _bindings(lines)}


@largest(9_040)
def nested_domains_with_a_binding_each(n: int) -> Files:
    lines = (f"{{user: u{i}, role: all, domain: d{i}}}" for i in range(n))
    return {
        "catalog.yaml": _flat(1),
        "domains.yaml": _nested(n),
        "roles/all.yaml": ALL,
        "bindings.yaml": _bindings(lines),
    }


@largest(9_030)
def nested_domains_with_a_restriction_each(n: int) -> Files:
    lines = (f"{{user: ana, restrict: p{i % 50}, domain: d{i}}}" for i in range(n))
    return {"catalog.yaml": _flat(50), "domains.yaml": _nested(n), "bindings.yaml": _bindings(lines)}


@largest(13_200)
def a_role_for_all_in_the_outermost_of_many_domains(n: int) -> Files:
    inner = (f"d{i}: {{within: d0}}" for i in range(1, n))
    lines = (f"{{user: u{i}, role: all, domain: d0}}" for i in range(n // 2))
    return {
        "catalog.yaml": _flat(1),
        "domains.yaml": f"domains:\n{_block(['d0: {}', *inner])}",
        "roles/all.yaml": ALL,
        "bindings.yaml": _bindings(lines),
    }


@largest(13_200)
def custom_roles_in_the_outermost_of_many_domains(n: int) -> Files:
    inner = (f"d{i}: {{within: d0}}" for i in range(1, n))
    roles = (f'r{i}: {{domain: d0, grants: ["*"]}}' for i in range(n // 2))
    return {
        "catalog.yaml": _flat(100),
        "domains.yaml": f"domains:\n{_block(['d0: {}', *inner])}",
        "roles/all.yaml": _roles(roles),
    }


@largest(9_940)
def custom_roles_of_one_name_in_nested_domains(n: int) -> Files:
    return {
        "catalog.yaml": _flat(1),
        "domains.yaml": _nested(n),
        **{
            f"roles/r{part}.yaml": f"role: r\ndomain: d{part * n // 10}\ngrants: p0\n"
            for part in range(1, 10)
        },
        "roles/all.yaml": _roles(f"s{i}: {{domain: d{n - 1 - i}, grants: p0}}" for i in range(n)),
    }


@largest(30_000)
def plans_and_gates(n: int) -> Files:
    plans = [f"l{i}" for i in range(n // 8)]
    permissions = (f"p{i}: {{addons: [l{i}]}}" for i in range(n // 8))
    domains = (f"d{i}: {{addons: [l{i % (n // 8)}]}}" for i in range(n // 4))
    return {
        "catalog.yaml": _catalog(permissions, f"addons: [{', '.join(plans)}]\n"),
        "domains.yaml": f"domains:\n{_block(domains)}",
        "roles/all.yaml": ALL,
    }


@largest(37_500)
def a_group_of_many_addons(n: int) -> Files:
    addons = f"[{', '.join(f'a{i}' for i in range(n // 2))}]"
    group = f"g: {{addons: {addons}, permissions: {{{', '.join(f'p{i}: P' for i in range(n // 2))}}}}}"
    return {"catalog.yaml": _catalog([group], f"addons: {addons}\n")}


@largest(28_400)
def a_group_of_many_addons_and_one_more_for_each_permission(n: int) -> Files:
    addons = f"[{', '.join(f'a{i}' for i in range(n // 2))}]"
    inner = ", ".join(f"p{i}: {{addons: [a{i % 3}]}}" for i in range(n // 2))
    return {
        "catalog.yaml": _catalog(
            [f"g: {{addons: {addons}, permissions: {{{inner}}}}}"], f"addons: {addons}\n"
        )
    }


# -- mistakes -----------------------------------------------------------------------------------------------


@largest(45_000)
def misspelt_grants(n: int) -> Files:
    permissions = (f"area{i % 97}_item{i}: P" for i in range(n))
    grants = [f"area{i % 97}_itme{i}" for i in range(min(n, 990))]
    return {"catalog.yaml": _catalog(permissions), "roles/r.yaml": f"role: r\ngrants: {_list(grants)}\n"}


@largest(45_000)
def misspelt_grants_in_groups(n: int) -> Files:
    inner = ", ".join(f"item{i}: P" for i in range(n))
    grants = [f"area.itme{i}" for i in range(min(n, 990))]
    return {
        "catalog.yaml": _catalog([f"area: {{permissions: {{{inner}}}}}"]),
        "roles/r.yaml": f"role: r\ngrants: {_list(grants)}\n",
    }


@largest(45_000)
def misspelt_dependencies(n: int) -> Files:
    permissions = [f"area_item{i}: P" for i in range(n)]
    permissions += [f"q{i}: {{requires: area_itme{i}}}" for i in range(min(n, 990))]
    return {"catalog.yaml": _catalog(permissions)}


@largest(45_000)
def unknown_labels(n: int) -> Files:
    labels = (f"area_itme{i}: L" for i in range(min(n, 990)))
    return {
        "catalog.yaml": _flat(n, stem="area_item"),
        "labels/fr.yaml": f"locale: fr\npermissions:\n{_block(labels)}",
    }


@largest(22_500)
def unknown_roles(n: int) -> Files:
    return {
        "catalog.yaml": _flat(1),
        "roles/all.yaml": _roles(f"manager{i}: {{grants: p0}}" for i in range(n)),
        "bindings.yaml": _bindings(f"{{user: ana, role: manger{i}}}" for i in range(min(n, 990))),
    }


@largest(45_000)
def unknown_domains(n: int) -> Files:
    return {
        "catalog.yaml": _flat(1),
        "domains.yaml": f"domains:\n{_block(f'tenant{i}: {{}}' for i in range(n))}",
        "bindings.yaml": _bindings(
            f"{{user: ana, grants: p0, domain: tennant{i}}}" for i in range(min(n, 990))
        ),
    }


@largest(45_000)
def unknown_teams(n: int) -> Files:
    teams = ", ".join(f"team{i}: []" for i in range(n))
    return {
        "catalog.yaml": _flat(1),
        "domains.yaml": f"domains: {{d: {{teams: {{{teams}}}}}}}\n",
        "bindings.yaml": _bindings(f"{{team: taem{i}, grants: p0, domain: d}}" for i in range(min(n, 990))),
    }


@largest(45_000)
def unknown_scopes(n: int) -> Files:
    ladder = ", ".join(f"reach{i}" for i in range(n))
    grants = [f"p0@raech{i}" for i in range(min(n, 990))]
    return {
        "catalog.yaml": _flat(1, "{scopes: l}", f"scopes: {{l: [{ladder}]}}\n"),
        "roles/r.yaml": f"role: r\ngrants: {_list(grants)}\n",
    }


@largest(990)
def misspelt_names_that_are_long(n: int) -> Files:
    ids = [f"{'ab' * 60}{i:04}{'cd' * 60}" for i in range(n)]
    return {
        "catalog.yaml": _flat(1),
        "roles/all.yaml": _roles(f'"{each}": {{grants: p0}}' for each in ids),
        "bindings.yaml": _bindings(f'{{user: ana, role: "x{each}"}}' for each in ids),
    }


@largest(1_000)
def unknown_names_of_four_thousand_letters(n: int) -> Files:
    grants = [f"{'pq' * 2000}{i}" for i in range(n)]
    return {"catalog.yaml": _flat(n, stem="p" * 200), "roles/r.yaml": f"role: r\ngrants: {_list(grants)}\n"}


@largest(33_100)
def lines_without_what_they_need(n: int) -> Files:
    return {"catalog.yaml": _flat(1), "bindings.yaml": _bindings("{x: y}" for _ in range(n))}


@largest(30_000)
def labels_without_what_they_need(n: int) -> Files:
    return {
        "catalog.yaml": _flat(1),
        "labels/fr.yaml": "titel: x\n" + "".join(f"k{i}: x\n" for i in range(n)),
    }


@largest(19_800)
def users_that_look_alike(n: int) -> Files:
    lines = (f"{{user: {name}{i}, grants: p0}}" for i in range(n // 2) for name in ("ana", "Ana"))
    return {"catalog.yaml": _flat(1), "bindings.yaml": _bindings(lines)}


@largest(49_700)
def keys_that_stand_twice(n: int) -> Files:
    return {"catalog.yaml": _flat(1) + "".join(f"  p{i // 2}: P\n" for i in range(n))}


@largest(16_500)
def circles_of_dependencies(n: int) -> Files:
    count = n // 12
    lines = (
        f"c{c}x{i}: {{requires: c{c}x{(i + 1) % count}, implies: c{c}x{(i + 1) % count}}}"
        for c in range(12)
        for i in range(count)
    )
    return {"catalog.yaml": _catalog(lines)}


@largest(24_800)
def circles_of_roles(n: int) -> Files:
    count = n // 12
    roles = (f"c{c}x{i}: {{extends: c{c}x{(i + 1) % count}}}" for c in range(12) for i in range(count))
    return {"catalog.yaml": _flat(1), "roles/all.yaml": _roles(roles)}


@largest(22_500)
def circles_of_domains(n: int) -> Files:
    domains = (f"d{i}: {{within: d{i ^ 1}}}" for i in range(n))
    return {"catalog.yaml": _flat(1), "domains.yaml": f"domains:\n{_block(domains)}"}


# -- roles --------------------------------------------------------------------------------------------------


@largest(1_000)
def roles_that_extend_each_other_with_a_star_each(n: int) -> Files:
    roles = ['r0: {grants: ["*"]}', *(f'r{i}: {{extends: r{i - 1}, grants: ["*"]}}' for i in range(1, n))]
    return {"catalog.yaml": _flat(8 * n), "roles/all.yaml": _roles(roles)}


@largest(400)
def diamonds_of_roles(n: int) -> Files:
    roles = ['a0: {grants: ["*"]}', 'b0: {grants: ["*"]}']
    for i in range(1, n):
        roles += [f"{each}{i}: {{extends: [a{i - 1}, b{i - 1}]}}" for each in "ab"]
    return {"catalog.yaml": _flat(8 * n), "roles/all.yaml": _roles(roles)}


@largest(22_500)
def roles_that_each_extend_all_before(n: int) -> Files:
    count = int(n**0.5) * 2
    roles = ["r0: {grants: p0}"]
    roles += [f"r{i}: {{extends: [{', '.join(f'r{j}' for j in range(i))}]}}" for i in range(1, count)]
    return {"catalog.yaml": _flat(1), "roles/all.yaml": _roles(roles)}


@largest(33_100)
def the_same_star_many_times(n: int) -> Files:
    return {"catalog.yaml": _flat(n), "roles/r.yaml": f"role: r\ngrants: {_list(['*'] * n)}\n"}


@largest(14_200)
def a_star_for_each_group(n: int) -> Files:
    groups = (f"g{i}: {{permissions: {{p: P}}}}" for i in range(n))
    grants = _list(f"g{i}.*" for i in range(n))
    return {"catalog.yaml": _catalog(groups), "roles/r.yaml": f"role: r\ngrants: {grants}\n"}


@largest(11_000)
def an_exception_for_each_group(n: int) -> Files:
    groups = (f"g{i}: {{permissions: {{p: P, q: Q}}}}" for i in range(n))
    taken = _list(f"g{i}.*" for i in range(n))
    return {"catalog.yaml": _catalog(groups), "roles/r.yaml": f'role: r\ngrants: ["*"]\nexcept: {taken}\n'}


@largest(33_100)
def exceptions_of_everything_many_times(n: int) -> Files:
    taken = _list(["*"] * n)
    return {"catalog.yaml": _flat(n), "roles/r.yaml": f"role: r\ngrants: [p0]\nexcept: {taken}\n"}


@largest(30_000)
def exceptions_of_instances(n: int) -> Files:
    given = _list(f"p0[i{i}]" for i in range(n // 2))
    taken = _list(f"*[i{i}]" for i in range(0, n // 2, 2))
    return {
        "catalog.yaml": _flat(1, "{per: k}", "resources: {k: K}\n"),
        "roles/r.yaml": f"role: r\ngrants: {given}\nexcept: {taken}\n",
    }


@largest(11_000)
def what_no_custom_role_may_hold(n: int) -> Files:
    never = _list(f"p{i}" for i in range(1, n))
    roles = (f"r{i}: {{domain: default, grants: p0}}" for i in range(n))
    more = f"custom_roles: {{never: {never}}}\n"
    return {
        "catalog.yaml": _flat(n, more=more),
        "roles/all.yaml": _roles(roles),
        "domains.yaml": "domains: {default: {}}\n",
    }


# -- scopes, instances --------------------------------------------------------------------------------------


@largest(4_000)
def a_long_ladder_and_many_permissions(n: int) -> Files:
    ladder = ", ".join(f"s{i}" for i in range(n))
    return {
        "catalog.yaml": _flat(n, "{scopes: l}", f"scopes: {{l: [{ladder}]}}\n"),
        "roles/r.yaml": ALL,
        "bindings.yaml": _bindings(["{user: ana, role: all}"]),
    }


@largest(45_000)
def a_grant_at_each_scope_narrowest_first(n: int) -> Files:
    ladder = ", ".join(f"s{i}" for i in range(n))
    grants = _list(f"p0@s{i}" for i in range(n - 1, -1, -1))
    return {
        "catalog.yaml": _flat(1, "{scopes: l}", f"scopes: {{l: [{ladder}]}}\n"),
        "roles/r.yaml": f"role: r\ngrants: {grants}\n",
    }


@largest(4_000)
def stars_at_each_scope(n: int) -> Files:
    ladder = ", ".join(f"s{i}" for i in range(n))
    return {
        "catalog.yaml": _flat(100, "{scopes: l}", f"scopes: {{l: [{ladder}]}}\n"),
        "roles/r.yaml": f"role: r\ngrants: {_list(f'*@s{i}' for i in range(n))}\n",
    }


@largest(22_500)
def a_restriction_at_each_scope(n: int) -> Files:
    ladder = ", ".join(f"s{i}" for i in range(n))
    return {
        "catalog.yaml": _flat(1, "{scopes: l}", f"scopes: {{l: [{ladder}]}}\n"),
        "roles/r.yaml": "role: r\ngrants: [p0@s0]\n",
        "bindings.yaml": _bindings(
            ["{user: ana, role: r}", f"{{user: ana, restrict: {_list(f'p0@s{i}' for i in range(n))}}}"]
        ),
    }


@largest(5_000)
def permissions_and_instances(n: int) -> Files:
    return {
        "catalog.yaml": _flat(n // 5, "{per: k}", "resources: {k: K}\n"),
        "roles/r.yaml": f"role: r\ngrants: {_list(f'*[i{i}]' for i in range(n))}\n",
    }


@largest(5_000)
def a_star_and_permissions_and_instances(n: int) -> Files:
    return {
        "catalog.yaml": _flat(n // 5, "{per: k}", "resources: {k: K}\n"),
        "roles/r.yaml": f"role: r\ngrants: {_list(['*', *(f'*[i{i}]' for i in range(n))])}\n",
    }


@largest(37_500)
def only_of_many_instances(n: int) -> Files:
    line = f"{{user: ana, role: all, only: {{k: {_list(f'i{i}' for i in range(n))}}}, rest: drop}}"
    return {
        "catalog.yaml": _flat(n // 5, "{per: k}", "resources: {k: K}\n"),
        "roles/all.yaml": ALL,
        "bindings.yaml": _bindings([line]),
    }


@largest(15_000)
def only_of_many_instances_of_a_role_of_many_instances(n: int) -> Files:
    line = f"{{user: ana, role: r, only: {{k: {_list(f'i{i}' for i in range(n))}}}, rest: drop}}"
    return {
        "catalog.yaml": _flat(1, "{per: k}", "resources: {k: K}\n"),
        "roles/r.yaml": f"role: r\ngrants: {_list(f'p0[i{i}]' for i in range(n))}\n",
        "bindings.yaml": _bindings([line]),
    }


@largest(22_500)
def only_that_leaves_nothing(n: int) -> Files:
    line = f"{{user: ana, role: r, only: {{k: {_list(f'j{i}' for i in range(min(n, 990)))}}}, rest: drop}}"
    return {
        "catalog.yaml": _flat(1, "{per: k}", "resources: {k: K}\n"),
        "roles/r.yaml": f"role: r\ngrants: {_list(f'p0[i{i}]' for i in range(n))}\n",
        "bindings.yaml": _bindings([line]),
    }


@largest(8_430)
def only_on_many_lines(n: int) -> Files:
    lines = (f"{{user: u{i}, role: all, only: {{k: i{i}}}, rest: drop}}" for i in range(n))
    return {
        "catalog.yaml": _flat(n // 5, "{per: k}", "resources: {k: K}\n"),
        "roles/all.yaml": ALL,
        "bindings.yaml": _bindings(lines),
    }


@largest(8_720)
def rest_on_many_lines(n: int) -> Files:
    lines = (f"{{user: u{i}, role: all, only: {{k: i{i}}}, rest: keep}}" for i in range(n))
    return {
        "catalog.yaml": _flat(n // 5, "P", "resources: {k: K}\n") + "  q: {per: k}\n",
        "roles/all.yaml": ALL,
        "bindings.yaml": _bindings(lines),
    }


@largest(12_400)
def grants_on_many_lines(n: int) -> Files:
    lines = (f'{{user: u{i}, grants: ["*"]}}' for i in range(n))
    return {"catalog.yaml": _flat(n), "bindings.yaml": _bindings(lines)}


@largest(12_400)
def restrictions_on_many_lines(n: int) -> Files:
    lines = (f'{{user: u{i}, restrict: ["*"]}}' for i in range(n))
    return {"catalog.yaml": _flat(n), "bindings.yaml": _bindings(lines)}


@largest(120)
def kinds_within_kinds(n: int) -> Files:
    kinds = ", ".join(["k0: K", *(f"k{i}: {{within: k{i - 1}}}" for i in range(1, n))])
    path = "/".join("a" for _ in range(n - 1))
    grants = _list(f"*[{path}/{i % 10}]" for i in range(1000))
    return {
        "catalog.yaml": _flat(n, f"{{per: k{n - 1}}}", f"resources: {{{kinds}}}\n"),
        "roles/r.yaml": f"role: r\ngrants: {grants}\n",
    }


# -- dependencies -------------------------------------------------------------------------------------------


@largest(22_500)
def a_chain_of_implications_for_each_role(n: int) -> Files:
    count = n // 10
    permissions = [*(f"p{i}: {{implies: p{i + 1}}}" for i in range(count)), f"p{count}: P"]
    roles = (f"r{i}: {{grants: p0}}" for i in range(n))
    return {"catalog.yaml": _catalog(permissions), "roles/all.yaml": _roles(roles)}


@largest(452)
def a_dense_graph_and_a_ladder(n: int) -> Files:
    ladder = ", ".join(f"s{i}" for i in range(n // 2))
    permissions = (
        f"p{i}: {{scopes: l, requires: [{', '.join(f'p{j}' for j in range(max(0, i - 300), i))}]}}"
        for i in range(n)
    )
    return {"catalog.yaml": _catalog(permissions, f"scopes: {{l: [{ladder}]}}\n"), "roles/all.yaml": ALL}


@largest(452)
def a_dense_graph_and_instances(n: int) -> Files:
    permissions = (
        f"p{i}: {{per: k, requires: [{', '.join(f'p{j}' for j in range(max(0, i - 300), i))}]}}"
        for i in range(n)
    )
    grants = _list(f"*[i{i}]" for i in range(n // 2))
    return {
        "catalog.yaml": _catalog(permissions, "resources: {k: K}\n"),
        "roles/r.yaml": f"role: r\ngrants: {grants}\n",
    }


@largest(452)
def a_dense_graph_and_many_roles(n: int) -> Files:
    permissions = (
        f"p{i}: {{requires: [{', '.join(f'p{j}' for j in range(max(0, i - 300), i))}]}}" for i in range(n)
    )
    roles = (f'r{i}: {{grants: ["*"]}}' for i in range(n // 2))
    return {"catalog.yaml": _catalog(permissions), "roles/all.yaml": _roles(roles)}


@largest(453)
def a_dense_graph_of_implications_and_many_roles(n: int) -> Files:
    permissions = (
        f"p{i}: {{implies: [{', '.join(f'p{j}' for j in range(max(0, i - 300), i))}]}}" for i in range(n)
    )
    roles = (f"r{i}: {{grants: p{n - 1}}}" for i in range(n // 2))
    return {"catalog.yaml": _catalog(permissions), "roles/all.yaml": _roles(roles)}


@largest(447)
def a_dense_graph_and_restrictions(n: int) -> Files:
    permissions = (
        f"p{i}: {{requires: [{', '.join(f'p{j}' for j in range(max(0, i - 300), i))}]}}" for i in range(n)
    )
    lines = (f"{{user: u{i}, restrict: p0}}" for i in range(n))
    return {"catalog.yaml": _catalog(permissions), "bindings.yaml": _bindings(lines)}


@largest(11_000)
def a_chain_of_requirements_and_restrictions(n: int) -> Files:
    permissions = ["p0: P", *(f"p{i}: {{requires: p{i - 1}}}" for i in range(1, n))]
    lines = (f"{{user: u{i}, restrict: p0}}" for i in range(n))
    return {"catalog.yaml": _catalog(permissions), "bindings.yaml": _bindings(lines)}


@largest(7_500)
def any_instance_serves_and_restrictions(n: int) -> Files:
    permissions = ["q: {per: k}", *(f"p{i}: {{requires: q}}" for i in range(n))]
    given = _list(["*", *(f"q[i{i}]" for i in range(n))])
    taken = _list(f"q[i{i}]" for i in range(0, n, 2))
    return {
        "catalog.yaml": _catalog(permissions, "resources: {k: K}\n"),
        "bindings.yaml": _bindings([f"{{user: ana, grants: {given}}}", f"{{user: ana, restrict: {taken}}}"]),
    }


@largest(75_000)
def headers_all_the_way_down(n: int) -> Files:
    text, indent = "catalog: x\npermissions:\n", "  "
    for i in range(22):
        text += f"{indent}g{i}:\n{indent}  header: h\n{indent}  permissions:\n{indent}    h: H\n"
        indent += "    "
    text += _block((f"p{i}: P" for i in range(n // 2)), len(indent))
    return {"catalog.yaml": text, "roles/all.yaml": ALL}


@largest(33_100)
def one_permission_that_requires_all(n: int) -> Files:
    needs = ", ".join(f"p{i}" for i in range(n))
    return {"catalog.yaml": _flat(n) + f"  q: {{requires: [{needs}]}}\n", "roles/all.yaml": ALL}


# -- teams --------------------------------------------------------------------------------------------------


@largest(15_000)
def members_of_many_restricted_teams(n: int) -> Files:
    size = int(n**0.5)
    users = ", ".join(f"u{i}" for i in range(size))
    teams = ", ".join(f"t{i}: [{users}]" for i in range(size))
    lines = (f"{{team: t{i}, restrict: p{i}}}" for i in range(size))
    return {
        "catalog.yaml": _flat(size),
        "domains.yaml": f"domains: {{d: {{teams: {{{teams}}}}}}}\n",
        "roles/all.yaml": ALL,
        "bindings.yaml": _bindings(
            line[:-1] + ", domain: d}"
            for line in [*lines, *(f"{{user: u{i}, role: all}}" for i in range(size))]
        ),
    }


@largest(11_000)
def a_user_of_very_many_roles(n: int) -> Files:
    return {
        "catalog.yaml": _flat(1),
        "roles/all.yaml": _roles(f"r{i}: {{grants: p0}}" for i in range(n)),
        "bindings.yaml": _bindings(f"{{user: ana, role: r{i}}}" for i in range(n)),
    }


@largest(45_000)
def renamed_and_aliases(n: int) -> Files:
    names = ", ".join(f"old{i}" for i in range(n))
    return {
        "catalog.yaml": _catalog([f"g: {{renamed_from: [{names}], permissions: {{p: P}}}}"]),
        "roles/r.yaml": f"role: r\ngrants: {_list(f'old{i}.p' for i in range(min(n, 900)))}\n",
    }


@largest(4_000)
def ids_of_four_thousand_letters(n: int) -> Files:
    lines = (f"{{user: ana, grants: p0, note: {'x' * 1000}}}" for _ in range(n))
    return {"catalog.yaml": _flat(1), "bindings.yaml": _bindings(lines)}


# -- much of one thing --------------------------------------------------------------------------------------

_INBOXES = "resources: {inbox: I}\n"


@largest(90_000)
def only_of_instances_that_each_keep_one_right(n: int) -> Files:
    line = f"{{user: u, role: r, rest: keep, only: {{inbox: {_list(f'x{i}' for i in range(n))}}}}}"
    return {
        "catalog.yaml": _catalog(["a: A", "i: {per: inbox}"], _INBOXES),
        "roles/r.yaml": 'role: r\ngrants: ["i[*]", a]\n',
        "bindings.yaml": _bindings([line]),
    }


@largest(2_000)
def a_file_for_each_role(n: int) -> Files:
    roles = {f"roles/r{i}.yaml": f"role: r{i}\ngrants: [p0]\n" for i in range(n)}
    return {"catalog.yaml": _flat(1), **roles}


@largest(20_000)
def more_files_than_a_set_has(n: int) -> Files:
    return a_file_for_each_role(n)


@largest(1_900)
def files_of_many_roles_each(n: int) -> Files:
    one = "".join(f"  r{{}}x{i}: {{{{grants: p0}}}}\n" for i in range(12))
    roles = {f"roles/r{i}.yaml": f"roles:\n{one.format(*[i] * 12)}" for i in range(n)}
    return {"catalog.yaml": _flat(1), **roles}


@largest(45_000)
def a_header_and_very_many_permissions(n: int) -> Files:
    inner = ", ".join(["h: H", *(f"p{i}: P" for i in range(n))])
    return {"catalog.yaml": _catalog([f"g: {{header: h, permissions: {{{inner}}}}}"])}


@largest(16_000)
def lines_of_grants_to_one_user(n: int) -> Files:
    lines = (f'{{user: u, grants: ["i[x{i}]"]}}' for i in range(n))
    return {"catalog.yaml": _catalog(["i: {per: inbox}"], _INBOXES), "bindings.yaml": _bindings(lines)}


@largest(16_000)
def restrictions_of_one_user(n: int) -> Files:
    lines = (f'{{user: u, restrict: ["i[x{i}]"]}}' for i in range(n))
    return {"catalog.yaml": _catalog(["i: {per: inbox}"], _INBOXES), "bindings.yaml": _bindings(lines)}


@largest(10_000)
def custom_roles_and_what_they_may_not_hold(n: int) -> Files:
    lines = [f"{{user: u, role: r{i}, domain: d}}" for i in range(n // 8)]
    lines += [f'{{user: u, grants: ["t@all"], domain: d}}' for _ in range(n // 8)]
    more = f"{_INBOXES}custom_roles: {{never: [a]}}\nscopes: {{reach: {{all: {{}}, team: {{within: all}}}}}}\n"
    return {
        "catalog.yaml": _catalog(["a: A", "i: {per: inbox}", "t: {scopes: reach}"], more),
        "domains.yaml": "domains: {d: {}}\n",
        "roles/all.yaml": _roles(f'r{i}: {{domain: d, grants: ["i[x{i}]"]}}' for i in range(n)),
        "bindings.yaml": _bindings(lines),
    }


@largest(95_000)
def instances_of_one_domain(n: int) -> Files:
    ids = _list(f"x{i}" for i in range(n))
    return {
        "catalog.yaml": _catalog(["i: {per: inbox}"], _INBOXES),
        "domains.yaml": f"domains: {{d: {{instances: {{inbox: {ids}}}}}}}\n",
        "bindings.yaml": "bindings: []\n",
    }
