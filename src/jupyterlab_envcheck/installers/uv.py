"""How uv is spelled, and how its replies are read. It runs nothing."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from packaging.utils import canonicalize_name

from ..facts.text import clean
from ..problems import Problem
from . import failures
from .base import Choice, Heard, Reply


@dataclass(frozen=True, kw_only=True)
class Uv:
    """uv, from outside: it needs neither pip nor anything else in the target environment."""

    python: str
    executable: str  #: uv itself
    config: str | None = None  #: the user's own uv.toml; None where there is none

    name = "uv"

    @property
    def program(self) -> tuple[str, ...]:
        """How uv is started: without the configuration of any folder it happens to run in."""
        configured = ("--config-file", self.config) if self.config else ("--no-config",)
        return (self.executable, "--color=never", "--no-python-downloads", *configured, "pip")

    def dry_run(
        self, specs: Sequence[str], *, report: str, names: str | None, constraints: str | None
    ) -> tuple[str, ...]:
        """Return a dry run that answers in JSON; nothing is built."""
        del report
        return (
            *self.program,
            "install",
            *self._place,
            "--dry-run",
            "--output-format=json",
            *(("-r", names) if names else ()),
            *(("-c", constraints) if constraints else ()),
            "--",
            *specs,
        )

    def read_dry_run(self, reply: Reply) -> tuple[Choice, ...]:
        """Return what uv says it would install."""
        if reply.returncode != 0:
            raise self.explain(reply.errors + reply.output)
        try:
            changes = json.loads(reply.output)["changes"]
            return tuple(
                Choice(
                    name=canonicalize_name(change["name"]),
                    version=str(change["version"]),
                    yanked=_yanked(change, reply.errors),
                )
                for change in changes
                if change["action"] == "installed"
            )
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            message = "uv's reply on what it would do could not be read."
            raise Problem("bad-reply", message, "Update uv, or install with pip.") from error

    def look_up(self, pins: str) -> tuple[str, ...]:
        """Return the locking of the pins: a dry run tells neither hashes nor sizes."""
        return (
            *self.program,
            "compile",
            *self._place,
            "--no-deps",
            "--no-header",
            "--format=pylock.toml",
            pins,
        )

    def read_look_up(self, choices: Sequence[Choice], reply: Reply) -> tuple[Choice, ...]:
        """Return `choices` with what the lock file tells of their wheels."""
        if reply.returncode != 0:
            raise self.explain(reply.errors + reply.output)
        try:
            packages = tomllib.loads(reply.output)["packages"]
            wheels = {str(canonicalize_name(p["name"])): p.get("wheels", ()) for p in packages}
            return tuple(_with_files(choice, wheels.get(choice.name, ())) for choice in choices)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            message = "uv's reply on the files of the plan could not be read."
            raise Problem("bad-reply", message, "Update uv, or install with pip.") from error

    def look_again(self, text: str) -> None:
        """Return None: uv's first reply tells why it failed."""

    def explain(self, text: str) -> Problem:
        """Return what uv failed at."""
        known = failures.common(text)
        if known:
            return known
        said = " ".join(text.split())
        if found := failures.first(r"Hash mismatch for `NAME==", said):
            return failures.hash_mismatch(found[1])
        if re.search(r"Failed to fetch|error sending request|Request failed after|timed out", said):
            return failures.unreachable()
        if found := failures.first(r"Wheels are required for `NAME`", said):
            return failures.only_source(found[1])
        return _no_solution(said) if "No solution found" in said else failures.unknown("uv", text)

    def install(self, plan_file: str) -> tuple[str, ...]:
        """Return the install of exactly the files that a plan names, dependencies and all."""
        return (
            *self.program,
            "install",
            *self._place,
            "--no-deps",
            "--require-hashes",
            "-r",
            plan_file,
        )

    def remove(self, names: Sequence[str]) -> tuple[str, ...]:
        """Return the removal of `names`."""
        return (*self.program, "uninstall", "--python", self.python, "--", *names)

    def listener(self) -> Callable[[str], Heard]:
        """Return a function that counts the downloads uv tells of.

        Without a terminal uv draws no bars; of files over a megabyte it says when it starts and
        when it ends.
        """
        started: set[str] = set()
        ended: set[str] = set()

        def hear(line: str) -> Heard:
            match line.split():
                case ["Downloading", name, *_]:
                    started.add(name)
                case ["Downloaded", name]:
                    ended.add(name)
                case ["Resolved", *_]:
                    return Heard(phase="downloading")
                case ["Prepared" | "Uninstalled" | "Installed", *_]:
                    return Heard(phase="installing")
                case words:
                    return Heard(shown=bool(words))
            return Heard(phase="downloading", done=len(ended), total=len(started | ended))

        return hear

    @property
    def _place(self) -> tuple[str, ...]:
        return ("--python", self.python, "--only-binary=:all:")


def _with_files(choice: Choice, wheels: Sequence[dict[str, object]]) -> Choice:
    found = [(wheel.get("hashes"), wheel.get("size")) for wheel in wheels]
    hashes = [h["sha256"] for h, _ in found if isinstance(h, dict) and "sha256" in h]
    if len(hashes) != len(found):
        return choice  # a file without a hash could be the one that is taken
    sizes = {size for _, size in found if isinstance(size, int)}
    return replace(
        choice,
        hashes=tuple(f"sha256:{digest}" for digest in hashes),
        size=sizes.pop() if len(found) == 1 and sizes else None,
    )


def _yanked(change: dict[str, str], errors: str) -> str | None:
    pin = re.escape(f"{change['name']}=={change['version']}")
    found = re.search(rf"`{pin}` is yanked(?: \(reason: \"?(.*?)\"?\))?", errors)
    return None if found is None else clean(found[1] or "its makers withdrew it", 200)


def _no_solution(said: str) -> Problem:
    if found := failures.first(r"does not satisfy Python(\S+) and NAME==", said):
        return failures.wrong_python(found[2], found[1])
    found = failures.first(
        r"NAME was not found in the (?:package registry|provided package locations)", said
    )
    if found and "are incompatible" not in said:
        return failures.not_found(found[1])
    if found := failures.first(r"NAME(==\S+)? has no wheels with a matching", said):
        return failures.no_wheel(found[1])
    if found := failures.first(r"[Tt]here (?:is|are) no versions? of NAME(\S*?)(?=[\s,])", said):
        return failures.no_version(f"{found[1]}{found[2]}")
    if found := failures.first(r"only NAME([<>=!~]\S+) is available", said):
        return failures.no_version(found[1], found[2].strip("=<>"))
    cause = said.partition("cause: ")[2].partition(" hint:")[0]
    return failures.conflict(f"uv says: {clean(cause, 600)}")
