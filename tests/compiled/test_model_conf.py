"""The model that is compiled is the one that people find in the repository."""

from __future__ import annotations

import rolegate
from repository import ROOT


def test_the_model_in_the_code_is_the_file() -> None:
    """`model.conf` at the root of the repository holds the same bytes; Casbin in other languages reads it."""
    assert (ROOT / "model.conf").read_bytes() == rolegate.casbin_model_text().encode("ascii")


def test_no_file_of_the_package_is_a_link() -> None:
    """A checkout without symbolic links, as on Windows, has the text of a link and not its target."""
    roots = [ROOT / "src", ROOT / "cli"]
    assert [] == [path for root in roots for path in root.rglob("*") if path.is_symlink()]
