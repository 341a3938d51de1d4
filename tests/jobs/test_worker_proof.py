"""What a job proves once its commands have run: an exit code is no proof."""

from __future__ import annotations

import zipfile
from dataclasses import replace

import pytest

from job_world import World, swap_argv
from jupyterlab_envcheck.jobs import (
    folders,
)
from jupyterlab_envcheck.plan import Restart
from package_index import make_wheel


def test_job_success_without_the_change(uv_world: World) -> None:
    """An exit code proves nothing."""
    uv_world.index.wheel("alpha", "1.0")
    resolved = swap_argv(uv_world.resolve("alpha"), uv_world.python, "-c", "print('Done!')")
    job = uv_world.job(resolved)
    assert job.state == "failed"
    assert job.failure is not None
    assert job.failure.reason == "unproved"
    assert job.verdict is not None
    assert not job.verdict.planned


def test_job_breaks_numpy(uv_world: World) -> None:
    uv_world.index.wheel("numpy", "1.0", files={"numpy.py": "__version__ = '1.0'\n"})
    uv_world.install("numpy")
    uv_world.index.wheel("numpy", "2.0", files={"numpy.py": "raise ImportError('no BLAS here')\n"})
    job = uv_world.job(uv_world.resolve("numpy>=2"))
    assert job.state == "failed"
    assert job.failure is not None
    assert job.failure.reason == "broken"
    assert "no BLAS here" in job.failure.message


def test_job_brings_a_numpy_that_does_not_import(uv_world: World) -> None:
    """Nothing that worked is broken by it: it is said, and the job did what was planned."""
    uv_world.index.wheel("numpy", "1.0", files={"numpy.py": "raise ImportError('no BLAS here')\n"})
    job = uv_world.job(uv_world.resolve("numpy"))
    assert job.state == "succeeded"
    assert "numpy does not import: ImportError: no BLAS here" in job.lines[-1].text


@pytest.mark.parametrize(
    ("version", "spelled"), [("2024.1.5", "2024.01.05"), ("1.0.0rc1", "1.0.0-rc.1")]
)
def test_job_version_that_its_makers_spell_in_their_own_way(
    either: World, version: str, spelled: str
) -> None:
    either.index.wheel("alpha", spelled)
    job = either.job(either.resolve(f"alpha=={version}"))
    assert job.failure is None
    assert job.state == "succeeded"


def test_job_whose_package_means_harm_by_its_requirements(either: World) -> None:
    """A thousand brackets make a parser give up; the job ends in a true state all the same."""
    index = either.index
    index.wheel("alpha", "1.0")
    resolved = either.resolve("alpha")
    bad = make_wheel(index.folder, "alpha", "1.0", requires=[f"x; {'(' * 900}"])
    with zipfile.ZipFile(bad) as archive:
        code = (
            f"__import__('zipfile').ZipFile({str(bad)!r}).extractall({str(either.site_packages)!r})"
        )
        assert any("METADATA" in name for name in archive.namelist())
    job = either.job(swap_argv(resolved, either.python, "-c", code))
    assert job.state == "succeeded"


def test_job_whose_proof_fails(uv_world: World) -> None:
    """A mistake of our own is named, too, and not taken for an interruption."""
    uv_world.index.wheel("alpha", "1.0")
    resolved = uv_world.resolve("alpha")
    assert resolved.order is not None
    interpreter = replace(uv_world.interpreter, markers=["no", "markers"])  # type: ignore[arg-type]
    job = uv_world.job(replace(resolved, order=replace(resolved.order, interpreter=interpreter)))
    assert job.state == "interrupted"  # what is there now is unknown
    assert job.failure is not None
    assert job.failure.reason == "unproved"
    assert "could not be looked at" in job.failure.message
    assert b"Traceback" in (folders.job(job.id) / "worker.txt").read_bytes()
    assert uv_world.installed() == {"alpha": "1.0"}


def test_job_restart_by_a_module_of_another_name(uv_world: World) -> None:
    """Which modules a package brought is read before its list of files goes."""
    uv_world.index.wheel("pillow", "1.0", files={"PIL/__init__.py": ""})
    uv_world.install("pillow")
    job = uv_world.job(uv_world.resolve("pillow", kind="remove", modules=("PIL",)))
    assert job.verdict is not None
    assert job.verdict.restart == Restart(needed=True, modules=("PIL",), gone=("PIL",))
