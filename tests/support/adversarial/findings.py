"""Mistakes whose findings might each look at everything that was declared."""

from __future__ import annotations

from adversarial.making import (
    KIND,
    Files,
    bindings_of,
    block_of,
    catalog_of,
    flat_catalog,
    ladder_of,
    largest,
    list_of,
    roles_of,
)

MANY = 990


@largest(32_000)
def stars_at_unknown_scopes(n: int) -> Files:
    grants = [f"g.*@raech{i}" for i in range(min(n, MANY))]
    return {
        "catalog.yaml": catalog_of(["g: {permissions: {p: {scopes: l}}}"], ladder_of(n)),
        "roles/r.yaml": f"role: r\ngrants: {list_of(grants)}\n",
    }


@largest(13_000)
def roles_of_another_domain(n: int) -> Files:
    lines = (f"{{user: ana, role: m{n - 1 - i}, domain: e}}" for i in range(min(n, MANY)))
    return {
        "catalog.yaml": flat_catalog(1),
        "domains.yaml": "domains: {d: {}, e: {}}\n",
        "roles/all.yaml": roles_of(f"m{i}: {{domain: d, grants: p0}}" for i in range(n)),
        "bindings.yaml": bindings_of(lines),
    }


@largest(28_000)
def teams_of_the_last_of_many_domains(n: int) -> Files:
    many = min(n, MANY)
    teams = ", ".join(f"t{i}: []" for i in range(many))
    domains = [*(f"d{i}: {{}}" for i in range(n)), f"last: {{teams: {{{teams}}}}}"]
    return {
        "catalog.yaml": flat_catalog(1),
        "domains.yaml": f"domains:\n{block_of(domains)}",
        "bindings.yaml": bindings_of(f"{{team: t{i}, grants: p0, domain: d0}}" for i in range(many)),
    }


@largest(25_500)
def instances_that_nobody_knows(n: int) -> Files:
    instances = ", ".join(f"i{i}" for i in range(n))
    grants = list_of(f"p0[j{i},i{i}]" for i in range(n))
    return {
        "catalog.yaml": flat_catalog(1, "{per: k}", KIND),
        "domains.yaml": f"domains: {{d: {{instances: {{k: [{instances}]}}}}}}\n",
        "bindings.yaml": bindings_of([f"{{user: ana, domain: d, grants: {grants}}}"]),
    }


@largest(24_000)
def instances_that_the_catalog_names(n: int) -> Files:
    instances = ", ".join(f"i{i}" for i in range(n))
    owners = (f'q{i}: {{requires: "p[i{n - 1 - i}]"}}' for i in range(n // 2))
    return {
        "catalog.yaml": catalog_of(["p: {per: k}", *owners], KIND),
        "domains.yaml": f"domains: {{d: {{instances: {{k: [{instances}]}}}}}}\n",
    }


@largest(22_000)
def domains_without_any_of_many_plans(n: int) -> Files:
    plans = ", ".join(f"plan{i}" for i in range(n))
    return {
        "catalog.yaml": flat_catalog(1, "{plans: [plan0]}", f"plans: [{plans}]\n"),
        "domains.yaml": f"domains:\n{block_of(f'd{i}: {{}}' for i in range(n))}",
    }


@largest(30_000)
def domains_without_any_of_many_kinds(n: int) -> Files:
    kinds = ", ".join(f"kind{i}" for i in range(n))
    domains = (f"d{i}: {{}}" for i in range(min(n, MANY)))
    return {
        "catalog.yaml": flat_catalog(1, more=f"domain_kinds: [{kinds}]\n"),
        "domains.yaml": f"domains:\n{block_of(domains)}",
    }


@largest(23_000)
def a_hidden_permission_of_many(n: int) -> Files:
    owners = (f"p{i}: {{implies: h}}" for i in range(n))
    return {
        "catalog.yaml": catalog_of(["h: {hidden: true}", *owners]),
        "roles/r.yaml": f"role: r\ngrants: p0\nexcept: {list_of(['h'] * min(n, MANY // 2))}\n",
    }


@largest(900)
def strays_and_unknown_roles(n: int) -> Files:
    lines = (f"{{user: ana, role: unknown{i}}}" for i in range(n))
    strays = {f"rolls/stray{i}.yml": "" for i in range(n)}
    return {"catalog.yaml": flat_catalog(1), "bindings.yaml": bindings_of(lines), **strays}


@largest(20_000)
def restrictions_beside_dark_domains(n: int) -> Files:
    dark = ["dark: {zone: Nowhere/Here}", *(f"d{i}: {{within: dark}}" for i in range(n // 2))]
    takes = list_of(f"p0[i{i}]" for i in range(n))
    return {
        "catalog.yaml": flat_catalog(1, "{per: k}", KIND),
        "domains.yaml": f"domains:\n{block_of([*dark, 'd: {instances: {k: [i]}}'])}",
        "bindings.yaml": bindings_of([f"{{user: ana, domain: d, restrict: {takes}}}"]),
    }


@largest(30_000)
def members_of_a_team_in_the_innermost_of_many_domains(n: int) -> Files:
    depth = max(n // 20, 1)
    outer = ["d0: {}", *(f"d{i}: {{within: d{i - 1}}}" for i in range(1, depth))]
    members = ", ".join(f"u{i}" for i in range(n))
    inner = f"d: {{within: d{depth - 1}, teams: {{t: [{members}]}}}}"
    return {
        "catalog.yaml": flat_catalog(1),
        "domains.yaml": f"domains:\n{block_of([*outer, inner])}",
    }


@largest(990)
def instances_of_other_depths(n: int) -> Files:
    kinds = ["k0: {}", *(f"k{i}: {{within: k{i - 1}}}" for i in range(1, 120))]
    grants = list_of(f"p[a/b/{i}]" for i in range(n))
    return {
        "catalog.yaml": catalog_of(["p: {per: k119}"], f"resources: {{{', '.join(kinds)}}}\n"),
        "roles/r.yaml": f"role: r\ngrants: {grants}\n",
    }
