"""Real conda environments, made by rattler of the channels in a folder: no conda, no network.

An environment is made in under a second. Its files are hard links into a cache that outlives the tests, as
conda's are: a test may remove a file or put another in its place, but never write into one.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import conda_rattler
from conda_channel import channels

#: The conda that histories speak of; there is none, nor will there be on somebody's machine.
CONDA = "/opt/conda-of-the-tests/bin/conda"
CONDA_VERSION = "26.7.0"


def make_conda_env(
    prefix: Path, *specs: str, channels: Sequence[str] = (), conda: str = CONDA
) -> Path:
    """Make an environment as `conda create` does, and return its Python.

    `specs` are spelled as dependencies are: `six`, `six ==1.16.0`, `libblas * *_openblas`, and of
    several `channels`, by default the one that has everything, the first that has a package has
    it alone.
    """
    return _change(prefix, "create", specs, channels, conda)


def conda_install(
    prefix: Path, *specs: str, channels: Sequence[str] = (), conda: str = CONDA
) -> None:
    """Install into an environment as `conda install` does; what is there stays if it can."""
    _change(prefix, "install", specs, channels, conda)


def make_conda_base(prefix: Path, *specs: str) -> Path:
    """Make the base environment of a conda, with all that shows it is one; return its Python."""
    return make_conda_env(prefix, "python", "conda", *specs, conda=str(prefix / "bin" / "conda"))


def make_pixi_env(project: Path, *specs: str) -> Path:
    """Make a project's environment as pixi does, which installs by rattler, too; return its Python."""
    project.mkdir(parents=True, exist_ok=True)
    manifest = project / "pixi.toml"
    names = "".join(f'{spec.split()[0]} = "*"\n' for spec in specs)
    manifest.write_text(f'[workspace]\nname = "{project.name}"\n\n[dependencies]\n{names}')
    prefix = project / ".pixi" / "envs" / "default"
    python = make_conda_env(prefix, *specs)
    marker = {"manifest_path": str(manifest), "environment_name": "default"}
    (prefix / "conda-meta" / "pixi").write_text(json.dumps(marker))
    (prefix / "conda-meta" / "history").write_text("")  # it leaves an empty one
    return python


def record_file(prefix: Path, name: str) -> Path:
    """Return the file of a package's record."""
    (found,) = (file for file in _records(prefix) if file.name.rsplit("-", 2)[0] == name)
    return found


def records(prefix: Path) -> dict[str, dict[str, Any]]:
    """Return the records by name, as they are written."""
    read = [json.loads(file.read_bytes()) for file in _records(prefix)]
    return {record["name"]: record for record in read}


def rewrite_record(prefix: Path, name: str, **fields: object) -> None:
    """Have a record say something else."""
    file = record_file(prefix, name)
    file.write_text(json.dumps(json.loads(file.read_bytes()) | fields, indent=2))


def _records(prefix: Path) -> list[Path]:
    return sorted((prefix / "conda-meta").glob("*.json"))


def _change(
    prefix: Path, command: str, specs: Sequence[str], sources: Sequence[str], conda: str
) -> Path:
    made = channels()
    before = _state(prefix)
    sources = sources or [made.forge]
    conda_rattler.install(prefix, specs, sources, made.cache)
    _note(
        prefix,
        [conda, command, "-y", "-q", "-p", str(prefix), "--override-channels"]
        + [word for source in sources for word in ("-c", source)]
        + [_as_asked(spec) for spec in specs],
        before,
        specs,
    )
    return prefix / "bin" / "python"


def _state(prefix: Path) -> dict[str, str]:
    """Return what lines of a history say of the packages there, by name."""
    return {
        name: f"{record['channel'].rstrip('/')}/{record['subdir']}"
        f"::{name}-{record['version']}-{record['build']}"
        for name, record in records(prefix).items()
    }


def _note(
    prefix: Path, argv: Sequence[str], before: Mapping[str, str], specs: Sequence[str]
) -> None:
    """Write into the history what conda would."""
    was, now = set(before.values()), set(_state(prefix).values())
    lines = [
        f"==> {datetime.now(UTC):%Y-%m-%d %H:%M:%S} <==",
        f"# cmd: {' '.join(argv)}",
        f"# conda version: {CONDA_VERSION}",
        *(f"-{line}" for line in sorted(was - now)),
        *(f"+{line}" for line in sorted(now - was)),
        f"# update specs: {[_as_asked(spec) for spec in specs]}",
    ]
    with (prefix / "conda-meta" / "history").open("a") as history:
        history.write("\n".join(lines) + "\n")


def _as_asked(spec: str) -> str:
    """Return a spec as conda's command line and history spell it."""
    name, version, build = [*spec.split(), "*", "*"][:3]
    name += version if version != "*" else ""
    return name if build == "*" else f"{name}[build={build}]"
