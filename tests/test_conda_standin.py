"""The stand-in for conda answers as conda was recorded to, and our spelling gets through to it."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from conda_shelf import CHANNEL, DATA
from conda_standin import make_environment, make_root, make_standin
from jupyterlab_envcheck.installers import (
    Conda,
    CondaTool,
    PackagesNotFound,
    Reply,
    TermsNotAccepted,
)
from jupyterlab_envcheck.jobs.environment import built
from jupyterlab_envcheck.problems import Problem

TOOLS: tuple[CondaTool, ...] = ("conda", "mamba", "micromamba")


def run(argv: Sequence[str]) -> Reply:
    env = built(os.environ)  # as ours are: of some errors mamba tells only then
    ended = subprocess.run(argv, capture_output=True, text=True, check=False, timeout=60, env=env)
    return Reply(returncode=ended.returncode, output=ended.stdout, errors=ended.stderr)


def a_conda(folder: Path, tool: CondaTool = "conda", *, fails: str | None = None) -> Conda:
    program = make_standin(folder / "bin", tool, fails=fails)
    make_environment(folder / "proj", program)
    return Conda(
        tool=tool, program=(str(program),), prefix=str(folder / "proj"), channels=(CHANNEL,)
    )


def recorded(file: str, conda: Conda) -> object:
    text = (DATA / file).read_text()
    return json.loads(text.replace("/opt/conda/envs/proj", conda.prefix))


@pytest.mark.parametrize(
    ("specs", "file"),
    [
        (("threadpoolctl",), "install-dry-run-new.json"),
        (("six=1.17",), "install-dry-run-update.json"),
        (("libblas=*=*mkl",), "install-dry-run-blas-switch.json"),
        (("six=1.16",), "install-already-satisfied.json"),
        (("nosuchpackage",), "install-not-found.json"),
    ],
)
def test_dry_run_as_recorded(tmp_path: Path, specs: tuple[str, ...], file: str) -> None:
    conda = a_conda(tmp_path)
    said = json.loads(run(conda.dry_run("install", specs)).output)
    told = recorded(file, conda)
    assert isinstance(told, dict)
    assert {key: said[key] for key in told if key not in ("error", "exception_type")} == {
        key: told[key] for key in told if key not in ("error", "exception_type")
    }


def test_changes_as_recorded(tmp_path: Path) -> None:
    conda = a_conda(tmp_path)
    reply = run(conda.change("install", ["six=1.17", "threadpoolctl"]))
    assert json.loads(reply.output.rpartition("\0")[2]) == recorded("install.json", conda)
    assert conda.read(reply).linked == (
        "noarch/six-1.17.0-py_0",
        "noarch/threadpoolctl-3.8.0-py_0",
    )
    assert json.loads(run(conda.change("remove", ["threadpoolctl"])).output) == recorded(
        "remove.json", conda
    )
    written = (tmp_path / "proj" / "conda-meta" / "history").read_text().splitlines()
    told = (DATA / "conda-meta" / "history").read_text().splitlines()
    assert [line for line in written if line[:1] in "+-" or "specs" in line] == [
        line for line in told if line[:1] in "+-" or "specs" in line
    ][:-2]
    files = {file.name for file in (tmp_path / "proj" / "lib").rglob("*")}
    assert "six-1.17.0.dist-info" in files
    assert "threadpoolctl.py" not in files


@pytest.mark.parametrize("tool", TOOLS)
def test_each_tool_updates_reinstalls_creates_and_removes(tmp_path: Path, tool: CondaTool) -> None:
    conda = a_conda(tmp_path, tool)
    assert conda.read(run(conda.dry_run("update", ["six"]))).linked == ("noarch/six-1.17.0-py_0",)
    assert conda.read(run(conda.dry_run("update", ["numpy"]))).linked == ()
    again = conda.read(run(conda.dry_run("install", ["six=1.16.0=py_0"], alone=True)))
    assert again.linked == again.unlinked == ("noarch/six-1.16.0-py_0",)
    gone = conda.read(run(conda.change("remove", ["python"])))
    assert gone.unlinked == (
        "linux-64/python-3.11.7-h0_cpython",
        "noarch/numpy-2.4.6-py_0",
        "noarch/six-1.16.0-py_0",
    )
    new = Conda(tool=tool, program=conda.program, prefix=str(tmp_path / "new"), channels=(CHANNEL,))
    made = new.read(run(new.change("create", ["python=3.11", "six"])))
    assert made.linked == ("linux-64/python-3.11.7-h0_cpython", "noarch/six-1.17.0-py_0")
    assert (tmp_path / "new" / "conda-meta" / "history").is_file()


@pytest.mark.parametrize("tool", TOOLS)
def test_each_tool_tells_why_not(tmp_path: Path, tool: CondaTool) -> None:
    conda = a_conda(tmp_path, tool)
    with pytest.raises(PackagesNotFound) as missing:
        conda.read(run(conda.dry_run("install", ["nosuchpackage"])))
    assert missing.value.packages == ("nosuchpackage",)
    with pytest.raises(Problem) as both:
        conda.read(run(conda.dry_run("install", ["libblas=*=*mkl", "libblas=*=*openblas"])))
    assert both.value.reason == "conflict"
    far = Conda(
        tool=tool,
        program=conda.program,
        prefix=conda.prefix,
        channels=("http://127.0.0.1:9/nochannel",),
    )
    with pytest.raises(Problem) as unreachable:
        far.read(run(far.dry_run("install", ["six"])))
    assert unreachable.value.message == (
        "The channel http://127.0.0.1:9/nochannel could not be reached."
    )
    lost = Conda(tool=tool, program=conda.program, prefix=str(tmp_path / "no"))
    with pytest.raises(Problem) as nowhere:
        lost.read(run(lost.dry_run("install", ["six"])))
    assert nowhere.value.reason == "no-environment"


def test_failures_that_no_argument_makes(tmp_path: Path) -> None:
    conda = a_conda(tmp_path, fails="terms")
    with pytest.raises(TermsNotAccepted):
        conda.read(run(conda.dry_run("install", ["six"])))
    conda = a_conda(tmp_path / "second", fails="not-writable")
    with pytest.raises(Problem) as problem:
        conda.read(run(conda.change("install", ["six"])))
    assert problem.value.message == f"conda may not write to {conda.prefix}."


def test_option_that_a_tool_does_not_know(tmp_path: Path) -> None:
    conda = a_conda(tmp_path, "micromamba")
    argv = [*conda.dry_run("remove", ["six"]), "--override-channels"]
    problem = conda.explain(run(argv).errors)
    assert problem.reason == "too-old"


def test_root_that_is_known_for_one(tmp_path: Path) -> None:
    from jupyterlab_envcheck.probe.conda.root import is_root, root_around  # noqa: PLC0415

    program = make_root(tmp_path / "conda")
    assert is_root(str(tmp_path / "conda"))
    assert root_around(str(program)) == str(tmp_path / "conda")
