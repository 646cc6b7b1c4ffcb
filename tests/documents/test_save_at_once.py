"""Several who save one file at once wait for each other, and nobody's text is lost without a word."""

from __future__ import annotations

import contextlib
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from rolegate.documents import save_file as module
from rolegate.documents.save_file import save_file
from rolegate.errors import EditError


@pytest.mark.skipif(sys.platform == "win32", reason="Windows does not lock folders")
def test_of_those_who_save_at_once_the_later_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever is told that it is saved finds it in the file."""
    file = tmp_path / "a.yaml"
    file.write_bytes(b"")
    saved: list[bytes] = []

    look: Any = vars(module)["read_bytes"]

    def slowly(*args: Any) -> Any:
        found = look(*args)
        time.sleep(0.002)  # time enough for the others
        return found

    monkeypatch.setattr(module, "read_bytes", slowly)

    def add(name: int) -> None:
        for number in range(8):
            before, line = file.read_bytes(), f"{name}-{number}\n".encode()
            with contextlib.suppress(EditError):
                save_file(tmp_path, "a.yaml", before, before + line)
                saved.append(line)

    threads = [threading.Thread(target=add, args=(name,)) for name in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(file.read_bytes().splitlines(keepends=True)) == sorted(saved)
    assert len(saved) >= 8
