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
from . import failures
from .base import Choice, Heard, Reply
from .pip_errors import missing, nothing_for, why_conflict

#: The first pip with a dry run and a report (https://pip.pypa.io/en/stable/news/#v22-2).
OLDEST = Version("22.2")
#: The first pip whose progress bar can be read by a program (--progress-bar raw).
_RAW_PROGRESS = Version("24.1")

_PROGRESS = re.compile(r"Progress (\d+) of (\d+)")


@dataclass(frozen=True, kw_only=True)
class Pip:
    """The pip of the target environment itself, run by its Python."""

    python: str
    version: str | None = None  #: of that pip; None where it is unknown

    name = "pip"

    @property
    def program(self) -> tuple[str, ...]:
        """How pip is started: `python -m pip`, since a script called pip may be another's."""
        return (self.python, "-m", "pip", "--no-input", "--no-color", "--disable-pip-version-check")

    def dry_run(
        self, specs: Sequence[str], *, report: str, names: str | None, constraints: str | None
    ) -> tuple[str, ...]:
        """Return a dry run with a report; nothing is built, however few wheels there are."""
        return (
            *self.program,
            "install",
            *self._place,
            "--dry-run",
            # Five retries, pip's default, are eight seconds of silence when offline.
            "--retries=2",
            f"--report={report}",
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
            return tuple(_choice(entry, reply.errors) for entry in entries)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            message = "pip's report of what it would do could not be read."
            raise Problem("bad-reply", message, "Update pip, or install with uv.") from error

    def look_up(self, pins: str) -> None:
        """Return None: pip's report has the hashes; sizes it never tells."""

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
        if spec is None:
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
        known = failures.common(text)
        if known:
            return known
        if found := failures.first(
            r"THESE PACKAGES DO NOT MATCH THE HASHES(?s:.*?)\n +NAME==", text
        ):
            return failures.hash_mismatch(found[1])
        # The second in debug lines only; 404 is how an index says that it has no such project.
        if re.search(r"Retrying \(Retry\(|Could not fetch URL \S+: (?!404 )|timed out", text):
            return failures.unreachable()
        if spec := missing(text):  # before conflicts: debug lines call this one, too
            return nothing_for(spec, text)
        if "ResolutionImpossible" in text or "conflicting dependencies" in text:
            return failures.conflict(why_conflict(text))
        return failures.unknown("pip", text)

    def install(self, plan_file: str) -> tuple[str, ...]:
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
            "--no-warn-script-location",
            f"--progress-bar={'raw' if raw else 'off'}",
            "--require-hashes",
            "-r",
            plan_file,
        )

    def remove(self, names: Sequence[str]) -> tuple[str, ...]:
        """Return the removal of `names`."""
        return (*self.program, "uninstall", "--yes", "--", *names)

    def listener(self) -> Callable[[str], Heard]:
        """Return a function that understands what pip says while it installs."""
        return _hear

    @property
    def _place(self) -> tuple[str, ...]:
        # --no-user: pip falls back to the user's own folder where it may not write.
        return ("--no-user", "--only-binary=:all:")


def is_recent_enough(version: str | None) -> bool:
    """Return whether a pip of this version can tell what it would do."""
    return version is not None and _version(version) >= OLDEST


def _version(text: str) -> Version:
    try:
        return Version(text)
    except InvalidVersion:
        return Version("0")


def _choice(entry: Mapping[str, Any], errors: str) -> Choice:
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
        yanked=_yanked(metadata["name"], errors),
    )


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
