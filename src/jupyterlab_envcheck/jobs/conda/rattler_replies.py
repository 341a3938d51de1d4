"""What our small conda is told and answers: conda's JSON, as `installers/conda_replies.py` reads it."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...facts.text import clean
from ...probe.conda.channels import name, without_credentials

if TYPE_CHECKING:  # that it is not there is an answer, too
    from rattler import PrefixRecord, RepoDataRecord

NOTHING_TO_DO = {"success": True, "message": "All requested packages already installed."}


@dataclass(frozen=True, kw_only=True)
class Told:
    """What is asked for: conda's command line, read."""

    command: str  #: install, remove, update or create
    prefix: Path
    specs: tuple[str, ...]
    channels: tuple[str, ...]
    override_channels: bool
    force_reinstall: bool
    no_deps: bool
    force: bool  #: what needs a package stays when it is removed
    dry_run: bool
    subdir: str | None = None  #: the platform; None for this machine's


class Failed(Exception):
    """What conda calls an error: its name of it, its sentence, and what belongs to that."""

    def __init__(self, exception_name: str, message: str, **more: object) -> None:
        super().__init__(message)
        self.exception_name = exception_name
        self.message = message
        self.more = more

    def answer(self) -> dict[str, Any]:
        """Return it as conda tells it."""
        return {
            "caused_by": "None",
            "error": f"{self.exception_name}: {self.message}",
            "exception_name": self.exception_name,
            "exception_type": f"<class 'conda.exceptions.{self.exception_name}'>",
            "message": self.message,
            **self.more,
        }


def done(
    prefix: str,
    unlink: Iterable[PrefixRecord],
    link: Iterable[RepoDataRecord],
    fetch: Iterable[RepoDataRecord],
    *,
    dry_run: bool,
) -> dict[str, Any]:
    """Return what was done or would be."""
    actions: dict[str, Any] = {"FETCH": [_fetched(record) for record in fetch], "PREFIX": prefix}
    actions |= {"UNLINK": gone} if (gone := [_listed(record) for record in unlink]) else {}
    actions |= {"LINK": new} if (new := [_listed(record) for record in link]) else {}
    answer = {"success": True, "actions": actions, "prefix": prefix}
    return {**answer, "dry_run": True} if dry_run else answer


def channel_of(record: RepoDataRecord) -> str:
    """Return the URL of the channel that a package came from, without platform and credentials."""
    return without_credentials(record.url.rsplit("/", 2)[0])


def dist_of(record: RepoDataRecord) -> str:
    """Return what a package is called in full: name-version-build."""
    return f"{record.name.normalized}-{record.version}-{record.build}"


def dist_key(record: RepoDataRecord) -> tuple[str, str]:
    """Return what tells one package from another, whichever channel they came from."""
    return record.subdir, dist_of(record)


class Progress:
    """Tells how far downloads are, one object a line, as conda does with --json."""

    def __init__(self, fetched: Sequence[RepoDataRecord]) -> None:
        self._dists = {record.name.normalized: dist_of(record) for record in fetched}
        self._entries: list[str] = []

    def on_populate_cache_start(self, _operation: int, package_name: str) -> int:
        """Remember which package this is about."""
        self._entries.append(package_name)
        return len(self._entries) - 1

    def on_download_start(self, cache_entry: int) -> int:
        """Tell that it begins; the download goes by the package's own number."""
        self._tell(cache_entry, 0.0)
        return cache_entry

    def on_download_progress(self, download_idx: int, progress: int, total: int | None) -> None:
        """Tell how far it is, where that is known."""
        if total:
            self._tell(download_idx, min(progress / total, 1.0))

    def on_download_completed(self, download_idx: int) -> None:
        """Tell that it is here."""
        self._tell(download_idx, 1.0, finished=True)

    def _tell(self, entry: int, part: float, *, finished: bool = False) -> None:
        package = self._entries[entry]
        dist = self._dists.get(package, package)
        word = "true" if finished else "false"
        # Exactly so, with a NUL behind the line: it is conda's end of an object.
        sys.stdout.write(
            f'{{"fetch":"{clean(dist)}","finished":{word},"maxval":1,"progress":{part:f}}}\n\0'
        )
        sys.stdout.flush()


def _listed(record: RepoDataRecord) -> dict[str, Any]:
    channel = channel_of(record)
    return {
        "base_url": channel,
        "build_number": record.build_number,
        "build_string": str(record.build),
        "channel": name(channel).rpartition("/")[2] if "://" in name(channel) else name(channel),
        "dist_name": dist_of(record),
        "name": record.name.normalized,
        "platform": record.subdir,
        "version": str(record.version),
    }


def _fetched(record: RepoDataRecord) -> dict[str, Any]:
    url = without_credentials(record.url)
    return {
        "name": record.name.normalized,
        "version": str(record.version),
        "build": str(record.build),
        "build_number": record.build_number,
        "channel": f"{channel_of(record)}/{record.subdir}",
        "subdir": record.subdir,
        "fn": record.file_name,
        "md5": record.md5.hex() if record.md5 else None,
        "url": url,
        "sha256": record.sha256.hex() if record.sha256 else None,
        "depends": list(record.depends),
        "constrains": list(record.constrains),
        "size": record.size,
    }
