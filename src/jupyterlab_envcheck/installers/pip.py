"""How pip is spelled, and how its replies are read. It runs nothing."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from ..facts.text import clean
from ..problems import Problem
from . import builds, failures
from .base import Choice, Heard, Outdated, Reply
from .outdated import read_outdated
from .pip_errors import missing, nothing_for, of_a_file, why_conflict

#: The first pip with a dry run and a report (https://pip.pypa.io/en/stable/news/#v22-2).
OLDEST = Version("22.2")
#: The first pip whose progress bar can be read by a program (--progress-bar raw).
_RAW_PROGRESS = Version("24.1")

_FETCHED = re.compile(
    r"^ *(?:Downloading|Using cached) (?:\S*/)?(\S+) \((\d+(?:\.\d+)?) (bytes|kB|MB|GB)\)",
    re.MULTILINE,
)
_UNITS = {"bytes": 1, "kB": 1_000, "MB": 1_000_000, "GB": 1_000_000_000}
#: In debug lines only; 404 is how an index says that it has no such project.
_UNANSWERED = re.compile(r"Could not fetch URL \S+: (?!404 )")
_BAD_INDEX = re.compile(
    r"Connection broken: IncompleteRead|Skipping page \S+ because|, in parse_links"
)
_PROGRESS = re.compile(r"Progress (\d+) of (\d+)")


@dataclass(frozen=True, kw_only=True)
class Pip:
    """The pip of the target environment itself, run by its Python."""

    python: str
    version: str | None = None  #: of that pip; None where it is unknown
    build: tuple[str, ...] = ()  #: names whose source may be built

    name = "pip"

    @property
    def program(self) -> tuple[str, ...]:
        """How pip is started: `python -m pip`, since a script called pip may be another's."""
        return (self.python, "-m", "pip", "--no-input", "--no-color", "--disable-pip-version-check")

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
        """Return a dry run with a report; what may not be built is not, however few wheels there are.

        pip's options for the newest and for anew are of the whole command: `specs` are these then.
        """
        return (
            *self.program,
            "install",
            *self._place,
            "--dry-run",
            # Five retries, pip's default, are eight seconds of silence when offline.
            "--retries=2",
            f"--report={report}",
            *(("--upgrade",) if newest else ()),
            *(("--force-reinstall",) if anew else ()),
            *(("--no-deps",) if alone else ()),
            *(("-r", names) if names else ()),
            *(("-c", constraints) if constraints else ()),
            "--",
            *specs,
        )

    def read_dry_run(self, reply: Reply) -> tuple[Choice, ...]:
        """Return what pip's report says it would install."""
        if reply.returncode != 0:
            raise self.explain(reply.output + reply.errors)
        try:
            entries = json.loads(reply.report)["install"]
            sizes = _sizes(reply.output)
            return tuple(_choice(entry, reply.errors, sizes) for entry in entries)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            message = "pip's report of what it would do could not be read."
            raise Problem("bad-reply", message, "Update pip, or install with uv.") from error

    def look_up(self, pins: str) -> None:
        """Return None: pip's report has the hashes, and its lines the sizes if it downloads."""

    def read_look_up(self, choices: Sequence[Choice], reply: Reply) -> tuple[Choice, ...]:
        """Return `choices` as they are."""
        del reply
        return tuple(choices)

    def look_again(self, text: str) -> tuple[str, ...] | None:
        """Return a talkative dry run of the one requirement that pip found nothing for.

        pip says “no matching distribution” alike of a typing error, of source code only, of wheels
        for other machines and of an index that answers 500; only its debug lines tell which.
        """
        spec = missing(text)
        if spec is None or builds.of_pip(text) is not None:  # a build can print what it likes
            return None
        return (
            *self.program,
            "install",
            *self._place,
            "--dry-run",
            "--no-deps",
            "--ignore-installed",
            "-vv",
            "--retries=0",
            "--",
            spec,
        )

    def explain(self, text: str) -> Problem:
        """Return what pip failed at."""
        known = builds.of_pip(text) or failures.common(text) or of_a_file(text)
        if known:
            return known
        if _UNANSWERED.search(text) or re.search(r"Retrying \(Retry\(|timed out", text):
            return failures.unreachable()
        if _BAD_INDEX.search(text):
            return failures.bad_index()
        if spec := missing(text):  # before conflicts: debug lines call this one, too
            return nothing_for(spec, text)
        if "ResolutionImpossible" in text or "conflicting dependencies" in text:
            return failures.conflict(why_conflict(text))
        return failures.unknown("pip", text)

    def install(self, plan_file: str, *, anew: Sequence[str] = ()) -> tuple[str, ...]:
        """Return the install of exactly the files that a plan names.

        The pins stand in a requirements file, not in constraints: pip 23.2 ends with “hashes are
        required” when they stand in constraints only (tried), and `--require-hashes` refuses
        whatever lacks one. `--no-deps`, since the plan names the dependencies, too.
        """
        raw = self.version is not None and _version(self.version) >= _RAW_PROGRESS
        return (
            *self.program,
            "install",
            *self._place,
            "--no-deps",
            # All of the file is to be installed, so that all of it may be installed anew.
            *(("--force-reinstall",) if anew else ()),
            "--no-warn-script-location",
            f"--progress-bar={'raw' if raw else 'off'}",
            "--require-hashes",
            "-r",
            plan_file,
        )

    def remove(self, names: Sequence[str]) -> tuple[str, ...]:
        """Return the removal of `names`."""
        return (*self.program, "uninstall", "--yes", "--", *names)

    def outdated(self, *, without: Sequence[str] = ()) -> tuple[str, ...]:
        """Return the question for newer releases, asked so that pip tells whether it was answered.

        An index that is not there is an empty list to pip, and a line among its debug lines.
        """
        excluded = (word for name in without for word in ("--exclude", name))
        options = ("--outdated", "--format=json", "--retries=1", "-vv")
        return (*self.program, "list", *options, *excluded)

    def read_outdated(self, reply: Reply) -> tuple[Outdated, ...]:
        """Return what pip's list tells, which is the last of its lines."""
        said = reply.output + reply.errors
        if reply.returncode != 0 or _UNANSWERED.search(said) or _BAD_INDEX.search(said):
            raise self.explain(said)
        lines = [line for line in reply.output.splitlines() if line.startswith("[")]
        return read_outdated("pip", lines[-1] if lines else "")

    def listener(self) -> Callable[[str], Heard]:
        """Return a function that understands what pip says while it installs."""
        return _hear

    @property
    def _place(self) -> tuple[str, ...]:
        # --no-user: pip falls back to the user's own folder where it may not write.
        allowed = (f"--no-binary={name}" for name in self.build)
        return ("--no-user", "--only-binary=:all:", *allowed)


