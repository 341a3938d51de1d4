"""How uv is spelled, and how its replies are read. It runs nothing."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from packaging.utils import canonicalize_name

from ..facts.text import clean
from ..problems import Problem
from . import builds, failures
from .base import Choice, Heard, Outdated, Reply
from .outdated import read_outdated
from .uv_errors import no_solution, of_a_file, of_the_index


@dataclass(frozen=True, kw_only=True)
class Uv:
    """uv, from outside: it needs neither pip nor anything else in the target environment."""

    python: str
    executable: str  #: uv itself
    config: str | None = None  #: the user's own uv.toml; None where there is none
    build: tuple[str, ...] = ()  #: names whose source may be built
    offline: bool = False  #: the network is left alone; what uv kept of earlier installs is used

    name = "uv"

    @property
    def program(self) -> tuple[str, ...]:
        """How uv is started: without the configuration of any folder it happens to run in."""
        configured = ("--config-file", self.config) if self.config else ("--no-config",)
        offline = ("--offline",) if self.offline else ()
        begin = (self.executable, "--color=never", "--no-python-downloads")
        return (*begin, *offline, *configured, "pip")

    def dry_run(
        self,
        specs: Sequence[str],
        *,
        report: str,
        names: str | None = None,
        constraints: str | None = None,
        newest: Sequence[str] = (),
        anew: Sequence[str] = (),
        alone: bool = False,
    ) -> tuple[str, ...]:
        """Return a dry run that answers in JSON; what may not be built is not."""
        del report
        return (
            *self.program,
            "install",
            *self._place,
            "--dry-run",
            "--output-format=json",
            *(f"--upgrade-package={name}" for name in newest),
            *(f"--reinstall-package={name}" for name in anew),
            *(("--no-deps",) if alone else ()),
            *(("-r", names) if names else ()),
            *(("-c", constraints) if constraints else ()),
            "--",
            *specs,
        )

    def read_dry_run(self, reply: Reply) -> tuple[Choice, ...]:
        """Return what uv says it would install."""
        if reply.returncode != 0:
            raise self.explain(reply.errors + reply.output)
        # It knows the package from its cache and has not the file: the install would fail (tried).
        if self.offline and re.search(r"^Would download \d", reply.errors, re.MULTILINE):
            raise failures.unreachable()
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
            locked = {str(canonicalize_name(package["name"])): package for package in packages}
            return tuple(_with_files(c, self._files(locked.get(c.name, {}))) for c in choices)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            message = "uv's reply on the files of the plan could not be read."
            raise Problem("bad-reply", message, "Update uv, or install with pip.") from error

    def _files(self, package: Mapping[str, Any]) -> Sequence[dict[str, object]]:
        """Return the files that may be taken for one package of a lock file."""
        if package and canonicalize_name(package["name"]) in self.build:
            return [package["sdist"]] if "sdist" in package else []
        found: Sequence[dict[str, object]] = package.get("wheels", ())
        return found

    def look_again(self, text: str) -> None:
        """Return None: uv's first reply tells why it failed."""

    def explain(self, text: str) -> Problem:
        """Return what uv failed at."""
        known = builds.of_uv(text) or failures.common(text)
        if known:
            return known
        said = " ".join(text.split())
        found = of_the_index(said) or of_a_file(said)
        if found:
            return found
        return no_solution(said) if "No solution found" in said else failures.unknown("uv", text)

    def install(self, plan_file: str, *, anew: Sequence[str] = ()) -> tuple[str, ...]:
        """Return the install of exactly the files that a plan names, dependencies and all."""
        return (
            *self.program,
            "install",
            *self._place,
            "--no-deps",
            *(f"--reinstall-package={name}" for name in anew),
            "--require-hashes",
            "-r",
            plan_file,
        )

    def remove(self, names: Sequence[str]) -> tuple[str, ...]:
        """Return the removal of `names`."""
        return (*self.program, "uninstall", "--python", self.python, "--", *names)

    def outdated(self, *, without: Sequence[str] = ()) -> tuple[str, ...]:
        """Return the question for newer releases, asked so that uv tells whether it was answered.

        An index that refuses is an empty list to uv, and a line among its debug lines (tried).
        """
        excluded = (word for name in without for word in ("--exclude", name))
        options = ("--outdated", "--format=json", "-v", "--python", self.python)
        return (*self.program, "list", *options, *excluded)

    def read_outdated(self, reply: Reply) -> tuple[Outdated, ...]:
        """Return what uv's list tells."""
        if reply.returncode != 0:
            raise self.explain(reply.errors + reply.output)
        if re.search(r"Indexes search failed because of status code failure: 40[13]", reply.errors):
            raise failures.denied()
        return read_outdated("uv", reply.output)

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
        allowed = (f"--no-binary={name}" for name in self.build)
        return ("--python", self.python, "--only-binary=:all:", *allowed)


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
