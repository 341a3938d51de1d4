"""What conda and its like answer with --json, read: what comes, what goes, how far it is."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..facts.text import clean
from .base import Heard

#: Where a line begins with an object, or what stands behind the NUL that ends a progress line.
_OBJECT = re.compile(r"(?:^|(?<=\x00))\{", re.MULTILINE)
_PROGRESS = re.compile(r'\{ *"fetch"')
_MOST = 50  #: answers that are looked at, the last ones

_SUBDIR = re.compile(r"/(?:noarch|(?:linux|osx|win|zos|emscripten|wasi|freebsd)-[a-z0-9]+)/?$")


@dataclass(frozen=True, kw_only=True, order=True)
class CondaPackage:
    """One package that comes or goes."""

    name: str
    version: str
    build: str
    channel: str  #: its URL without the platform where that is told, else its name
    subdir: str  #: noarch, linux-64, …
    #: Bytes to fetch; None where nothing is fetched, or it is not told.
    size: int | None = field(default=None, compare=False)

    @property
    def dist(self) -> str:
        """Return what it is, whichever channel has it: subdir/name-version-build."""
        return f"{self.subdir}/{self.name}-{self.version}-{self.build}"


@dataclass(frozen=True, kw_only=True)
class Actions:
    """What a dry run would do, or a change did; all empty where nothing was to do."""

    link: tuple[CondaPackage, ...] = ()
    unlink: tuple[CondaPackage, ...] = ()

    @property
    def linked(self) -> tuple[str, ...]:
        """Return what comes, in an order that two dry runs have alike."""
        return tuple(sorted(package.dist for package in self.link))

    @property
    def unlinked(self) -> tuple[str, ...]:
        """Return what goes, likewise."""
        return tuple(sorted(package.dist for package in self.unlink))


def answers_in(text: str) -> Iterator[dict[str, Any]]:
    """Yield the objects in what a tool printed that are answers, the last first."""
    return (value for _, _, value in _found(text))


def words_in(text: str) -> str:
    """Return what a tool printed beside its answers."""
    for start, end, _ in _found(text):
        text = text[:start] + text[end:]
    return text


def _found(text: str) -> Iterator[tuple[int, int, dict[str, Any]]]:
    decoder = json.JSONDecoder()
    starts = [m.start() for m in _OBJECT.finditer(text) if not _PROGRESS.match(text, m.start())]
    for start in reversed(starts[-_MOST:]):
        try:
            value, end = decoder.raw_decode(text, start)
        except (ValueError, RecursionError):
            continue
        yield start, end, value


def actions_of(told: Mapping[str, Any]) -> Actions:
    """Return what an answer says. Raises what wrong types and missing keys do."""
    actions = told.get("actions", {})
    fetched = {_key(entry): entry for entry in actions.get("FETCH") or ()}
    return Actions(
        link=_packages(actions.get("LINK") or (), fetched),
        unlink=_packages(actions.get("UNLINK") or (), {}),
    )


def plain_channel(url: str) -> str:
    """Return a channel's URL without its platform and without what is secret."""
    return _SUBDIR.sub("", clean(f"{url.rstrip('/')}/", 400)).rstrip("/")


def _packages(
    entries: Sequence[Mapping[str, Any]], fetched: Mapping[Any, Mapping[str, Any]]
) -> tuple[CondaPackage, ...]:
    return tuple(sorted(_package(entry, fetched.get(_key(entry), {})) for entry in entries))


def _package(entry: Mapping[str, Any], fetched: Mapping[str, Any]) -> CondaPackage:
    size = fetched.get("size")
    return CondaPackage(
        name=clean(str(entry["name"]), 100),
        version=clean(str(entry["version"]), 100),
        build=_build(entry),
        channel=plain_channel(str(entry.get("base_url") or entry["channel"])),
        # conda calls it a platform where it tells of a package in short.
        subdir=clean(str(entry.get("subdir") or entry.get("platform") or ""), 40),
        size=size if isinstance(size, int) and size > 0 else None,
    )


def _key(entry: Mapping[str, Any]) -> tuple[str, str, str]:
    return str(entry["name"]), str(entry["version"]), _build(entry)


def _build(entry: Mapping[str, Any]) -> str:
    return clean(str(entry.get("build_string") or entry.get("build") or ""), 100)


def listener() -> Callable[[str], Heard]:
    """Return a function that counts the downloads conda tells of.

    The answer, which comes last, is for programs: it is kept to tell why a change failed, and not
    shown.
    """
    started: set[str] = set()
    ended: set[str] = set()
    answering = False

    def hear(line: str) -> Heard:
        nonlocal answering
        text = line.strip("\x00 \t\r\n")
        if (told := _progress(text)) is not None:
            what, whole = told
            said = (
                f"Downloading {what.split()[0]}" if what.split() and what not in started else None
            )
            started.add(what)
            ended.update({what} if whole else ())
            return Heard(
                phase="installing" if started == ended else "downloading",
                done=len(ended),
                total=len(started),
                shown=False,
                said=said,
            )
        answering = answering or text.startswith("{")
        return Heard(shown=bool(text) and not answering, kept=bool(text))

    return hear


def _progress(text: str) -> tuple[str, bool] | None:
    """Return what is fetched and whether it is there; None where a line tells something else."""
    if not _PROGRESS.match(text):
        return None
    try:
        told = json.loads(text)
        return clean(str(told["fetch"]), 100), told.get("finished") is True
    except (ValueError, RecursionError):
        return None
