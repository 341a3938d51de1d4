"""What the administrator set for the panel, so that the command does not do what the panel refuses.

Read from the files that Jupyter Server reads, in its order, but for the working directory: what lies
there was written by whoever made the folder. It is a policy and no sandbox: `pip` is next door.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jupyter_core.paths import jupyter_config_path
from traitlets.utils import filefind

from ..facts.text import clean
from ..jobs import LIMIT, SPACE
from ..plan import INSTALLERS, Policy
from ..probe.child import run
from ..problems import Problem

#: Later ones win, as in Jupyter Server with our extension.
_NAMES = ("jupyter_config", "jupyter_server_config", "jupyter_jupyterlab_envcheck_config")

#: What holds where nobody set anything, as in the panel.
_DEFAULTS = {
    "index_url": None,
    "allowed_installers": list(INSTALLERS),
    "allowed_channels": [],
    "environments_folder": None,
    "allow_install": True,
    "job_timeout": LIMIT,
    "undo_space": SPACE,
}

#: Seconds for reading all files.
_PATIENCE = 30.0


@dataclass(frozen=True, kw_only=True)
class Administered:
    """The policy, and whose it is."""

    policy: Policy
    allow_install: bool
    job_timeout: float  #: seconds
    undo_space: int  #: bytes
    files: tuple[str, ...]  #: that set something of it; empty where nobody set anything

    def must_be_allowed(self) -> None:
        """Raise Problem where changes are switched off."""
        if not self.allow_install:
            raise Problem(
                "not-allowed",
                "Changing environments from here is switched off by the administrator, in "
                f"{' and '.join(self.files)}.",
                "Ask the administrator for the package, or to set Envcheck.allow_install.",
            )

    @property
    def told(self) -> str | None:
        """A sentence on whose policy holds; None where none is set."""
        if not self.files:
            return None
        return f"The administrator's settings hold here, from {' and '.join(self.files)}."


def administered() -> Administered:
    """Return what the administrator set; Problem where it cannot be understood."""
    told, files = _settings()
    return Administered(
        policy=Policy(
            index_url=_of(told, "index_url", str, type(None)),
            allowed_installers=_words(told, "allowed_installers"),
            allowed_channels=_words(told, "allowed_channels"),
            environments_folder=_folder(_of(told, "environments_folder", str, type(None))),
        ),
        allow_install=_of(told, "allow_install", bool),
        job_timeout=_of(told, "job_timeout", int, float),
        undo_space=_of(told, "undo_space", int),
        files=files,
    )


def _settings() -> tuple[Mapping[str, Any], tuple[str, ...]]:
    """Return the settings of `Envcheck`, and the files that set one.

    Files in Python are run: in a process of its own, for this one may be somebody's kernel.
    """
    files = list(_files())
    if not files:
        return _DEFAULTS, ()
    argv = [sys.executable, "-P", "-m", f"{__package__}.config_files", *files]
    ended = run(argv, json.dumps(_DEFAULTS).encode(), os.environ, _PATIENCE)
    try:
        told = json.loads(ended.stdout)
    except ValueError:  # a file ended the process that read it, or did not let it end
        raise _unreadable(" and ".join(dict.fromkeys(files)), f"it {ended}") from None
    if "unreadable" in told:
        raise _unreadable(told["unreadable"], told["why"])
    return told["settings"], tuple(clean(file, 300) for file in dict.fromkeys(told["files"]))


def _files() -> Iterator[str]:
    for name in _NAMES:
        for folder in reversed(jupyter_config_path()):
            for ending in ("py", "json"):
                with contextlib.suppress(OSError):
                    yield filefind(f"{name}.{ending}", folder)


def _unreadable(files: str, why: str) -> Problem:
    return Problem(
        "bad-config",
        f"{clean(files, 300)} cannot be read: {clean(why, 300)}.",
        "What the administrator allows is therefore not known. Mend that file.",
    )


def _of(told: Mapping[str, Any], name: str, *kinds: type) -> Any:
    value = told[name]
    if not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds):
        raise Problem(
            "bad-config",
            f"Envcheck.{name} is set to what it cannot be: {clean(repr(value), 100)}.",
            "What the administrator allows is therefore not known. Mend Jupyter's configuration.",
        )
    return value


def _words(told: Mapping[str, Any], name: str) -> tuple[str, ...]:
    return tuple(_of({name: value}, name, str) for value in _of(told, name, list))


def _folder(written: str | None) -> str | None:
    return str(Path(written).expanduser()) if written else None
