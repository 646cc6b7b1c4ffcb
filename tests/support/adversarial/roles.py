"""Roles, stars, exceptions, scopes, instances and `only`."""

from __future__ import annotations

from adversarial.making import (
    ALL,
    KIND,
    Files,
    bindings_of,
    catalog_of,
    flat_catalog,
    ladder_of,
    largest,
    list_of,
    per_instance,
    roles_of,
)


@largest(1_000)
def roles_that_extend_each_other_with_a_star_each(n: int) -> Files:
    roles = ['r0: {grants: ["*"]}', *(f'r{i}: {{extends: r{i - 1}, grants: ["*"]}}' for i in range(1, n))]
    return {"catalog.yaml": flat_catalog(8 * n), "roles/all.yaml": roles_of(roles)}


@largest(400)
def diamonds_of_roles(n: int) -> Files:
    roles = ['a0: {grants: ["*"]}', 'b0: {grants: ["*"]}']
    for i in range(1, n):
        roles += [f"{letter}{i}: {{extends: [a{i - 1}, b{i - 1}]}}" for letter in "ab"]
    return {"catalog.yaml": flat_catalog(8 * n), "roles/all.yaml": roles_of(roles)}


@largest(22_500)
def roles_that_each_extend_all_before(n: int) -> Files:
    count = int(n**0.5) * 2
    roles = ["r0: {grants: p0}"]
    roles += [f"r{i}: {{extends: [{', '.join(f'r{j}' for j in range(i))}]}}" for i in range(1, count)]
    return {"catalog.yaml": flat_catalog(1), "roles/all.yaml": roles_of(roles)}


@largest(33_100)
def the_same_star_many_times(n: int) -> Files:
    return {"catalog.yaml": flat_catalog(n), "roles/r.yaml": f"role: r\ngrants: {list_of(['*'] * n)}\n"}


@largest(11_052)
def a_star_for_each_group(n: int) -> Files:
    groups = (f"g{i}: {{permissions: {{p: P}}}}" for i in range(n))
    grants = list_of(f"g{i}.*" for i in range(n))
    return {"catalog.yaml": catalog_of(groups), "roles/r.yaml": f"role: r\ngrants: {grants}\n"}


@largest(9_042)
def an_exception_for_each_group(n: int) -> Files:
    groups = (f"g{i}: {{permissions: {{p: P, q: Q}}}}" for i in range(n))
    taken = list_of(f"g{i}.*" for i in range(n))
    return {"catalog.yaml": catalog_of(groups), "roles/r.yaml": f'role: r\ngrants: ["*"]\nexcept: {taken}\n'}


@largest(33_100)
def exceptions_of_everything_many_times(n: int) -> Files:
    taken = list_of(["*"] * n)
    return {"catalog.yaml": flat_catalog(n), "roles/r.yaml": f"role: r\ngrants: [p0]\nexcept: {taken}\n"}


