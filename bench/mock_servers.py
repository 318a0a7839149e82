"""Other servers that answer the same bytes as a constant: FastAPI, and the mock servers that npm has installed."""

import shutil
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from string import Template
from typing import Final

import orjson
import yaml

from .loads import Target
from .servers import ROOT, MeasureFailedError, serving

_MODULES: Final = ROOT / ".bench" / "mock_servers" / "node_modules"


class MockServerMissingError(Exception):
    """A mock server or its runtime is not installed; the message says which."""


@dataclass(frozen=True, slots=True)
class MockServer:
    """A server as mock_servers.yaml describes it."""

    name: str
    setting: str
    files: Mapping[str, str]
    tuned: Sequence[str]
    command: Sequence[str] = ()
    package: str = ""
    warm_up_s: int = 1

    @property
    def title(self) -> str:
        """The name with the version. Raises MockServerMissingError if it is not installed."""
        if not self.package:
            return self.name
        manifest = _MODULES / self.package / "package.json"
        if not manifest.exists():
            raise MockServerMissingError(f"{self.package} is not installed: `make bench` does it where there is npm")
        return f"{self.name} {orjson.loads(manifest.read_bytes())['version']}"

    @contextmanager
    def answering(self, target: Target, folder: Path, *, tuned: bool = True) -> Iterator[Target]:
        """The server in a new folder, with the target's answer as a constant. Raises MockServerMissingError."""
        title, body, path = self.title, target.read(), target.path.partition("?")[0]
        parent, _, name = path.rpartition("/")
        values = {
            "path": path,
            "parent": parent,
            "name": name,
            "body": body.decode(),
            "text": orjson.dumps(body.decode()).decode(),
            "modules": str(_MODULES),
            "python": sys.executable,
            "version": title.rpartition(" ")[2],
        }
        command = [Template(word).substitute(values) for word in (self.tuned if tuned else self.command)]
        program = "node" if command[0].startswith(str(_MODULES)) else command[0]
        if shutil.which(program) is None:
            raise MockServerMissingError(f"there is no {program} on the PATH")
        for file, content in self.files.items():
            (folder / file).parent.mkdir(parents=True, exist_ok=True)
            (folder / file).write_text(Template(content).substitute(values))
        with serving(folder, command, path=path) as server:
            answering = Target(title, server, target.path, "", target.rows, self.warm_up_s if tuned else 0)
            if answering.json() != orjson.loads(body):
                raise MeasureFailedError(f"{self.name} does not answer what it was given")
            yield answering


FASTAPI, *_others = (MockServer(**each) for each in yaml.safe_load(Path(__file__).with_suffix(".yaml").read_bytes()))
MOCK_SERVERS: Final[Sequence[MockServer]] = _others


def settings() -> str:
    """How each server is tuned, in one line."""
    return "; ".join(f"{each.name}: {each.setting}" for each in (FASTAPI, *MOCK_SERVERS))


def versions() -> str:
    """The mock servers that are installed."""
    return ", ".join(each.title for each in MOCK_SERVERS if (_MODULES / each.package).exists()) or "none"
