"""Mistakes without number."""

from __future__ import annotations

from adversarial.making import (
    Files,
    bindings_of,
    block_of,
    catalog_of,
    flat_catalog,
    largest,
    list_of,
    roles_of,
)


@largest(45_000)
def misspelt_grants(n: int) -> Files:
    permissions = (f"area{i % 97}_item{i}: P" for i in range(n))
    grants = [f"area{i % 97}_itme{i}" for i in range(min(n, 990))]
    return {"catalog.yaml": catalog_of(permissions), "roles/r.yaml": f"role: r\ngrants: {list_of(grants)}\n"}


@largest(45_000)
def misspelt_grants_in_groups(n: int) -> Files:
    inner = ", ".join(f"item{i}: P" for i in range(n))
    grants = [f"area.itme{i}" for i in range(min(n, 990))]
    return {
        "catalog.yaml": catalog_of([f"area: {{permissions: {{{inner}}}}}"]),
        "roles/r.yaml": f"role: r\ngrants: {list_of(grants)}\n",
    }


@largest(45_000)
def misspelt_dependencies(n: int) -> Files:
    permissions = [f"area_item{i}: P" for i in range(n)]
    permissions += [f"q{i}: {{requires: area_itme{i}}}" for i in range(min(n, 990))]
    return {"catalog.yaml": catalog_of(permissions)}


@largest(45_000)
def unknown_labels(n: int) -> Files:
    labels = (f"area_itme{i}: L" for i in range(min(n, 990)))
    return {
        "catalog.yaml": flat_catalog(n, stem="area_item"),
        "labels/fr.yaml": f"locale: fr\npermissions:\n{block_of(labels)}",
    }


@largest(18_705)
def unknown_roles(n: int) -> Files:
    return {
        "catalog.yaml": flat_catalog(1),
        "roles/all.yaml": roles_of(f"manager{i}: {{grants: p0}}" for i in range(n)),
        "bindings.yaml": bindings_of(f"{{user: ana, role: manger{i}}}" for i in range(min(n, 990))),
    }


@largest(30_386)
def unknown_domains(n: int) -> Files:
    return {
        "catalog.yaml": flat_catalog(1),
        "domains.yaml": f"domains:\n{block_of(f'tenant{i}: {{}}' for i in range(n))}",
        "bindings.yaml": bindings_of(
            f"{{user: ana, grants: p0, domain: tennant{i}}}" for i in range(min(n, 990))
        ),
    }


@largest(45_000)
def unknown_teams(n: int) -> Files:
    teams = ", ".join(f"team{i}: []" for i in range(n))
    return {
        "catalog.yaml": flat_catalog(1),
        "domains.yaml": f"domains: {{d: {{teams: {{{teams}}}}}}}\n",
        "bindings.yaml": bindings_of(f"{{team: taem{i}, grants: p0, domain: d}}" for i in range(min(n, 990))),
    }


@largest(33_000)
def unknown_scopes(n: int) -> Files:
    ladder = ", ".join(f"reach{i}" for i in range(n))
    grants = [f"p0@raech{i}" for i in range(min(n, 990))]
    return {
        "catalog.yaml": flat_catalog(1, "{scopes: l}", f"scopes: {{l: [{ladder}]}}\n"),
        "roles/r.yaml": f"role: r\ngrants: {list_of(grants)}\n",
    }


@largest(990)
def misspelt_names_that_are_long(n: int) -> Files:
    ids = [f"{'ab' * 60}{i:04}{'cd' * 60}" for i in range(n)]
    return {
        "catalog.yaml": flat_catalog(1),
        "roles/all.yaml": roles_of(f'"{id}": {{grants: p0}}' for id in ids),
        "bindings.yaml": bindings_of(f'{{user: ana, role: "x{id}"}}' for id in ids),
    }


@largest(1_000)
def unknown_names_of_four_thousand_letters(n: int) -> Files:
    grants = [f"{'pq' * 2000}{i}" for i in range(n)]
    return {
        "catalog.yaml": flat_catalog(n, stem="p" * 200),
        "roles/r.yaml": f"role: r\ngrants: {list_of(grants)}\n",
    }


@largest(24_868)
def lines_without_what_they_need(n: int) -> Files:
    return {"catalog.yaml": flat_catalog(1), "bindings.yaml": bindings_of("{x: y}" for _ in range(n))}


@largest(30_000)
def labels_without_what_they_need(n: int) -> Files:
    return {
        "catalog.yaml": flat_catalog(1),
        "labels/fr.yaml": "titel: x\n" + "".join(f"k{i}: x\n" for i in range(n)),
    }


@largest(16_578)
def users_that_look_alike(n: int) -> Files:
    lines = (f"{{user: {name}{i}, grants: p0}}" for i in range(n // 2) for name in ("ana", "Ana"))
    return {"catalog.yaml": flat_catalog(1), "bindings.yaml": bindings_of(lines)}


@largest(49_700)
def keys_that_stand_twice(n: int) -> Files:
    return {"catalog.yaml": flat_catalog(1) + "".join(f"  p{i // 2}: P\n" for i in range(n))}


@largest(14_212)
def circles_of_dependencies(n: int) -> Files:
    count = n // 12
    lines = (
        f"c{c}x{i}: {{requires: c{c}x{(i + 1) % count}, implies: c{c}x{(i + 1) % count}}}"
        for c in range(12)
        for i in range(count)
    )
    return {"catalog.yaml": catalog_of(lines)}


@largest(19_900)
def circles_of_roles(n: int) -> Files:
    count = n // 12
    roles = (f"c{c}x{i}: {{extends: c{c}x{(i + 1) % count}}}" for c in range(12) for i in range(count))
    return {"catalog.yaml": flat_catalog(1), "roles/all.yaml": roles_of(roles)}


@largest(19_893)
def circles_of_domains(n: int) -> Files:
    domains = (f"d{i}: {{within: d{i ^ 1}}}" for i in range(n))
    return {"catalog.yaml": flat_catalog(1), "domains.yaml": f"domains:\n{block_of(domains)}"}
