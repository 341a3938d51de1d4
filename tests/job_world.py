"""A world for plans and jobs: environments, an index of its own, and nothing of this machine's."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal
from uuid import uuid4

import psutil
import pytest
import uv

from jupyterlab_envcheck.facts import Interpreter, parse
from jupyterlab_envcheck.installers import parse_wish
from jupyterlab_envcheck.jobs import (
    ENDED,
    Job,
    Resolved,
    begin,
    history,
    proof,
    read,
    resolve,
    undo,
)
from jupyterlab_envcheck.plan import PlanTarget, Request, Wish
from jupyterlab_envcheck.probe import files
from jupyterlab_envcheck.probe.interpreter import ask
from make_facts import ENVIRONMENT
from package_index import PackageIndex

UV = uv.find_uv_bin()

WishOfSpecs = Literal["install", "remove", "update", "reinstall"]

#: Seconds within which a state must come; only a failing test waits that long.
PATIENCE = 60.0


@dataclass
class World:
    """One environment, and what can be asked for it."""

    python: str
    index: PackageIndex
    has_pip: bool
    installer: str = "auto"
    kind: str = "venv"
    environ: Mapping[str, str] | None = None  #: what its kernel is started with
    interpreter: Interpreter = field(init=False)

    def __post_init__(self) -> None:
        told = parse.interpreter(ask(self.python, env=self.environ), "a test")
        assert told is not None
        self.interpreter = told

    @property
    def prefix(self) -> Path:
        return Path(self.interpreter.prefix)

    @property
    def site_packages(self) -> Path:
        return Path(self.interpreter.site_packages[0])

    def installed(self) -> dict[str, str | None]:
        """Return name and version of what is there, but for pip."""
        found = proof.look(self.interpreter, os.environ).packages
        return {p.name: p.version for p in found if p.name not in ("pip", "setuptools")}

    def install(self, *specs: str, deps: bool = True) -> None:
        """Install from the index, by uv and without asking."""
        argv = [UV, "pip", "install", "--quiet", "--no-config", "--python", self.python, *specs]
        subprocess.run([*argv, *([] if deps else ["--no-deps"])], check=True)

    def request(self, *specs: str, kind: WishOfSpecs = "install", **facts: Any) -> Request:
        """Return a request with the facts as they are now."""
        environment = replace(
            ENVIRONMENT,
            kind=self.kind,
            name="proj",
            prefix=str(self.prefix),
            python=self.python,
            has_pip=self.has_pip,
        )
        request = Request(
            id=uuid4().hex,
            target=PlanTarget(prefix=str(self.prefix), python=self.python, name="proj"),
            wish=Wish(kind=kind, specs=parse_wish(kind, specs)),
            installer=self.installer,
            environment=environment,
            interpreter=self.interpreter,
            packages=proof.look(self.interpreter, os.environ).packages,
            fingerprint=files.fingerprint(str(self.prefix), self.interpreter.site_packages),
            shares_server=False,
            modules=(),
        )
        return replace(request, **facts)

    def resolve(self, *specs: str, **facts: Any) -> Resolved:
        """Return the plan for a wish."""
        return resolve(self.request(*specs, **facts))

    def job(self, resolved: Resolved, **options: Any) -> Job:
        """Carry a plan out and return its job when it has ended."""
        assert resolved.plan.failure is None, resolved.plan.failure
        assert resolved.plan.refusal is None, resolved.plan.refusal
        return ended(begin(resolved, **options))

    def imported(self, expression: str) -> str:
        """Return what a fresh Python says of `module.name`; it writes bytecode as kernels do."""
        module = expression.partition(".")[0]
        argv = [self.python, "-c", f"import {module}; print({expression})"]
        return subprocess.run(argv, check=True, capture_output=True, text=True).stdout.strip()

    def tidied(self, job_id: str) -> None:
        """Wait until the worker has counted and cleared what is kept, which it does at last."""
        pid = read(job_id).pid
        assert pid is not None
        pause, looks = threading.Event(), int(PATIENCE / 0.02)
        while psutil.pid_exists(pid):
            looks -= 1
            assert looks > 0
            pause.wait(0.02)


def leave_this_machine(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nothing of this machine's configuration, caches and jobs be seen; `folder` holds ours."""
    for name in list(os.environ):
        if name.startswith(("PIP_", "UV_", "CONDA_", "VIRTUAL_ENV")):
            monkeypatch.delenv(name)
    for name in ("HOME", "XDG_CONFIG_HOME", "XDG_CONFIG_DIRS", "XDG_CACHE_HOME"):
        monkeypatch.setenv(name, str(folder / name.lower()))
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(folder / "data"))
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_DISABLE_PIP_VERSION_CHECK", "1")


