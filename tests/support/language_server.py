"""A client of a language server, which speaks to it over its stdin and stdout."""

from __future__ import annotations

import json
import queue
import subprocess
import threading
from pathlib import Path
from types import TracebackType
from typing import Any, Self

PATIENCE = 60
"""Seconds in which any answer comes, on a machine with much else to do."""


class LanguageServer:
    """A running server with the schemas of a folder, each for the files of a pattern."""

    def __init__(self, command: list[str], schemas: dict[str, list[str]]) -> None:
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self._number = 0
        self._settings = {"yaml": {"schemas": schemas, "validate": True, "completion": True, "hover": True}}
        self._answers: queue.Queue[dict[str, Any]] = queue.Queue()
        self._told: dict[str, queue.Queue[list[dict[str, Any]]]] = {}
        threading.Thread(target=self._read, daemon=True).start()

    def __enter__(self) -> Self:
        self.ask("initialize", {"processId": None, "rootUri": None, "capabilities": {}})
        self._send({"method": "initialized", "params": {}})
        self._send({"method": "workspace/didChangeConfiguration", "params": {"settings": self._settings}})
        self.open(Path("/first.yaml"), "")  # once it has looked at one, it has read the settings
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.kill()
        self._process.wait()

    def open(self, path: Path, text: str) -> list[dict[str, Any]]:
        """Open a file with *text*, and give the diagnostics of the server."""
        return self.open_all({path: text})[path]

    def open_all(self, texts: dict[Path, str]) -> dict[Path, list[dict[str, Any]]]:
        """Open files together, and give the diagnostics of each: the server waits a while before it looks."""
        for path, text in texts.items():
            self._show(path, text)
        return {path: self._told[path.as_uri()].get(timeout=PATIENCE) for path in texts}

    def _show(self, path: Path, text: str) -> None:
        uri = path.as_uri()
        self._told[uri] = queue.Queue()
        self._number += 1  # a version that the server has not seen
        document = {"uri": uri, "languageId": "yaml", "version": self._number, "text": text}
        self._send({"method": "textDocument/didOpen", "params": {"textDocument": document}})

    def complete(self, path: Path, text: str) -> list[str]:
        """What the server offers at the `|` in *text*."""
        found = self._at("textDocument/completion", path, text)
        items = found["items"] if isinstance(found, dict) else found or []
        return [item["label"] for item in items]

    def hover(self, path: Path, text: str) -> str:
        """What the server says about the word at the `|` in *text*."""
        found = self._at("textDocument/hover", path, text)
        return "" if found is None else str(found["contents"])

    def _at(self, method: str, path: Path, text: str) -> Any:
        before = text[: text.index("|")]
        place = {"line": before.count("\n"), "character": len(before) - before.rfind("\n") - 1}
        self._show(path, text.replace("|", "", 1))
        return self.ask(method, {"textDocument": {"uri": path.as_uri()}, "position": place})

    def ask(self, method: str, params: dict[str, Any]) -> Any:
        """The answer to a request."""
        self._number += 1
        self._send({"id": self._number, "method": method, "params": params})
        while True:
            answer = self._answers.get(timeout=PATIENCE)
            if answer.get("id") == self._number:
                assert "error" not in answer, answer
                return answer["result"]

    def _send(self, message: dict[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self._process.stdin is not None
        self._process.stdin.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
        self._process.stdin.flush()

    def _read(self) -> None:
        stream = self._process.stdout
        assert stream is not None
        while line := stream.readline():
            length = 0
            while line.strip():
                name, _, value = line.partition(b":")
                length = int(value) if name.lower() == b"content-length" else length
                line = stream.readline()
            self._take(json.loads(stream.read(length)))

    def _take(self, message: dict[str, Any]) -> None:
        if message.get("method") == "textDocument/publishDiagnostics":
            params = message["params"]
            self._told.setdefault(params["uri"], queue.Queue()).put(params["diagnostics"])
        elif "method" not in message:
            self._answers.put(message)
        elif "id" in message:
            items = message.get("params", {}).get("items", ())
            result = [self._settings.get(item["section"], {}) for item in items] or None
            self._send({"id": message["id"], "result": result})
