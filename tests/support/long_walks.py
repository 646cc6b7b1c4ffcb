"""The laws of giving for as long as somebody waits: `python tests/support/long_walks.py documents 20000`.

`rules` walks on values, `documents` changes tenants as people do, and `store` does so in a database. Nothing
is printed but faults, and in the end how many steps there were, how many of them were made, and the time.
"""

from __future__ import annotations

import importlib.util
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

TESTS = Path(__file__).parents[1]
sys.path[:0] = [str(TESTS / "support")]

A_WALK = 40
"""So many steps are made in one store."""


def laws(path: str) -> Any:
    """The laws in a file of tests."""
    name = Path(path).stem
    spec = importlib.util.spec_from_file_location(name, TESTS / path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def rules(steps: int) -> Iterator[bool]:
    giving = laws("giving/test_giving_laws.py")
    for fault in giving.stolen(steps, seed=2027):
        print("FAULT", *fault)
    yield from (True for _ in range(steps))


def documents(steps: int) -> Iterator[bool]:
    found = laws("administration/test_administration_laws.py")
    from administered_walks import walked

    for step in walked(2027, steps):
        for fault in found.faults(step):
            print("FAULT", fault)
        yield not step.refusals


def store(steps: int) -> Iterator[bool]:
    found = laws("administration/test_administration_laws.py")
    from rolegate.store.store import Store
    from stored_walks import stored_walk

    for seed in range(-(-steps // A_WALK)):
        made = Store.open("sqlite://")
        made.create()
        with tempfile.TemporaryDirectory() as folder:
            for step in stored_walk(made, Path(folder), seed, A_WALK):
                for fault in found.faults(step):
                    print("FAULT", fault)
                yield not step.refusals
            assert made.status().is_sound, seed
        made.engine.dispose()


def main(which: str, steps: int) -> None:
    walks = {"rules": rules, "documents": documents, "store": store}
    begun = time.monotonic()
    found = list(walks[which](steps))
    print(f"{which}: {len(found)} steps, {sum(found)} made, {time.monotonic() - begun:.0f} s")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
