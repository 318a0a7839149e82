"""A reader who types the commands of a page, in a folder of its own and one shell, and saves the files that it shows.

Servers run in the background until the page ends, as in a second terminal. A free port stands in for each port that the
page names, in what is typed, in the files and in what is printed. A command that needs a server on port 8000, on a page
that has not started one, finds one running.
"""

import os
import re
import selectors
import shutil
import signal
import socket
import subprocess
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic, sleep
from typing import Final, Self

from tests.docs.blocks import ROOT
from tests.serving.servers import READY

PATIENCE_S: Final = 60
_USUAL: Final = "8000"
_MARK: Final = "-- the command has ended with "
_LINKED: Final = ("examples", "fixtures", "openapi", "schemathesis.toml")
"""What pages name that readers find in the checkout."""
_NPM_PACKAGE: Final = ROOT / "clients" / "js"
_CURL: Final = "silent\nshow-error\nfail-with-body\n"
"""A terminal shows no progress meter; and an error is the end of a command whose output is not shown."""

_NOT_SEEN: Final = re.compile(r"^(?:Creating the world .*|curl: \(22\) .*)\n", re.MULTILINE)
"""Progress, for which a terminal has a bar that goes away, and what `fail-with-body` adds."""

_PORT: Final = re.compile(r"((?:localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1?\]):|--port[ =]|WATTIF_PORT=)([1-9]\d*)\b")
_SERVES: Final = re.compile(r"(?:^|&& |; )(?:\w+=\S* )*wattif serve\b(?!.*--help)", re.DOTALL)
_CALLS: Final = "worlds|clock|simulate|confirm|export|import|health"
_NEEDS_SERVER: Final = re.compile(rf"(?:localhost|127\.0\.0\.1):{_USUAL}\b|\bwattif (?:{_CALLS})\b(?!.*--help)")


@dataclass(frozen=True, slots=True)
class Done:
    """What a command printed, on both streams, and its exit code; None for a server that runs."""

    printed: str
    code: int | None


class ReaderError(Exception):
    """The shell has ended or hangs."""


