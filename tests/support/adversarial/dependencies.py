"""Permissions that require and imply one another."""

from __future__ import annotations

from adversarial.making import (
    ALL,
    KIND,
    Files,
    bindings_of,
    block_of,
    catalog_of,
    dense_graph,
    flat_catalog,
    ladder_of,
    largest,
    list_of,
    roles_of,
)


@largest(18_085)
def a_chain_of_implications_for_each_role(n: int) -> Files:
    count = n // 10
    permissions = [*(f"p{i}: {{implies: p{i + 1}}}" for i in range(count)), f"p{count}: P"]
    roles = (f"r{i}: {{grants: p0}}" for i in range(n))
    return {"catalog.yaml": catalog_of(permissions), "roles/all.yaml": roles_of(roles)}


@largest(452)
def a_dense_graph_and_a_ladder(n: int) -> Files:
    permissions = dense_graph(n, "requires", "scopes: l, ")
    return {"catalog.yaml": catalog_of(permissions, ladder_of(n // 2)), "roles/all.yaml": ALL}


@largest(452)
def a_dense_graph_and_instances(n: int) -> Files:
    permissions = dense_graph(n, "requires", "per: k, ")
    grants = list_of(f"*[i{i}]" for i in range(n // 2))
    return {
        "catalog.yaml": catalog_of(permissions, KIND),
        "roles/r.yaml": f"role: r\ngrants: {grants}\n",
    }


@largest(452)
def a_dense_graph_and_many_roles(n: int) -> Files:
    permissions = dense_graph(n, "requires")
    roles = (f'r{i}: {{grants: ["*"]}}' for i in range(n // 2))
    return {"catalog.yaml": catalog_of(permissions), "roles/all.yaml": roles_of(roles)}


@largest(453)
def a_dense_graph_of_implications_and_many_roles(n: int) -> Files:
    permissions = dense_graph(n, "implies")
    roles = (f"r{i}: {{grants: p{n - 1}}}" for i in range(n // 2))
    return {"catalog.yaml": catalog_of(permissions), "roles/all.yaml": roles_of(roles)}


@largest(447)
def a_dense_graph_and_restrictions(n: int) -> Files:
    permissions = dense_graph(n, "requires")
    lines = (f"{{user: u{i}, restrict: p0}}" for i in range(n))
    return {"catalog.yaml": catalog_of(permissions), "bindings.yaml": bindings_of(lines)}


@largest(9_043)
def a_chain_of_requirements_and_restrictions(n: int) -> Files:
    permissions = ["p0: P", *(f"p{i}: {{requires: p{i - 1}}}" for i in range(1, n))]
    lines = (f"{{user: u{i}, restrict: p0}}" for i in range(n))
    return {"catalog.yaml": catalog_of(permissions), "bindings.yaml": bindings_of(lines)}


@largest(7_500)
def any_instance_serves_and_restrictions(n: int) -> Files:
    permissions = ["q: {per: k}", *(f"p{i}: {{requires: q}}" for i in range(n))]
    given = list_of(["*", *(f"q[i{i}]" for i in range(n))])
    taken = list_of(f"q[i{i}]" for i in range(0, n, 2))
    return {
        "catalog.yaml": catalog_of(permissions, KIND),
        "bindings.yaml": bindings_of(
            [f"{{user: ana, grants: {given}}}", f"{{user: ana, restrict: {taken}}}"]
        ),
    }


@largest(75_000)
def headers_all_the_way_down(n: int) -> Files:
    text, indent = "catalog: x\npermissions:\n", "  "
    for i in range(22):
        text += f"{indent}g{i}:\n{indent}  header: h\n{indent}  permissions:\n{indent}    h: H\n"
        indent += "    "
    text += block_of((f"p{i}: P" for i in range(n // 2)), len(indent))
    return {"catalog.yaml": text, "roles/all.yaml": ALL}


@largest(33_100)
def one_permission_that_requires_all(n: int) -> Files:
    needs = ", ".join(f"p{i}" for i in range(n))
    return {"catalog.yaml": flat_catalog(n) + f"  q: {{requires: [{needs}]}}\n", "roles/all.yaml": ALL}
