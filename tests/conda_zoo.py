"""What befalls conda environments: done to them as it happens, or by hand where nobody does it."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import uv

from conda_channel import OLD_SIX, channels
from conda_world import conda_install, make_conda_env, record_file, records, rewrite_record

#: Secrets that people leave where conda keeps them for good.
SECRETS = ("hunter2-of-the-history", "tk-1234-of-the-history", "hunter2-of-a-record", "tk-of-rc")


def old_six(prefix: Path) -> Path:
    """Make an environment with an old package in it, and pip; return its Python."""
    return make_conda_env(prefix, "python", "pip", f"six =={OLD_SIX}")


def pip_over_conda(prefix: Path, installer: str = "pip") -> None:
    """Have pip or uv put a newer six in the place of conda's."""
    python, wheel = str(prefix / "bin" / "python"), str(channels().wheel("six"))
    install = ["install", "--quiet", "--no-index", "--no-deps"]
    argv = [python, "-m", "pip", *install, "--root-user-action=ignore", wheel]
    if installer == "uv":
        argv = [uv.find_uv_bin(), "pip", *install, "--python", python, wheel]
    theirs = {k: v for k, v in os.environ.items() if not k.startswith(("PIP_", "UV_"))}
    subprocess.run(argv, check=True, env=theirs, cwd=prefix)


def conda_after_pip(prefix: Path) -> None:
    """Have conda change an environment that pip changed before."""
    pip_over_conda(prefix)
    conda_install(prefix, "threadpoolctl")


def cut_record(prefix: Path, name: str) -> Path:
    """Cut a record in half, as a full disk does."""
    file = record_file(prefix, name)
    content = file.read_bytes()
    file.write_bytes(content[: len(content) // 2])
    return file


def lose_file(prefix: Path, name: str) -> str:
    """Remove a module that a package brought; return it, as its record names it."""
    lost = next(file for file in records(prefix)[name]["files"] if file.endswith(".py"))
    (prefix / lost).unlink()
    return str(lost)


def mixed_channels(prefix: Path) -> Path:
    """Make an environment of two channels' packages; return its Python."""
    both = [channels().main, channels().forge]
    return make_conda_env(prefix, "python", "six", "packaging", "tornado", channels=both)


def with_blas(prefix: Path, variant: str) -> Path:
    """Make an environment with a variant of BLAS, openblas, mkl or netlib; return its Python.

    numpy, where there is one, is of a wheel and computes with an OpenBLAS of its own.
    """
    return make_conda_env(prefix, "python", "liblapack", "libcblas", f"libblas * *_{variant}")


def plant_secrets(prefix: Path, name: str) -> None:
    """Leave SECRETS where people leave them: a URL's password, a channel's token, a condarc."""
    password, token, of_record, of_rc = SECRETS
    private = f"https://somebody:{password}@conda.example/private"
    tokened = f"https://conda.example/t/{token}/private"
    with (prefix / "conda-meta" / "history").open("a") as history:
        history.write(
            "==> 2026-11-21 05:35:49 <==\n"
            f"# cmd: /opt/conda/bin/conda install -c {private} -c {tokened} {name}\n"
            "# conda version: 26.7.0\n"
            f"+{tokened}/noarch::{name}-9.9-0\n"
            f"# update specs: ['{private}::{name}', '{tokened}/noarch::{name}']\n"
        )
    channel = f"https://somebody:{of_record}@conda.example/t/{of_record}/private"
    file_name = records(prefix)[name]["fn"]
    rewrite_record(prefix, name, channel=f"{channel}/noarch", url=f"{channel}/noarch/{file_name}")
    (prefix / ".condarc").write_text(
        f"channels:\n  - https://conda.example/t/{of_rc}/private\n"
        f"  - https://somebody:{of_rc}@conda.example/other\n"
        f"pkgs_dirs:\n  - {prefix / 'pkgs'}\n"
    )


def pin(prefix: Path, *specs: str) -> None:
    """Pin packages."""
    (prefix / "conda-meta" / "pinned").write_text("# by hand\n" + "\n".join(specs) + "\n")


def freeze(prefix: Path, message: str | None = None) -> None:
    """Freeze an environment (CEP 22), with or without a message to who wants to change it."""
    text = "" if message is None else f'{{"message": "{message}"}}\n'
    (prefix / "conda-meta" / "frozen").write_text(text)
