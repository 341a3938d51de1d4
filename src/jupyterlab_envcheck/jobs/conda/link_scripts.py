"""Packages with scripts of their own, which conda runs when it puts them there or takes them away."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from ...installers import Actions

#: Where they lie below a prefix, and below a package that was extracted: Unix, Windows
#: (docs.conda.io, "Link and unlink scripts").
_PLACES = ("bin/.{name}-{when}.sh", "Scripts/.{name}-{when}.bat")
_COMING = ("pre-link", "post-link")
_GOING = ("pre-unlink",)


def run_by(actions: Iterable[Actions], prefix: str, caches: Sequence[str]) -> tuple[str, ...]:
    """Return the names of the packages that have scripts which these actions would have run.

    Of what comes it is known where an earlier version is there, or `caches` have it extracted.
    """
    return tuple(dict.fromkeys(name for a in actions for name in _names(a, prefix, caches)))


def warnings(names: Sequence[str], tool: str) -> tuple[str, ...]:
    """Return what a person should know of them before."""
    if not names:
        return ()
    which = ", ".join(names)
    said = (
        f"{which}: {tool} runs a script that comes with it. An undo does not cover what such a "
        "script writes into files that are there already."
    )
    if tool == "rattler":
        said = (
            f"{which}: conda would run a script that comes with it, and py-rattler runs none. What "
            "such a script sets up is then missing."
        )
    return (said,)


def _names(actions: Actions, prefix: str, caches: Sequence[str]) -> Iterator[str]:
    for package in actions.unlink:
        if _has(Path(prefix), package.name, _GOING):
            yield package.name
    for package in actions.link:
        extracted = f"{package.name}-{package.version}-{package.build}"
        folders = (Path(prefix), *(Path(cache, extracted) for cache in caches))
        if any(_has(folder, package.name, _COMING) for folder in folders):
            yield package.name


def _has(folder: Path, name: str, moments: Iterable[str]) -> bool:
    return any(
        (folder / place.format(name=name, when=when)).is_file()
        for place in _PLACES
        for when in moments
    )
