"""node-casbin gives the same answers to the compiled files as the plain evaluator."""

import json
import os
import shutil
import subprocess
from collections.abc import Sequence
from itertools import accumulate, product
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drawing import examples, some, some_of
from plain import version_one
from plain.asking import Request, questions, requests, sample
from plain.evaluator import Ask, Evaluator
from plain.loading import loaded, source
from plain.strategies import NOW, Files, policy_sets
from plain.writer import read_set

pytestmark = pytest.mark.slow

VERSION = "5.51.1"
SCRIPT = source("tests") / "support" / "plain" / "ask_node.cjs"


@pytest.fixture(scope="session")
def node_casbin(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the npm package `casbin` in it.

    A skipped test says that all is well, so it is skipped only where nobody expects node: without it, and
    outside CI.
    """
    if not shutil.which("node") and not os.environ.get("CI"):
        pytest.skip("node is not installed here")
    missing = [name for name in ("node", "npm") if not shutil.which(name)]
    if missing:
        pytest.fail(
            f"install {' and '.join(missing)}: the answers of node-casbin are compared", pytrace=False
        )
    folder = tmp_path_factory.mktemp("node")
    (folder / "package.json").write_text('{"private": true}')
    command = ["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", f"casbin@{VERSION}"]
    for _ in range(2):  # registries have their moments
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        if not done.returncode:
            return folder
    said = done.stderr.strip()[-1000:]
    pytest.fail(
        f"`{' '.join(command)}` failed twice, with exit code {done.returncode}:\n{said}", pytrace=False
    )


def asked_of_node(node_casbin: Path, at: Path, wanted: Sequence[Request]) -> list[bool]:
    """The answers of node-casbin to *wanted*, on the model and the policy in *at*."""
    command = ["node", str(SCRIPT), str(node_casbin), str(at / "model.conf"), str(at / "policy.csv")]
    lines = "".join(json.dumps(request) + "\n" for request in wanted)
    done = subprocess.run(command, input=lines, capture_output=True, text=True, check=True)
    answers: list[bool] = json.loads(done.stdout)
    assert len(answers) == len(wanted)
    return answers


def wrong(node_casbin: Path, folder: Path, files: Files, asks: list[Ask], at: Path) -> list[str]:
    """The questions of *asks* that node-casbin answers otherwise than the plain evaluator."""
    plain = Evaluator(files, NOW)
    compiled = loaded(folder).compile(at=NOW)
    (at / "model.conf").write_text(compiled.model_text, encoding="utf-8")
    (at / "policy.csv").write_text(compiled.policy_text, encoding="utf-8")
    wanted = [requests(plain, ask, compiled.g3) for ask in asks]
    answers = asked_of_node(node_casbin, at, [request for one in wanted for request in one])
    # A hidden permission is asked as each that implies it; one yes is enough.
    ends = list(accumulate(map(len, wanted)))
    said = [any(answers[end - len(one) : end]) for one, end in zip(wanted, ends, strict=True)]
    return [str(ask) for ask, answer in zip(asks, said, strict=True) if answer is not plain.answer(ask)]


@pytest.mark.parametrize("name", ["livechat", "respond-io", "responsive", "responso"])
def test_the_four_sets(name: str, node_casbin: Path, tmp_path: Path) -> None:
    """A sample of a thousand questions, the same in each run."""
    folder = source("policies") / name
    files = read_set(folder)
    asks = questions(files, Evaluator(files, NOW), some=(False,))
    assert wrong(node_casbin, folder, files, sample(asks, some(1000)), tmp_path) == []


@pytest.mark.parametrize("name", some_of(("livechat", "respond-io"), 2))
def test_a_model_and_lines_of_two_versions_allow_nothing(
    name: str, node_casbin: Path, tmp_path: Path
) -> None:
    """Whoever puts one of the two files in place without the other denies, and restricts nobody less."""
    folder = source("policies") / name
    files = read_set(folder)
    plain = Evaluator(files, NOW)
    asks = sample(questions(files, plain, some=(False,)), some(200))
    compiled = loaded(folder).compile(at=NOW)
    wanted = [request for ask in asks for request in requests(plain, ask, compiled.g3)]
    texts = {
        "model.conf": (version_one.MODEL, compiled.model_text),
        "policy.csv": (version_one.policy(compiled.policy_text), compiled.policy_text),
    }
    said = {}
    for model, policy in product((0, 1), repeat=2):
        (tmp_path / "model.conf").write_text(texts["model.conf"][model], encoding="utf-8")
        (tmp_path / "policy.csv").write_text(texts["policy.csv"][policy], encoding="utf-8")
        said[model, policy] = any(asked_of_node(node_casbin, tmp_path, wanted))
    assert said == {(0, 0): True, (0, 1): False, (1, 0): False, (1, 1): True}


def test_random_sets(node_casbin: Path) -> None:
    """The same for random sets with hostile names."""

    @examples(10)
    @given(policy_sets(), st.integers(0, 2**16))
    def same(files: Files, seed: int) -> None:
        with TemporaryDirectory() as folder:
            loaded(Path(folder) / "set", files)
            asks = sample(questions(files, Evaluator(files, NOW), some=(False,)), 300, seed)
            assert wrong(node_casbin, Path(folder) / "set", files, asks, Path(folder)) == []

    same()
