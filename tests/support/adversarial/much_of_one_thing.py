"""Very many files, instances, lines or permissions, and little else."""

from __future__ import annotations

from adversarial.making import Files, bindings_of, catalog_of, flat_catalog, largest, list_of, roles_of

_INBOXES = "resources: {inbox: I}\n"


@largest(47_000)
def only_of_instances_that_each_keep_one_right(n: int) -> Files:
    line = f"{{user: u, role: r, rest: keep, only: {{inbox: {list_of(f'x{i}' for i in range(n))}}}}}"
    return {
        "catalog.yaml": catalog_of(["a: A", "i: {per: inbox}"], _INBOXES),
        "roles/r.yaml": 'role: r\ngrants: ["i[*]", a]\n',
        "bindings.yaml": bindings_of([line]),
    }


@largest(1_990)
def a_file_for_each_role(n: int) -> Files:
    roles = {f"roles/r{i}.yaml": f"role: r{i}\ngrants: [p0]\n" for i in range(n)}
    return {"catalog.yaml": flat_catalog(1), **roles}


@largest(20_000)
def more_files_than_a_set_has(n: int) -> Files:
    return a_file_for_each_role(n)


@largest(1_326)
def files_of_many_roles_each(n: int) -> Files:
    one = "".join(f"  r{{}}x{i}: {{{{grants: p0}}}}\n" for i in range(12))
    roles = {f"roles/r{i}.yaml": f"roles:\n{one.format(*[i] * 12)}" for i in range(n)}
    return {"catalog.yaml": flat_catalog(1), **roles}


@largest(24_900)
def a_header_and_very_many_permissions(n: int) -> Files:
    inner = ", ".join(["h: H", *(f"p{i}: P" for i in range(n))])
    return {"catalog.yaml": catalog_of([f"g: {{header: h, permissions: {{{inner}}}}}"])}


@largest(14_209)
def lines_of_grants_to_one_user(n: int) -> Files:
    lines = (f'{{user: u, grants: ["i[x{i}]"]}}' for i in range(n))
    return {"catalog.yaml": catalog_of(["i: {per: inbox}"], _INBOXES), "bindings.yaml": bindings_of(lines)}


@largest(14_209)
def restrictions_of_one_user(n: int) -> Files:
    lines = (f'{{user: u, restrict: ["i[x{i}]"]}}' for i in range(n))
    return {"catalog.yaml": catalog_of(["i: {per: inbox}"], _INBOXES), "bindings.yaml": bindings_of(lines)}


@largest(2_065)
def lines_that_each_switch_on_many_restrictions(n: int) -> Files:
    names = [f"r{i}" for i in range(40)]
    named = "".join(f'  {name}: {{restrict: ["*[x]"]}}\n' for name in names)
    lines = (f"{{user: u{i}, restrictions: {list_of(names)}, domain: d}}" for i in range(n))
    return {
        "catalog.yaml": flat_catalog(20, "{per: inbox}", f"{_INBOXES}restrictions:\n{named}"),
        "domains.yaml": "domains: {d: {instances: {inbox: [x]}}}\n",
        "bindings.yaml": bindings_of(lines),
    }


@largest(9_817)
def custom_roles_and_what_they_may_not_hold(n: int) -> Files:
    lines = [f"{{user: u, role: r{i}, domain: d}}" for i in range(n // 8)]
    lines += ['{user: u, grants: ["t@all"], domain: d}' for _ in range(n // 8)]
    more = (
        f"{_INBOXES}custom_roles: {{never: [a]}}\nscopes: {{reach: {{all: {{}}, team: {{within: all}}}}}}\n"
    )
    return {
        "catalog.yaml": catalog_of(["a: A", "i: {per: inbox}", "t: {scopes: reach}"], more),
        "domains.yaml": "domains: {d: {}}\n",
        "roles/all.yaml": roles_of(f'r{i}: {{domain: d, grants: ["i[x{i}]"]}}' for i in range(n)),
        "bindings.yaml": bindings_of(lines),
    }


@largest(95_000)
def instances_of_one_domain(n: int) -> Files:
    ids = list_of(f"x{i}" for i in range(n))
    return {
        "catalog.yaml": catalog_of(["i: {per: inbox}"], _INBOXES),
        "domains.yaml": f"domains: {{d: {{instances: {{inbox: {ids}}}}}}}\n",
        "bindings.yaml": "bindings: []\n",
    }
