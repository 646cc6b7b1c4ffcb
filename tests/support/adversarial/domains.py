"""Domains within domains, plans and add-ons."""

from __future__ import annotations

from adversarial.making import ALL, Files, bindings_of, block_of, catalog_of, flat_catalog, largest, roles_of


def _nested(count: int, body: str = "") -> str:
    inner = (f"d{i}: {{within: d{i - 1}{', ' * bool(body)}{body}}}" for i in range(1, count))
    return f"domains:\n{block_of([f'd0: {{{body}}}', *inner])}"


@largest(8_289)
def nested_domains_with_a_team_each(n: int) -> Files:
    body = "teams: {sales: [ana, bo]}"
    return {"catalog.yaml": flat_catalog(1), "domains.yaml": _nested(n, body)}


@largest(5_526)
def nested_domains_with_teams_of_many_names(n: int) -> Files:
    inner = (f"d{i}: {{within: d{i - 1}, teams: {{t{i}: []}}}}" for i in range(1, n))
    lines = (f"{{team: t{i}, grants: p0, domain: d{n - 1}}}" for i in range(1, n))
    domains = f"domains:\n{block_of(['d0: {}', *inner])}"
    return {"catalog.yaml": flat_catalog(1), "domains.yaml": domains, "bindings.yaml": bindings_of(lines)}


@largest(7_649)
def nested_domains_with_a_binding_each(n: int) -> Files:
    lines = (f"{{user: u{i}, role: all, domain: d{i}}}" for i in range(n))
    return {
        "catalog.yaml": flat_catalog(1),
        "domains.yaml": _nested(n),
        "roles/all.yaml": ALL,
        "bindings.yaml": bindings_of(lines),
    }


@largest(7_644)
def nested_domains_with_a_restriction_each(n: int) -> Files:
    lines = (f"{{user: ana, restrict: p{i % 50}, domain: d{i}}}" for i in range(n))
    return {"catalog.yaml": flat_catalog(50), "domains.yaml": _nested(n), "bindings.yaml": bindings_of(lines)}


@largest(11_049)
def a_role_for_all_in_the_outermost_of_many_domains(n: int) -> Files:
    inner = (f"d{i}: {{within: d0}}" for i in range(1, n))
    lines = (f"{{user: u{i}, role: all, domain: d0}}" for i in range(n // 2))
    return {
        "catalog.yaml": flat_catalog(1),
        "domains.yaml": f"domains:\n{block_of(['d0: {}', *inner])}",
        "roles/all.yaml": ALL,
        "bindings.yaml": bindings_of(lines),
    }


@largest(11_032)
def custom_roles_in_the_outermost_of_many_domains(n: int) -> Files:
    inner = (f"d{i}: {{within: d0}}" for i in range(1, n))
    roles = (f'r{i}: {{domain: d0, grants: ["*"]}}' for i in range(n // 2))
    return {
        "catalog.yaml": flat_catalog(100),
        "domains.yaml": f"domains:\n{block_of(['d0: {}', *inner])}",
        "roles/all.yaml": roles_of(roles),
    }


@largest(8_277)
def custom_roles_of_one_name_in_nested_domains(n: int) -> Files:
    return {
        "catalog.yaml": flat_catalog(1),
        "domains.yaml": _nested(n),
        **{
            f"roles/r{part}.yaml": f"role: r\ndomain: d{part * n // 10}\ngrants: p0\n"
            for part in range(1, 10)
        },
        "roles/all.yaml": roles_of(f"s{i}: {{domain: d{n - 1 - i}, grants: p0}}" for i in range(n)),
    }


@largest(30_000)
def plans_and_gates(n: int) -> Files:
    plans = [f"l{i}" for i in range(n // 8)]
    permissions = (f"p{i}: {{addons: [l{i}]}}" for i in range(n // 8))
    domains = (f"d{i}: {{addons: [l{i % (n // 8)}]}}" for i in range(n // 4))
    return {
        "catalog.yaml": catalog_of(permissions, f"addons: [{', '.join(plans)}]\n"),
        "domains.yaml": f"domains:\n{block_of(domains)}",
        "roles/all.yaml": ALL,
    }


@largest(37_500)
def a_group_of_many_addons(n: int) -> Files:
    addons = f"[{', '.join(f'a{i}' for i in range(n // 2))}]"
    group = f"g: {{addons: {addons}, permissions: {{{', '.join(f'p{i}: P' for i in range(n // 2))}}}}}"
    return {"catalog.yaml": catalog_of([group], f"addons: {addons}\n")}


@largest(24_869)
def a_group_of_many_addons_and_one_more_for_each_permission(n: int) -> Files:
    addons = f"[{', '.join(f'a{i}' for i in range(n // 2))}]"
    inner = ", ".join(f"p{i}: {{addons: [a{i % 3}]}}" for i in range(n // 2))
    return {
        "catalog.yaml": catalog_of(
            [f"g: {{addons: {addons}, permissions: {{{inner}}}}}"], f"addons: {addons}\n"
        )
    }


@largest(30_000)
def choices_in_a_group_and_one_more_for_each_permission(n: int) -> Files:
    addons = f"[{', '.join(f'a{i}' for i in range(100))}]"
    choices = ", ".join(f"{{any_of: [a{i}, a{i + 1}]}}" for i in range(0, 100, 2))
    inner = ", ".join(f"p{i}: {{addons: [{{any_of: [a{i % 99}, a99]}}]}}" for i in range(n // 4))
    return {
        "catalog.yaml": catalog_of(
            [f"g: {{addons: [{choices}], permissions: {{{inner}}}}}"], f"addons: {addons}\n"
        )
    }


@largest(30_000)
def addons_that_need_one_another(n: int) -> Files:
    addons = (f"a{i}: {{requires: a{(i + 1) % (n // 3)}}}" for i in range(n // 3))
    return {
        "catalog.yaml": catalog_of(["p: {addons: [a0]}"], f"addons:\n{block_of(addons)}"),
        "domains.yaml": "domains: {d: {addons: [a0]}}\n",
    }


@largest(24_000)
def dependencies_by_way_of_what_addons_need(n: int) -> Files:
    addons = ", ".join(f"a{i}: {{requires: b}}" for i in range(60))
    choice = f"{{any_of: [{', '.join(f'a{i}' for i in range(60))}]}}"
    inner = ", ".join(f"p{i}: {{requires: q}}" for i in range(n // 4))
    group = f"g: {{addons: [{choice}], permissions: {{{inner}}}}}"
    return {"catalog.yaml": catalog_of(["q: {addons: [b]}", group], f"addons: {{b: B, {addons}}}\n")}


@largest(30_000)
def kinds_of_domains(n: int) -> Files:
    kinds = f"[{', '.join(f'k{i}' for i in range(n // 8))}]"
    permissions = (f"p{i}: {{domain_kinds: [k{i}]}}" for i in range(n // 8))
    domains = (f"d{i}: {{kind: k{i % (n // 8)}}}" for i in range(n // 4))
    return {
        "catalog.yaml": catalog_of(permissions, f"domain_kinds: {kinds}\n"),
        "domains.yaml": f"domains:\n{block_of(domains)}",
        "roles/all.yaml": ALL,
    }
