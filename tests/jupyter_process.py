"""Jupyter as people start it: a process of its own, asked over HTTP."""

from __future__ import annotations

import json
import queue
import re
import socket
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

TOKEN = "of-the-tests"  # noqa: S105 - of servers that only tests start

#: Seconds that Jupyter may take to start, on a machine that does much else.
_START = 90

#: What Jupyter says at no level, and what it says of being ended.
_OF_NO_LEVEL = re.compile(r"\s*$|\s+(To access|file://|Or copy|http://)")
_ENDED = re.compile(r"\[W .*\] Shutting down on /api/shutdown request\.")

#: Where it says that it is.
_ADDRESS = re.compile(r"http://127\.0\.0\.1:(\d+)/")


class Jupyter:
    """A server that runs."""

    def __init__(self, url: str, lines: list[str]) -> None:
        self.url = url
        self.stderr = lines  #: what it wrote there; all of it once it has ended

    def ask(self, path: str, body: object = None, *, token: str = TOKEN) -> tuple[int, Any]:
        """Return status and JSON of a request; text where the answer is none."""
        request = Request(self.url + path)
        request.add_header("Authorization", f"token {token}")
        if body is not None:
            request.data = json.dumps(body).encode()
        try:
            with urlopen(request, timeout=90) as reply:
                return reply.status, _read(reply)
        except HTTPError as error:
            with error:
                return error.code, _read(error)

    def troubles(self) -> list[str]:
        """Return all lines that tell of more than what goes well."""
        return [
            line
            for line in self.stderr
            if not line.startswith("[I ")
            and not _OF_NO_LEVEL.match(line)
            and not _ENDED.match(line)
        ]


@contextmanager
def jupyter(
    command: Sequence[str], folder: Path, environ: Mapping[str, str], *options: str
) -> Iterator[Jupyter]:
    """Run a server in a folder, with its own directories there, until the block ends."""
    process = subprocess.Popen(
        [
            *command,
            # Jupyter looks for a free port itself: one found here may be a kernel's by then.
            *("--no-browser", "--allow-root", "--port=0"),
            *(f"--IdentityProvider.token={TOKEN}", *options),
        ],
        cwd=folder,
        env={**directories(folder), **environ},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    lines: list[str] = []
    ports: queue.Queue[int | None] = queue.Queue()
    assert process.stderr is not None
    reader = threading.Thread(target=_follow, args=(process.stderr, lines, ports))
    reader.start()
    try:
        port = ports.get(timeout=_START)
        assert port is not None, "".join(lines)
        _connect(port)
        running = Jupyter(f"http://127.0.0.1:{port}/", lines)
        yield running
        # A signal that comes while its loop is being started is lost, now and then.
        assert running.ask("api/shutdown", {})[0] == 200
        process.wait(60)
    finally:
        process.kill()
        process.wait()
        reader.join()


def directories(folder: Path) -> dict[str, str]:
    """Return where a Jupyter that knows nothing of this machine's user has its files."""
    names = ("CONFIG", "DATA", "RUNTIME")
    return {f"JUPYTER_{name}_DIR": str(folder / "jupyter" / name.lower()) for name in names} | {
        "HOME": str(folder),
        "PATH": "/usr/bin:/bin",
        "IPYTHONDIR": str(folder / "ipython"),
    }


def _follow(stream: IO[str], lines: list[str], ports: queue.Queue[int | None]) -> None:
    with stream:
        for line in stream:
            lines.append(line)
            if told := _ADDRESS.search(line):
                ports.put(int(told[1]))
    ports.put(None)  # it ended


def _connect(port: int) -> None:
    """Wait until it listens, which it does a little later than it says so."""
    until = time.monotonic() + _START
    while True:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except ConnectionRefusedError:
            assert time.monotonic() < until
            time.sleep(0.05)
        else:
            return


def _read(reply: Any) -> Any:
    text = reply.read().decode()
    try:
        return json.loads(text)
    except ValueError:
        return text