def is_recent_enough(version: str | None) -> bool:
    """Return whether a pip of this version can tell what it would do."""
    return version is not None and _version(version) >= OLDEST


def _version(text: str) -> Version:
    try:
        return Version(text)
    except InvalidVersion:
        return Version("0")


def _choice(entry: Mapping[str, Any], errors: str, sizes: Mapping[str, int]) -> Choice:
    archive = entry["download_info"].get("archive_info") or {}
    hashes = dict(archive.get("hashes") or {})
    if not hashes and "=" in str(archive.get("hash") or ""):  # pip before 23.0
        algorithm, _, digest = str(archive["hash"]).partition("=")
        hashes = {algorithm: digest}
    metadata = entry["metadata"]
    return Choice(
        name=canonicalize_name(metadata["name"]),
        version=str(Version(metadata["version"])),
        hashes=(f"sha256:{hashes['sha256']}",) if "sha256" in hashes else (),
        size=sizes.get(str(entry["download_info"].get("url")).rpartition("/")[2]),
        yanked=_yanked(metadata["name"], errors),
    )


def _sizes(output: str) -> dict[str, int]:
    """Return the bytes of the files that pip fetched, as it rounds them: “(33.7 MB)”."""
    return {
        file: round(float(number) * _UNITS[unit])
        for file, number, unit in _FETCHED.findall(output)
        if not file.endswith(".metadata")
    }


def _yanked(name: str, errors: str) -> str | None:
    """Return the reason from pip's warning: its report tells of none, and before 24.0 of nothing."""
    found = re.search(
        rf"yanked version: {re.escape(repr(name))} candidate .*\n *Reason for being yanked: (.*)",
        errors,
    )
    if found is None:
        return None
    return clean(found[1].strip().replace("<none given>", ""), 200) or "its makers withdrew it"


def _hear(line: str) -> Heard:
    text = line.strip()
    if progress := _PROGRESS.fullmatch(text):
        done, total = int(progress[1]), int(progress[2])
        # pip counts each file anew, and knows no total where the server tells none.
        return Heard(phase="downloading", done=done, total=total or None, shown=False)
    if text.startswith(("Downloading ", "Using cached ")):
        return Heard(phase="downloading")
    if text.startswith(("Installing collected packages", "Found existing installation")):
        return Heard(phase="installing")
    if text.startswith(("Collecting ", "Looking in ")):
        return Heard(phase="resolving")
    return Heard(shown=bool(text))
