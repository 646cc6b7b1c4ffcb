"""A plan is made, saved, read and applied: what people read is what happens, or nothing does."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any, cast

import pytest

from planned_desk import BO, CATALOG, CY, FILES, STAR, WIDER
from rolegate import ConflictError, StoreError
from rolegate.errors import PlanRefusedError, RolegateError
from rolegate.store.item import canonical, digest_of
from rolegate.store.plan_file import read_plan, save_plan
from rolegate.store.plan_text import plan_markdown
from rolegate.store.store import Store
from stored_items import files_of, put, run_time, told


def test_a_plan_is_what_happens(store: Store) -> None:
    """It says what is new, and applying it twice changes nothing the second time."""
    plan = store.plan(files_of(FILES))
    assert plan.is_first
    assert {"added": 4, "changed": 0, "removed": 0} == {
        key: plan.counts[key] for key in ("added", "changed", "removed")
    }
    assert 1 == store.apply_plan(plan).revision
    put(store, STAR, BO)
    wider = store.plan(files_of(WIDER))
    assert {
        "role admin gains tickets.erase",
        "role acme/desk in acme gains tickets.erase",
        "user ana in acme gains tickets.erase",
        "user bo in acme gains tickets.erase",
    } == wider.gains
    change = store.apply_plan(wider)
    assert change.changed
    assert store.policy().check("bo", "tickets.erase", domain="acme")
    again = store.apply_plan(store.plan(files_of(WIDER)))
    assert (False, change.revision) == (again.changed, again.revision)


def test_what_run_time_changed_passes_unless_more_is_gained(store: Store) -> None:
    """Then exactly what is new is said, and nothing is written."""
    store.apply_plan(store.plan(files_of(FILES)))
    put(store, STAR, BO)
    plan = store.plan(files_of(WIDER))
    put(store, STAR, BO, run_time("binding", user="dee", grants=["tickets.show"], domain="acme"))
    store.apply_plan(plan)
    store.apply_plan(store.plan(files_of(FILES)))
    plan = store.plan(files_of(WIDER))
    put(store, STAR, BO, CY)
    before = store.status().head.revision
    with pytest.raises(PlanRefusedError) as refused:
        store.apply_plan(plan)
    assert (("user cy in acme gains tickets.erase",), "RG979") == (refused.value.reasons, refused.value.code)
    assert before == store.status().head.revision
    store.apply_plan(store.plan(files_of(WIDER)))


def test_a_plan_is_of_no_use_once_files_were_applied(store: Store) -> None:
    """Whoever applied them saw another plan."""
    plan = store.plan(files_of(FILES))
    store.apply_plan(plan)
    with pytest.raises(ConflictError, match="RG978"):
        store.apply_plan(plan)


def test_a_refused_plan_writes_nothing(store: Store) -> None:
    """The reasons are those of the plan."""
    store.apply_plan(store.plan(files_of(FILES)))
    plan = store.plan(files_of({**FILES, "catalog.yaml": CATALOG.replace("desk", "shop")}))
    with pytest.raises(PlanRefusedError, match="called `shop`"):
        store.apply_plan(plan)
    assert "desk" == store.status().head.catalog


def test_a_plan_is_saved_for_its_owner_alone(store: Store, tmp_path: Path) -> None:
    """What is read back is applied as the plan itself; a file that was changed is refused."""
    path = tmp_path / "plan.json"
    store.apply_plan(store.plan(files_of(FILES)))
    put(store, STAR, BO)
    plan = store.plan(files_of(WIDER))
    save_plan(plan, path)
    assert 0o600 == path.stat().st_mode & 0o777
    with pytest.raises(StoreError, match="there already"):
        save_plan(plan, path)
    assert store.apply_plan(read_plan(path)).changed
    assert store.policy().check("bo", "tickets.erase", domain="acme")
    path.write_text(path.read_text(encoding="utf-8").replace('"desk"', '"ddesk"'), encoding="utf-8")
    with pytest.raises(StoreError, match="not as it was saved"):
        read_plan(path)
    path.write_text("role: admin\n", encoding="utf-8")
    with pytest.raises(StoreError, match=r"no saved plan.*RG977"):
        read_plan(path)


def test_whatever_is_in_a_file_it_is_a_plan_or_refused(tmp_path: Path) -> None:
    """JSON that cannot be read, and what somebody else wrote into a plan with the digest that fits it."""
    store, path = Store.open("sqlite://"), tmp_path / "plan.json"
    store.create()
    save_plan(store.plan(files_of(FILES)), path)
    body = json.loads(path.read_bytes())
    del body["digest"]
    texts = ["[" * 100_000, "9" * 10_000, '{"plan": 1, "plan": 1}', "NaN", "", "[]"]
    bad: list[object] = [None, 7, "x", [], [7], {}, {"x": 7}, True, "\ud800"]
    for key in body.keys() - {"note"}:
        texts += [sealed({**body, key: value}) for value in bad]
    for key in ("files", "items"):
        texts += [sealed({**body, "set": {**body["set"], key: value}}) for value in bad]
    item = body["set"]["items"][0]
    for place in range(4):
        for value in bad:
            other = [[*item[:place], value, *item[place + 1 :]]]
            texts.append(sealed({**body, "set": {**body["set"], "items": other}}))
    refused = 0
    for text in texts:
        path.write_text(text, encoding="utf-8")
        try:
            store.apply_plan(read_plan(path))
        except RolegateError:
            refused += 1
    assert refused > 0.9 * len(texts), (refused, len(texts))


def sealed(body: object) -> str:
    return json.dumps({**cast("dict[str, Any]", body), "digest": digest_of(canonical(body))})


def test_drift_is_mended(store: Store) -> None:
    """Rules that no document gives are counted, and gone afterwards."""
    store.apply_plan(store.plan(files_of(FILES)))
    with store.engine.begin() as connection:
        connection.execute(store.tables.rules.delete().where(store.tables.rules.c.ptype == "g"))
    plan = store.plan(files_of(FILES))
    assert plan
    assert "brought into line" in told(plan)
    store.apply_plan(plan)
    assert store.status().is_sound


def test_many_tenants_are_one_line(store: Store) -> None:
    """What happens alike to many is told once, with their number."""
    names = [f"d{number}" for number in range(12)]
    listed = ", ".join(f"{name}: {{addons: [roles]}}" for name in ("acme", *names))
    domains = f"domains: {{{listed}}}\n"
    store.apply_plan(store.plan(files_of({**FILES, "domains.yaml": domains})))
    roles = [run_time("role", role="agent", domain=name, grants=["tickets.show"]) for name in names]
    put(store, *roles)
    moved = CATALOG.replace("show: Show", "see: {title: See, renamed_from: tickets.show}")
    text = told(store.plan(files_of({**FILES, "domains.yaml": domains, "catalog.yaml": moved})))
    assert "~ tickets.show → tickets.see: 12 roles in 12 domains" in text
    gone = CATALOG.replace("show: Show, ", "").replace(
        "permissions:\n  people", "removed: {tickets.show: {}}\npermissions:\n  people"
    )
    plan = store.plan(files_of({**FILES, "domains.yaml": domains, "catalog.yaml": gone}))
    assert "z tickets.show: 12 roles in 12 domains: `tickets.show` was removed" in told(plan)
    assert "12 roles called agent in d0, d1, d10, d11, d2 and 7 more" in told(plan)
    assert "\n-     - tickets.show\n" not in plan_markdown(plan)
    assert (
        "**plan: 0 added, 0 changed, 0 removed, 12 asleep, 14 losing access, 12 rules brought into line**"
        == plan_markdown(plan).splitlines()[0]
    )


def _git(folder: Path, *arguments: str) -> str:
    names = ["-c", "user.name=a", "-c", "user.email=a@b.example", "-c", "init.defaultBranch=main"]
    done = subprocess.run(["git", *names, *arguments], cwd=folder, check=True, capture_output=True, text=True)
    return done.stdout.strip()


def _commit(folder: Path, texts: dict[str, str]) -> str:
    for name, text in texts.items():
        (folder / "set" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "set" / name).write_text(text, encoding="utf-8")
    _git(folder, "add", "-A")
    _git(folder, "commit", "-qm", "more", "--allow-empty")
    return _git(folder, "rev-parse", "HEAD")


def test_an_older_commit_is_refused(store: Store, tmp_path: Path) -> None:
    """Unless older is meant; so is another branch, and a set of which nobody can tell."""
    work = tmp_path / "work"
    work.mkdir()
    _git(work, "init", "-q")
    first = _commit(work, FILES)
    second = _commit(work, WIDER)
    store.apply_plan(store.plan(str(work / "set")))
    assert f"{second}:set" == store.status().head.source
    _git(work, "checkout", "-q", first)
    assert ["RG971"] == [refusal.code for refusal in store.plan(str(work / "set")).refusals]
    older = store.plan(str(work / "set"), older=True)
    assert () == older.refusals
    _git(work, "checkout", "-q", "main")
    _commit(work, {"note.txt": "more"})
    assert () == store.plan(str(work / "set")).refusals
    _git(tmp_path, "clone", "-q", "--depth", "1", work.as_uri(), "shallow")
    plan = store.plan(str(tmp_path / "shallow" / "set"))
    assert ["RG972"] == [refusal.code for refusal in plan.refusals]
    assert "fetch-depth: 0" in told(plan)
    assert ["RG972"] == [refusal.code for refusal in store.plan(files_of(FILES), source="elsewhere").refusals]