@largest(30_000)
def exceptions_of_instances(n: int) -> Files:
    given = list_of(f"p0[i{i}]" for i in range(n // 2))
    taken = list_of(f"*[i{i}]" for i in range(0, n // 2, 2))
    return {
        "catalog.yaml": per_instance(1),
        "roles/r.yaml": f"role: r\ngrants: {given}\nexcept: {taken}\n",
    }


@largest(9_945)
def what_no_custom_role_may_hold(n: int) -> Files:
    never = list_of(f"p{i}" for i in range(1, n))
    roles = (f"r{i}: {{domain: default, grants: p0}}" for i in range(n))
    more = f"custom_roles: {{never: {never}}}\n"
    return {
        "catalog.yaml": flat_catalog(n, more=more),
        "roles/all.yaml": roles_of(roles),
        "domains.yaml": "domains: {default: {}}\n",
    }


# -- scopes, instances --------------------------------------------------------------------------------------


@largest(4_000)
def a_long_ladder_and_many_permissions(n: int) -> Files:
    return {
        "catalog.yaml": flat_catalog(n, "{scopes: l}", ladder_of(n)),
        "roles/r.yaml": ALL,
        "bindings.yaml": bindings_of(["{user: ana, role: all}"]),
    }


@largest(33_000)
def a_grant_at_each_scope_narrowest_first(n: int) -> Files:
    grants = list_of(f"p0@s{i}" for i in range(n - 1, -1, -1))
    return {
        "catalog.yaml": flat_catalog(1, "{scopes: l}", ladder_of(n)),
        "roles/r.yaml": f"role: r\ngrants: {grants}\n",
    }


@largest(4_000)
def stars_at_each_scope(n: int) -> Files:
    return {
        "catalog.yaml": flat_catalog(100, "{scopes: l}", ladder_of(n)),
        "roles/r.yaml": f"role: r\ngrants: {list_of(f'*@s{i}' for i in range(n))}\n",
    }


@largest(22_500)
def a_restriction_at_each_scope(n: int) -> Files:
    return {
        "catalog.yaml": flat_catalog(1, "{scopes: l}", ladder_of(n)),
        "roles/r.yaml": "role: r\ngrants: [p0@s0]\n",
        "bindings.yaml": bindings_of(
            ["{user: ana, role: r}", f"{{user: ana, restrict: {list_of(f'p0@s{i}' for i in range(n))}}}"]
        ),
    }


@largest(5_000)
def permissions_and_instances(n: int) -> Files:
    return {
        "catalog.yaml": per_instance(n // 5),
        "roles/r.yaml": f"role: r\ngrants: {list_of(f'*[i{i}]' for i in range(n))}\n",
    }


@largest(5_000)
def a_star_and_permissions_and_instances(n: int) -> Files:
    return {
        "catalog.yaml": per_instance(n // 5),
        "roles/r.yaml": f"role: r\ngrants: {list_of(['*', *(f'*[i{i}]' for i in range(n))])}\n",
    }


@largest(37_500)
def only_of_many_instances(n: int) -> Files:
    line = f"{{user: ana, role: all, only: {{k: {list_of(f'i{i}' for i in range(n))}}}, rest: drop}}"
    return {
        "catalog.yaml": per_instance(n // 5),
        "roles/all.yaml": ALL,
        "bindings.yaml": bindings_of([line]),
    }


@largest(15_000)
def only_of_many_instances_of_a_role_of_many_instances(n: int) -> Files:
    line = f"{{user: ana, role: r, only: {{k: {list_of(f'i{i}' for i in range(n))}}}, rest: drop}}"
    return {
        "catalog.yaml": per_instance(1),
        "roles/r.yaml": f"role: r\ngrants: {list_of(f'p0[i{i}]' for i in range(n))}\n",
        "bindings.yaml": bindings_of([line]),
    }


@largest(22_500)
def only_that_leaves_nothing(n: int) -> Files:
    line = f"{{user: ana, role: r, only: {{k: {list_of(f'j{i}' for i in range(min(n, 990)))}}}, rest: drop}}"
    return {
        "catalog.yaml": per_instance(1),
        "roles/r.yaml": f"role: r\ngrants: {list_of(f'p0[i{i}]' for i in range(n))}\n",
        "bindings.yaml": bindings_of([line]),
    }


@largest(7_103)
def only_on_many_lines(n: int) -> Files:
    lines = (f"{{user: u{i}, role: all, only: {{k: i{i}}}, rest: drop}}" for i in range(n))
    return {
        "catalog.yaml": per_instance(n // 5),
        "roles/all.yaml": ALL,
        "bindings.yaml": bindings_of(lines),
    }


@largest(7_421)
def rest_on_many_lines(n: int) -> Files:
    lines = (f"{{user: u{i}, role: all, only: {{k: i{i}}}, rest: keep}}" for i in range(n))
    return {
        "catalog.yaml": flat_catalog(n // 5, "P", KIND) + "  q: {per: k}\n",
        "roles/all.yaml": ALL,
        "bindings.yaml": bindings_of(lines),
    }


@largest(11_052)
def grants_on_many_lines(n: int) -> Files:
    lines = (f'{{user: u{i}, grants: ["*"]}}' for i in range(n))
    return {"catalog.yaml": flat_catalog(n), "bindings.yaml": bindings_of(lines)}


@largest(11_052)
def restrictions_on_many_lines(n: int) -> Files:
    lines = (f'{{user: u{i}, restrict: ["*"]}}' for i in range(n))
    return {"catalog.yaml": flat_catalog(n), "bindings.yaml": bindings_of(lines)}


@largest(120)
def kinds_within_kinds(n: int) -> Files:
    kinds = ", ".join(["k0: K", *(f"k{i}: {{within: k{i - 1}}}" for i in range(1, n))])
    path = "/".join("a" for _ in range(n - 1))
    grants = list_of(f"*[{path}/{i % 10}]" for i in range(1000))
    return {
        "catalog.yaml": flat_catalog(n, f"{{per: k{n - 1}}}", f"resources: {{{kinds}}}\n"),
        "roles/r.yaml": f"role: r\ngrants: {grants}\n",
    }