def look_only_at(index: PackageIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let pip and uv see one index alone."""
    monkeypatch.setenv("PIP_INDEX_URL", index.url)
    monkeypatch.setenv("UV_DEFAULT_INDEX", index.url)


def begin_unlocked(resolved: Resolved) -> str:
    """Begin as one does who looked at the lock a moment before it was taken."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(history, "is_locked", lambda _prefix: False)
        return begin(resolved)


def ended(job_id: str) -> Job:
    """Wait until a job has ended."""
    return awaited(job_id, lambda job: job.state in ENDED)


def awaited(job_id: str, is_so: Any) -> Job:
    """Wait until something is so of a job."""
    pause, looks = threading.Event(), int(PATIENCE / 0.02)
    for _ in range(looks):
        job = read(job_id)
        if is_so(job):
            return job
        pause.wait(0.02)
    raise AssertionError(f"{job.state}: {job}")


def taken_back(world: World, job: Job) -> Job:
    """Undo a job with the index stopped, and return the undo when it has ended."""
    world.index.status = 503
    try:
        return ended(undo(job.id))
    finally:
        world.index.status = 200


def again(resolved: Resolved) -> Resolved:
    """Return the same plan under another id, as if it had been made once more."""
    assert resolved.order is not None
    new = uuid4().hex
    argv = tuple(
        tuple(word.replace(resolved.plan.id, new) for word in line) for line in resolved.plan.argv
    )
    plan = replace(resolved.plan, id=new, argv=argv)
    return replace(resolved, plan=plan, order=replace(resolved.order, plan=plan))


def swap_argv(resolved: Resolved, *argv: str) -> Resolved:
    """Return the same plan, carried out by another command."""
    assert resolved.order is not None
    plan = replace(resolved.plan, argv=(argv,))
    return replace(resolved, plan=plan, order=replace(resolved.order, plan=plan))


def make_bare_venv(folder: Path, python: str = sys.executable) -> str:
    """Make an environment without pip; return its Python."""
    subprocess.run([UV, "venv", "--quiet", "--no-config", "-p", python, str(folder)], check=True)
    return str(folder / "bin" / "python")


def make_base(folder: Path) -> str:
    """Make a Python that is no venv, with its own site-packages; return its executable.

    It has its own prefix since it is a copy: Python looks for its library from where it lies.
    """
    version = f"python{sys.version_info[0]}.{sys.version_info[1]}"
    library = folder / "lib" / version
    (library / "site-packages").mkdir(parents=True)
    for entry in Path(sysconfig.get_path("stdlib")).iterdir():
        if entry.name not in ("site-packages", "EXTERNALLY-MANAGED"):
            (library / entry.name).symlink_to(entry)
    (folder / "bin").mkdir()
    real = Path(sys.executable).resolve()
    return str(shutil.copy2(real, folder / "bin" / version))


def give_pip(world: World, pip_venv: str) -> None:
    """Copy pip into an environment."""
    [source] = Path(pip_venv).parent.parent.glob("lib/py*/site-packages")
    for found in source.glob("pip*"):
        shutil.copytree(found, world.site_packages / found.name)
    world.has_pip = True


def make_pip_venv(folder: Path, python: str = sys.executable) -> str:
    """Make an environment with the pip that Python itself brings; return its Python."""
    subprocess.run([python, "-m", "venv", str(folder)], check=True)
    return str(folder / "bin" / "python")


def copy_venv(source: str, folder: Path) -> str:
    """Copy an environment, which is faster than making one with pip; return its Python."""
    shutil.copytree(Path(source).parent.parent, folder, symlinks=True)
    return str(folder / "bin" / "python")
