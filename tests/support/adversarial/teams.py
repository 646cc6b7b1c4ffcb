"""Teams, users of many roles, former names and long notes."""

from __future__ import annotations

from adversarial.making import ALL, Files, bindings_of, catalog_of, flat_catalog, largest, list_of, roles_of


@largest(15_000)
def members_of_many_restricted_teams(n: int) -> Files:
    size = int(n**0.5)
    users = ", ".join(f"u{i}" for i in range(size))
    teams = ", ".join(f"t{i}: [{users}]" for i in range(size))
    lines = (f"{{team: t{i}, restrict: p{i}}}" for i in range(size))
    return {
        "catalog.yaml": flat_catalog(size),
        "domains.yaml": f"domains: {{d: {{teams: {{{teams}}}}}}}\n",
        "roles/all.yaml": ALL,
        "bindings.yaml": bindings_of(
            line[:-1] + ", domain: d}"
            for line in [*lines, *(f"{{user: u{i}, role: all}}" for i in range(size))]
        ),
    }


@largest(9_041)
def a_user_of_very_many_roles(n: int) -> Files:
    return {
        "catalog.yaml": flat_catalog(1),
        "roles/all.yaml": roles_of(f"r{i}: {{grants: p0}}" for i in range(n)),
        "bindings.yaml": bindings_of(f"{{user: ana, role: r{i}}}" for i in range(n)),
    }


@largest(45_000)
def renamed_and_aliases(n: int) -> Files:
    names = ", ".join(f"old{i}" for i in range(n))
    return {
        "catalog.yaml": catalog_of([f"g: {{renamed_from: [{names}], permissions: {{p: P}}}}"]),
        "roles/r.yaml": f"role: r\ngrants: {list_of(f'old{i}.p' for i in range(min(n, 900)))}\n",
    }


@largest(4_000)
def ids_of_four_thousand_letters(n: int) -> Files:
    lines = (f"{{user: ana, grants: p0, note: {'x' * 1000}}}" for _ in range(n))
    return {"catalog.yaml": flat_catalog(1), "bindings.yaml": bindings_of(lines)}
