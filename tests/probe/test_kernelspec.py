"""Which Python a kernelspec starts, or that this cannot be told."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from jupyter_client.kernelspec import KernelSpec

from jupyterlab_envcheck.facts.text import clean
from jupyterlab_envcheck.probe.kernelspec import Start, is_python, start_of


def spec(*argv: str, language: str = "python", **more: Any) -> KernelSpec:
    return KernelSpec(argv=list(argv), display_name="x", language=language, **more)


def python_in(prefix: Path) -> str:
    """Make a prefix that has a Python, as far as files tell."""
    name = "python.exe" if os.name == "nt" else "bin/python"
    file = prefix / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.touch(mode=0o755)
    return str(file)


def refused(start: Start) -> str:
    assert start.python is None
    assert start.problem is not None
    assert start.problem.message.endswith(".")
    assert start.problem.hint.endswith(".")
    return start.problem.reason


def test_start_full_path() -> None:
    start = start_of(spec(sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"))
    assert start.python == sys.executable
    assert start.how == "the kernelspec's command"


@pytest.mark.parametrize("name", ["python", "python3", "python{}.{}".format(*sys.version_info)])
def test_start_bare_python_is_the_servers_own(name: str) -> None:
    start = start_of(spec(name, "-m", "ipykernel_launcher"))
    assert start.python == sys.executable
    assert "the server's own" in start.how


def test_start_other_python_on_path(tmp_path: Path) -> None:
    (tmp_path / "python2.6").touch(mode=0o755)
    start = start_of(spec("python2.6", env={"PATH": str(tmp_path)}))
    assert start.python == str(tmp_path / "python2.6")
    assert refused(start_of(spec("python2.5", env={"PATH": str(tmp_path)}))) == "not-found"


def test_start_usr_bin_env(tmp_path: Path) -> None:
    (tmp_path / "python3").touch(mode=0o755)
    start = start_of(spec("/usr/bin/env", "python3", "-m", "x", env={"PATH": str(tmp_path)}))
    assert start.python == str(tmp_path / "python3")
    more = ("PATH=" + str(tmp_path), "A=1", "B=x=y")
    start = start_of(spec("/usr/bin/env", "-u", "C", *more, "python3", env={"C": "2"}))
    assert start.python == str(tmp_path / "python3")
    assert (start.env["A"], start.env["B"], start.env.get("C")) == ("1", "x=y", None)
    emptied = start_of(spec("env", "-i", "D=4", sys.executable))
    assert emptied.env == {"D": "4"}


def test_start_missing(tmp_path: Path) -> None:
    assert refused(start_of(spec(str(tmp_path / "python")))) == "not-found"


#: As nb_conda_kernels 2.5 makes it of an environment's own kernel.json, but for the folders.
NB_CONDA_KERNELS = """
{
 "argv": ["python", "-m", "nb_conda_kernels.runner", "/opt/conda", "PREFIX",
          "PREFIX/bin/python", "-m", "ipykernel_launcher", "-f", "{connection_file}"],
 "display_name": "Python [conda env:stats]",
 "language": "python",
 "metadata": {"debugger": true, "conda_env_name": "stats", "conda_env_path": "PREFIX",
              "conda_language": "Python", "conda_raw_kernel_name": "python3",
              "conda_is_base_environment": false, "conda_is_currently_running": false}
}
"""


def test_start_nb_conda_kernels(tmp_path: Path) -> None:
    python = python_in(tmp_path)
    text = NB_CONDA_KERNELS.replace("PREFIX", str(tmp_path))
    start = start_of(KernelSpec(**json.loads(text)))
    assert start.python == python
    assert start.how == "the environment given to nb_conda_kernels"
    assert start.env["CONDA_PREFIX"] == str(tmp_path)
    bare = (sys.executable, "-m", "nb_conda_kernels.runner", "/base", str(tmp_path), "python")
    assert start_of(spec(*bare)).python == python


def test_start_nb_conda_kernels_in_doubt(tmp_path: Path) -> None:
    python_in(tmp_path / "one")
    other = python_in(tmp_path / "two")
    metadata = {"conda_env_path": str(tmp_path / "one")}
    argv = ("python", "-m", "nb_conda_kernels.runner", "/base", str(tmp_path / "two"), "python")
    assert refused(start_of(spec(*argv, metadata=metadata))) == "unclear"
    assert refused(start_of(spec(other, "-m", "ipykernel", metadata=metadata))) == "unclear"
    assert refused(start_of(spec(*argv[:4]))) == "unclear"
    assert refused(start_of(spec(*argv[:4], str(tmp_path / "gone"), "python"))) == "not-found"


@pytest.mark.parametrize(
    "words",
    [
        ["run", "-p", "PREFIX", "python"],
        ["run", "--prefix", "PREFIX", "python"],
        ["run", "--prefix=PREFIX", "--no-capture-output", "python"],
        ["run", "-n", "stats", "python"],
        ["run", "--no-capture-output", "--live-stream", "--cwd", "/", "-n", "stats", "python"],
        ["--verbose", "run", "-nstats", "--", "python"],
        ["run", "-p", "PREFIX", "nice", "env", "A=1", "python"],
        ["run", "--name=stats", "python"],
    ],
)
@pytest.mark.parametrize("program", ["conda", "mamba", "micromamba"])
def test_start_conda_run(program: str, words: list[str], tmp_path: Path) -> None:
    python = python_in(tmp_path / "envs" / "stats")
    conda = tmp_path / "bin" / program
    conda.parent.mkdir()
    conda.touch(mode=0o755)
    prefix = str(tmp_path / "envs" / "stats")
    start = start_of(spec(str(conda), *[word.replace("PREFIX", prefix) for word in words]))
    assert start.python == python
    assert start.env["CONDA_PREFIX"] == prefix
    assert start.env["PATH"].startswith(f"{prefix}/bin:")


def test_start_conda_run_base_and_unknown(tmp_path: Path) -> None:
    python = python_in(tmp_path)
    conda = tmp_path / "bin" / "conda"
    conda.touch(mode=0o755)
    assert start_of(spec(str(conda), "run", "-n", "base", "python")).python == python
    assert refused(start_of(spec(str(conda), "run", "-n", "gone", "python"))) == "not-found"
    assert refused(start_of(spec(str(conda), "run", "python"))) == "unclear"
    assert refused(start_of(spec(str(conda), "run", "-n", "../x", "python"))) == "unclear"
    assert refused(start_of(spec(str(conda), "run", "-n", "base", "jupyter"))) == "unclear"
    start = start_of(spec(str(conda), "run", "-n", "base", sys.executable))
    assert (start.python, start.how) == (sys.executable, "the kernelspec's command")


def test_start_conda_run_of_one_name_in_two_places(tmp_path: Path) -> None:
    python_in(tmp_path / "conda" / "envs" / "stats")
    python_in(tmp_path / "more" / "stats")
    argv = (str(tmp_path / "conda" / "bin" / "conda"), "run", "-n", "stats", "python")
    start = start_of(spec(*argv, env={"CONDA_ENVS_DIRS": str(tmp_path / "more")}))
    assert refused(start) == "unclear"
    assert start.problem is not None
    assert "more than one" in start.problem.message


@pytest.mark.parametrize(
    ("argv", "reason", "words"),
    [
        pytest.param(
            ["uv", "run", "--with", "ipykernel", "python", "-m", "x"],
            "unclear",
            "uv makes an environment for this kernel alone (--with)",
            id="uv-with",
        ),
        pytest.param(
            ["uv", "run", "python", "-m", "x"],
            "unclear",
            "uv run takes the project of the folder that the kernel starts in",
            id="uv-of-the-notebook's-folder",
        ),
        pytest.param(["uvx", "ipython"], "unclear", "uvx, which chooses", id="uvx"),
        pytest.param(["uv", "tool", "run", "x"], "unclear", "uv tool, which", id="uv-tool"),
        pytest.param(["uv", "run", "--new", "python"], "unclear", "--new", id="uv-new-option"),
        pytest.param(
            ["/opt/wrapper", sys.executable, "-m", "ipykernel"],
            "unclear",
            "/opt/wrapper, which chooses the Python itself",
            id="wrapper",
        ),
        pytest.param(["docker", "run", "image", "python"], "remote", "(docker)", id="docker"),
        pytest.param(["podman", "exec", "c", "python"], "remote", "(podman)", id="podman"),
        pytest.param(
            ["/usr/bin/apptainer", "exec", "i.sif", "python"],
            "remote",
            "in a container (apptainer)",
            id="apptainer",
        ),
        pytest.param(["singularity", "exec", "i", "python"], "remote", "container", id="sif"),
        pytest.param(["nice", "docker", "run", "i"], "remote", "container", id="nice-docker"),
        pytest.param(["bash", "-c", "exec docker run i"], "remote", "container", id="bash-docker"),
        pytest.param(["ssh", "host", "python"], "remote", "another machine", id="ssh"),
        pytest.param(["srun", "-p", "gpu", "python"], "remote", "another machine", id="srun"),
        pytest.param(
            [sys.executable, "-m", "remote_ikernel", "--interface", "sge"],
            "remote",
            "remote_ikernel puts it",
            id="remote_ikernel",
        ),
        pytest.param(
            ["python", "-m", "envkernel", "conda", "run", "/x", "--", "python"],
            "unclear",
            "envkernel",
            id="envkernel",
        ),
        pytest.param(["sudo", "-u", "eve", "python"], "unclear", "another user", id="sudo"),
        pytest.param(["hatch", "run", "python"], "unclear", "hatch", id="hatch"),
        pytest.param(["poetry", "run", "python"], "unclear", "poetry run takes", id="poetry"),
        pytest.param(["pixi", "run", "python"], "unclear", "pixi run takes", id="pixi"),
        pytest.param(["conda", "activate", "x"], "unclear", "conda activate", id="conda-activate"),
        pytest.param(
            ["cmd", "/c", "a.bat", "&&", "python"], "unclear", "a.bat && python", id="cmd"
        ),
        pytest.param(["nice", "-n", "5"], "unclear", "nice starts nothing", id="nice-alone"),
        pytest.param(["taskset", "-p", "1"], "unclear", "-p", id="taskset-of-a-process"),
        pytest.param(["venv/bin/python", "-m", "x"], "unclear", "venv/bin/python", id="relative"),
        pytest.param(["ipython", "kernel"], "unclear", "ipython", id="ipython"),
        pytest.param(["nice"] * 40 + ["python"], "unclear", "too often", id="forty-times-nice"),
        pytest.param(["python\0"], "unclear", "null character", id="null"),
        pytest.param([], "unclear", "names no command", id="empty"),
    ],
)
def test_start_says_unknown_rather_than_guess(argv: list[str], reason: str, words: str) -> None:
    start = start_of(spec(*argv))
    assert refused(start) == reason
    assert start.problem is not None
    assert words in start.problem.message


def test_start_of_a_provisioner() -> None:
    metadata = {"kernel_provisioner": {"provisioner_name": "pixi-kernel-provisioner"}}
    start = start_of(spec("python", "-m", "ipykernel_launcher", metadata=metadata))
    assert refused(start) == "unclear"
    assert start.problem is not None
    assert "pixi-kernel-provisioner" in start.problem.message
    metadata = {"kernel_provisioner": {"provisioner_name": "local-provisioner"}}
    assert start_of(spec("python", metadata=metadata)).python == sys.executable


@pytest.mark.parametrize(
    "wrapper",
    [
        ["env"],
        ["/usr/bin/env", "-i"],
        ["env", "-u", "HOME", "A=1"],
        ["env", "--unset=HOME", "-C", "/"],
        ["env", "-S", "nice -n 5"],
        ["nice"],
        ["nice", "-10"],
        ["nice", "-n", "10"],
        ["ionice", "-c3"],
        ["taskset", "-c", "0"],
        ["taskset", "0x1"],
        ["numactl", "--cpunodebind=0", "-m", "0"],
        ["stdbuf", "-oL"],
        ["timeout", "-s", "KILL", "5"],
        ["time", "-p"],
        ["nohup"],
        ["setsid", "-w"],
        ["nice", "env", "A=1", "timeout", "5"],
        ["bash", "-c", 'exec "$@"', "--"],
    ],
)
def test_start_behind_a_program_that_starts_it(wrapper: list[str]) -> None:
    start = start_of(spec(*wrapper, sys.executable, "-m", "ipykernel_launcher"))
    assert start.python == sys.executable, start.problem


def test_start_placeholders(tmp_path: Path) -> None:
    inside = os.path.relpath(sys.executable, sys.prefix)
    assert start_of(spec("{prefix}/" + inside)).python == f"{sys.prefix}/{inside}"
    python = python_in(tmp_path)
    start = start_of(spec("{resource_dir}/bin/python", resource_dir=str(tmp_path)))
    assert start.python == python
    assert refused(start_of(spec("{connection_file}"))) == "unclear"


def test_start_shim_that_chooses(tmp_path: Path) -> None:
    """As pyenv and mise put them on PATH."""
    shims = tmp_path / "shims"
    shims.mkdir()
    script = shims / "python3.12"
    script.write_text("#!/bin/sh\nexec pyenv exec python3.12\n")
    script.chmod(0o755)
    (shims / "mise").touch(mode=0o755)
    (shims / "python3.13").symlink_to("mise")
    for name in ("python3.12", "python3.13"):
        for argv0 in ("/usr/bin/env", "nice"):
            assert refused(start_of(spec(argv0, name, env={"PATH": str(shims)}))) == "unclear"
        assert refused(start_of(spec(str(shims / name)))) == "unclear"


def test_start_script_in_the_place_of_a_python(tmp_path: Path) -> None:
    """Named in full it is what somebody wants to be asked; found on PATH it may be a shim."""
    script = tmp_path / "python"
    script.write_text('#!/bin/sh\nmodule load x; exec /opt/python/bin/python "$@"\n')
    script.chmod(0o755)
    assert start_of(spec(str(script))).python == str(script)
    assert refused(start_of(spec("env", "python", env={"PATH": str(tmp_path)}))) == "unclear"


def test_start_path_entries_of_the_notebooks_folder_do_not_count(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    python_in(tmp_path)
    monkeypatch.chdir(tmp_path)
    assert refused(start_of(spec("env", "python", env={"PATH": "bin:."}))) == "not-found"


def test_start_other_language() -> None:
    assert refused(start_of(spec("R", "--slave", language="R"))) == "not-python"


def test_start_environment_templates(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ROOT_OF_IT", "/r")
    env = {"A": "${ROOT_OF_IT}/lib", "B": "$unknown ${", "ROOT_OF_IT": "mine"}
    start = start_of(spec(sys.executable, env=env))
    assert start.env["A"] == "/r/lib"
    assert start.env["B"] == "$unknown ${"
    assert start.env["ROOT_OF_IT"] == "mine"
    assert start.env["PATH"] == os.environ["PATH"]
    assert "/r/lib" not in repr(start), "an environment holds tokens"


json_values = st.recursive(
    st.none() | st.integers() | st.text(max_size=12),
    lambda c: st.lists(c, max_size=3) | st.dictionaries(st.text(max_size=8), c, max_size=3),
)
WORDS = (
    "conda run -n -p --name= --prefix=/ -- env -i -u -S A=1 PATH=/usr/bin python python3 uv --project"
    " --no-project --active --with / /tmp pixi --manifest-path poetry -C pdm nice -5 taskset -c bash"
    " -lc sh nb_conda_kernels.runner -m time timeout 5 cmd /c {prefix} {prefix}/bin/python"
    " docker cd"
)
PIECES = (
    "source|. |activate|exec |python|&&|;|\n| |'|\"|$PATH|$HOME/|~/|export A=|PATH=|/bin|$(|)|"
    'conda activate x|module load y|cd /|"$@"|\\|>|2>&1|#|{|}|eval hook'
)
words = st.sampled_from(WORDS.split())
texts = st.lists(st.sampled_from(PIECES.split("|")) | st.text(max_size=4), max_size=12).map("".join)


@given(
    argv=st.lists(words | st.text(max_size=8), max_size=10)
    | texts.map(lambda text: ["bash", "-c", text, "0", "/usr/bin/python3"])
    | json_values,
    env=json_values | st.fixed_dictionaries({"PATH": st.text(), "VIRTUAL_ENV": st.text()}),
    metadata=json_values | st.fixed_dictionaries({"conda_env_path": json_values}),
    language=st.sampled_from(["python", "", "R"]) | st.none(),
)
@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_start_any_kernelspec(
    argv: object, env: object, metadata: object, language: object
) -> None:
    one = SimpleNamespace(
        argv=argv, env=env, metadata=metadata, language=language, display_name="x"
    )
    start = start_of(one)
    assert (start.python is None) == (start.problem is not None)
    assert start.python is None or os.path.isfile(start.python)
    assert start.python is None or os.path.isabs(start.python)
    told = [start.how, *(start.problem.args if start.problem is not None else ())]
    assert all(text == clean(text) and "\0" not in text for text in told)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/x/bin/python3.13t", True),
        ("C:\\x\\python.exe", True),
        ("C:\\x\\pythonw.exe", True),
        ("pypy3.9", True),
        ("/x/python-wrapper", False),
        ("/x/ipython", False),
        ("/x/bash", False),
        ("", False),
    ],
)
def test_is_python(path: str, expected: bool) -> None:  # noqa: FBT001
    assert is_python(path) is expected
