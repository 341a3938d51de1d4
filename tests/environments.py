"""Real environments for tests, made by uv from its cache, and kernelspecs for them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import uv

UV = uv.find_uv_bin()


def make_uv_venv(folder: Path, *packages: str, seed: bool = False) -> Path:
    """Make an environment with `packages` from the package registry; return its interpreter."""
    options = ["--seed"] if seed else []
    _run(UV, "venv", "--quiet", "--no-project", *options, "--python", sys.executable, str(folder))
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if packages:
        _run(UV, "pip", "install", "--quiet", "--python", str(python), *packages)
    return python


def make_kernelspec(jupyter_path: Path, name: str, python: Path, **env: str) -> None:
    """Write a kernelspec that starts ipykernel with `python`."""
    folder = jupyter_path / "kernels" / name
    folder.mkdir(parents=True, exist_ok=True)
    spec = {
        "argv": [str(python), "-m", "ipykernel_launcher", "-f", "{connection_file}"],
        "display_name": name,
        "language": "python",
        "env": env,
    }
    (folder / "kernel.json").write_text(json.dumps(spec), encoding="utf-8")


def site_packages(python: Path) -> Path:
    """Return where an interpreter's packages lie."""
    code = "import sysconfig; print(sysconfig.get_path('purelib'))"
    return Path(
        subprocess.run(
            [str(python), "-c", code], check=True, capture_output=True, text=True
        ).stdout.strip()
    )


def _run(*argv: str) -> None:
    subprocess.run(argv, check=True, cwd="/" if os.name == "posix" else None)
