"""Makes what environments are known by, of empty files: no Python of them runs."""

from __future__ import annotations

from pathlib import Path


def environment(prefix: Path, *modules: str) -> Path:
    """Make a prefix with a Python and modules, as far as files tell; return its Python."""
    python = prefix / "bin/python"
    python.parent.mkdir(parents=True)
    python.touch(mode=0o755)
    site = prefix / "lib/python3.13/site-packages"
    site.mkdir(parents=True)
    for name in modules:
        (site / name).mkdir()
        (site / name / "__init__.py").touch()
    return python


def conda_environment(prefix: Path, *modules: str) -> Path:
    python = environment(prefix, *modules)
    (prefix / "conda-meta").mkdir()
    (prefix / "conda-meta/history").touch()
    return python


def base(prefix: Path) -> Path:
    """Make what a conda's root is known by; return its Python."""
    for folder in ("envs", "pkgs"):
        (prefix / folder).mkdir(parents=True)
    return conda_environment(prefix)