@dataclass(slots=True)
class Reader:
    """A context manager. `folder` is made unless it is there, and `variables` are the environment.

    `town` makes a database with the usual worlds: a server whose start is not looked at resumes a copy of it, because
    a new town takes seconds.
    """

    folder: Path
    variables: Mapping[str, str]
    town: Callable[[], Path] | None = None
    _ports: dict[str, str] = field(default_factory=dict)
    _servers: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    _shell: subprocess.Popen[bytes] = field(init=False)
    _stack: ExitStack = field(default_factory=ExitStack)

    @property
    def _outside(self) -> Path:
        """A folder beside that of the page."""
        return self.folder.parent / f"{self.folder.name}-outside"

    def __enter__(self) -> Self:
        self.folder.mkdir(exist_ok=True)
        self._outside.mkdir()
        (self._outside / ".curlrc").write_text(_CURL)
        environment = dict(self.variables) | {
            "HOME": str(self._outside),
            "WATTIF_PORT": self._stand_in(_USUAL),
            "COLUMNS": "160",
        }
        self._shell = subprocess.Popen(
            ["bash", "--norc", "--noprofile"],  # noqa: S607 - the shell of this machine
            cwd=self.folder,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        self._stack.callback(self._end, self._shell)
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def save(self, name: str, text: str) -> None:
        """Saves a file of the page."""
        self._run_what_is_needed(text)
        modules = self.folder / "node_modules"
        if name.endswith(".mjs") and not modules.exists():
            modules.mkdir()
            (modules / "wattif").symlink_to(_NPM_PACKAGE)
        file = self.folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"{self._with_stand_ins(text)}\n", "utf-8")

    def type(self, typed: str, *, is_compared: bool = True) -> Done:
        """Runs a command, or starts a server. Raises ReaderError.

        `is_compared` says whether the page shows what is printed.
        """
        for name in _LINKED:
            if re.search(rf"(?<![\w./-]){re.escape(name)}\b", typed) and not (self.folder / name).exists():
                (self.folder / name).symlink_to(ROOT / name)
        if _SERVES.search(typed):
            return self._serve(typed, is_compared=is_compared)
        self._run_what_is_needed(typed)
        done = self._run(self._with_stand_ins(typed))
        return Done(self._as_seen(done.printed), done.code)

    def _run_what_is_needed(self, text: str) -> None:
        """Starts a server on the usual port if the text needs one, and none was started."""
        if _USUAL in self._servers or not _NEEDS_SERVER.search(text):
            return
        elsewhere = self._outside / "server"
        elsewhere.mkdir()
        done = self._serve("wattif serve", elsewhere, is_compared=False)
        if done.code is not None:
            raise ReaderError(done.printed)

    def _run(self, typed: str) -> Done:
        """Runs a command in the shell."""
        assert self._shell.stdin is not None
        lines = f"{{ {typed}\n}} </dev/null\nprintf '\\n{_MARK}%d\\n' \"$?\"\n"
        self._shell.stdin.write(lines.encode())
        self._shell.stdin.flush()
        printed = self._printed_until_mark()
        output, _, code = printed.rpartition(f"\n{_MARK}")
        return Done(output, int(code))

    def _printed_until_mark(self) -> str:
        """What the shell prints until a command has ended."""
        assert self._shell.stdout is not None
        file, printed, deadline = self._shell.stdout.fileno(), b"", monotonic() + PATIENCE_S
        with selectors.DefaultSelector() as selector:
            selector.register(file, selectors.EVENT_READ)
            while not re.search(rf"\n{_MARK}\d+\n\Z".encode(), printed):
                ready = selector.select(max(0, deadline - monotonic()))
                piece = os.read(file, 1 << 16) if ready else b""
                if not piece:
                    reason = "The shell has ended." if ready else "This takes too long."
                    raise ReaderError(f"{printed.decode(errors='replace')}{reason}")
                printed += piece
        return printed.decode(errors="replace")

    def _serve(self, typed: str, folder: Path | None = None, *, is_compared: bool) -> Done:
        """Starts a server where the shell is; one that the page has started on the same port is stopped first."""
        port = next((match[2] for match in _PORT.finditer(typed)), _USUAL)
        if port in self._servers:
            self._end(self._servers.pop(port))
        where = folder or Path(self._run("pwd").printed.strip())
        if self.town is not None and typed == "wattif serve" and not is_compared and not any(where.glob("*.db")):
            shutil.copy(self.town(), where / "wattif.db")
        variables = dict(pair.partition("=")[::2] for pair in self._run("env -0").printed.split("\0") if pair)
        log = self._outside / f"{len(list(self._outside.iterdir()))}.log"
        with log.open("wb") as output:
            process = subprocess.Popen(  # noqa: S603 - a command of this repository's documentation
                ["bash", "-c", self._with_stand_ins(typed)],  # noqa: S607 - the shell of this machine
                cwd=where,
                env=variables,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._servers[port] = process
        self._stack.callback(self._end, process)
        deadline = monotonic() + PATIENCE_S
        while not (ready := re.search(rf"^{READY}.*$", log.read_text("utf-8"), re.MULTILINE)):
            if process.poll() is not None:
                del self._servers[port]
                return Done(self._as_seen(log.read_text("utf-8")), process.returncode)
            if monotonic() > deadline:
                raise ReaderError(f"the server does not get ready: {log.read_text('utf-8')}")
            sleep(0.02)
        return Done(self._as_seen(log.read_text("utf-8")[: ready.end()]), None)

    def _end(self, process: subprocess.Popen[bytes]) -> None:
        """Ends a process and those that it has started."""
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGTERM)
            try:
                process.wait(PATIENCE_S)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                stream.close()

    def _stand_in(self, port: str) -> str:
        """The free port that stands in for a port of the page."""
        if port not in self._ports:
            with socket.create_server(("127.0.0.1", 0)) as found:
                self._ports[port] = str(found.getsockname()[1])
        return self._ports[port]

    def _with_stand_ins(self, text: str) -> str:
        return _PORT.sub(lambda match: match[1] + self._stand_in(match[2]), text)

    def _as_seen(self, text: str) -> str:
        """What a reader sees of what was printed, with the ports of the page."""
        text = _NOT_SEEN.sub("", text)
        for shown, real in self._ports.items():
            text = re.sub(rf"(?<=[:\s]){real}\b", shown, text)
        return text
