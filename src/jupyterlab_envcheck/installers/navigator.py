"""The steps of Anaconda Navigator, for people who do not work in terminals.

Its labels are those of versions 2.6 and 2.7; an older one may call something otherwise.
"""

from __future__ import annotations

from collections.abc import Sequence


def navigator_install(environment: str, names: Sequence[str]) -> tuple[str, ...]:
    """Return the steps that install packages into the environment of that name."""
    return (
        f"Open Environments, and click {_shown(environment)}.",
        "In the list above the packages choose “Not installed”.",
        f"Search for {_together(names)}, and tick {_it(names)}.",
        "Choose Apply; look through what would change, and choose Apply again.",
        "Restart the kernel.",
    )


def navigator_create(environment: str, version: str | None = None) -> tuple[str, ...]:
    """Return the steps that make an environment and start JupyterLab in it."""
    return (
        "Open Environments, and choose Create.",
        f"Give it the name {environment}, tick Python"
        + (f", and choose version {version}." if version else ", and choose its version."),
        f"On Home, choose {environment} in “Applications on”.",
        "Install JupyterLab there, and launch it.",
    )


def _shown(environment: str) -> str:
    """Return an environment's name as it stands in Navigator's list."""
    return "base (root)" if environment == "base" else environment


def _together(names: Sequence[str]) -> str:
    *before, last = names
    return f"{', '.join(before)} and {last}" if before else last


def _it(names: Sequence[str]) -> str:
    return "it" if len(names) == 1 else "each"
