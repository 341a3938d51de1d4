"""What `bash -c` starts, as it is foretold, beside what bash really starts."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given, strategies as st
from jupyter_client.kernelspec import KernelSpec

from environments import make_uv_venv
from jupyterlab_envcheck.probe.kernelspec import Start, start_of

pytestmark = pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash here")

SHOW = """-c 'import sys; print(sys.executable)'"""


@pytest.fixture(scope="module")
def venv(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("shells") / "my venv"
    make_uv_venv(folder)
    return folder


@pytest.fixture(scope="module")
def conda(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make what a conda is to `conda activate`, as far as files tell."""
    root = tmp_path_factory.mktemp("conda")
    for prefix in (root, root / "envs" / "stats"):
        (prefix / "bin").mkdir(parents=True)
        (prefix / "conda-meta").mkdir()
        (prefix / "bin" / "python").touch(mode=0o755)
    (root / "bin" / "activate").touch()
    (root / "bin" / "conda").touch(mode=0o755)
    return root


def foretold(text: str, *arguments: str, shell: str = "bash", flags: str = "-c") -> Start:
    argv = [shell, flags, text, *arguments]
    return start_of(KernelSpec(argv=argv, language="python", display_name="x"))


def why(start: Start) -> str:
    assert start.python is None
    assert start.problem is not None
    assert start.problem.reason == "unclear"
    return start.problem.message


@pytest.mark.parametrize(
    "text",
    [
        "exec 'VENV/bin/python' SHOW",
        "'VENV'/bin/python SHOW",
        'source "VENV/bin/activate" && python SHOW',
        ". 'VENV/bin/activate'; exec python SHOW",
        "source 'VENV/bin/activate'\npython SHOW\n",
        ". 'VENV/bin/activate' >/dev/null 2>&1 && exec python SHOW 2>/dev/null",
        "cd 'VENV' && ./bin/python SHOW",
        "cd 'VENV'; cd bin && . ./activate && python SHOW",
        "export PATH='VENV/bin':$PATH; exec python SHOW",
        'export PATH="VENV/bin:$PATH" A="b && c"; exec python SHOW',
        "PATH='VENV/bin':/usr/bin python SHOW",
        "PATH='VENV/bin':/usr/bin true; SERVER SHOW",
        'V="VENV"; "$V/bin/python" SHOW',
        'V="VENV"; exec "${V}"/bin/python SHOW',
        "set -eu; umask 022; ulimit -c 0; source 'VENV/bin/activate'; exec nice -n 1 python SHOW",
        "exec env -u A 'VENV/bin/python' SHOW",
        "exec 2>/dev/null; exec 'VENV/bin/python' SHOW",
        "export HOME='VENV'; exec ~/bin/python SHOW",
        "source 'VENV/bin/activate'; exec SERVER SHOW",
    ],
)
@pytest.mark.parametrize("shell", ["bash", "sh"])
def test_shell_starts_what_is_foretold(text: str, shell: str, venv: Path) -> None:
    text = text.replace("VENV", str(venv)).replace("SHOW", SHOW).replace("SERVER", sys.executable)
    if shell == "sh":  # dash has no `source`
        text = text.replace("source ", ". ")
    start = foretold(text, shell=shell)
    ran = subprocess.run([shell, "-c", text], capture_output=True, text=True, check=True)
    assert start.python is not None, start.problem
    assert os.path.realpath(Path(start.python).parent) == os.path.realpath(
        Path(ran.stdout.strip()).parent
    )
    assert start.problem is None


def test_shell_activation_is_told(venv: Path) -> None:
    start = foretold(f"source '{venv}/bin/activate' && python -m ipykernel")
    assert start.how == f"the environment that source '{venv}/bin/activate' activates"
    assert start.env["VIRTUAL_ENV"] == str(venv)
    start = foretold(f"source '{venv}/bin/activate' && {sys.executable} -m ipykernel")
    assert start.how == "the kernelspec's command"


@pytest.mark.parametrize(
    "text",
    [
        "source ROOT/bin/activate stats && python -m x",
        "source ROOT/bin/activate; conda activate stats && exec python",
        'eval "$(ROOT/bin/conda shell.bash hook)"; conda activate ROOT/envs/stats; python',
        ". ROOT/etc/profile.d/conda.sh && conda activate stats && python",
        "module load cuda && conda activate ROOT/envs/stats && python",
        "export CONDA_EXE=ROOT/bin/conda; conda activate stats; exec python",
        "exec ROOT/bin/conda run -n stats --no-capture-output python",
    ],
)
@pytest.mark.parametrize("flags", ["-c", "-lc", "-ec"])
def test_shell_conda(text: str, flags: str, conda: Path) -> None:
    start = foretold(text.replace("ROOT", str(conda)), flags=flags)
    assert start.python == str(conda / "envs" / "stats" / "bin" / "python"), start.problem
    assert start.env["CONDA_PREFIX"] == str(conda / "envs" / "stats")


def test_shell_conda_environment_that_is_gone(conda: Path) -> None:
    start = foretold(f"source {conda}/bin/activate gone && python")
    assert start.problem is not None
    assert start.problem.reason == "not-found"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("module load python/3.12; python -m x", "module load python/3.12"),
        ("module load conda; conda activate x && python", "module load conda"),
        ("source ~/.bashrc && python", "source ~/.bashrc"),
        ('eval "$(pyenv init -)" && python', 'eval "$(pyenv init -)"'),
        ('eval "$X"; python', 'eval "$X"'),
        ("export PATH=$(cat x); python", "cat x"),
        ("export PATH=~/bin:$PATH; python", "PATH=~/bin:$PATH"),
        ("$PYTHON -m x", "$PYTHON -m x"),
        ("$(which python) -m x", "which python"),
        ("`which python` -m x", "which python"),
        ("test -f x && python || python3", "test -f x"),
        ("if true; then python; fi", "if true"),
        ("alias python=/x/python; python", "alias python"),
        ("python() { /x/python; }; python", "python()"),
        ("function python { /x/python; }; python", "function python"),
        ("set -- /x/python; exec $1", "set -- /x/python"),
        ("./start.sh; python", "./start.sh"),
        ("my-activate && /usr/bin/env python", "my-activate"),
        ("python & wait", "python & wait"),
        ("cat <<< x; python", "cat"),
        ("'unfinished", "'unfinished"),
        ("# python", "# python"),
        ("jupyter kernel", "jupyter"),
        ("venv/bin/python", "venv/bin/python"),
        ("", "nothing to run"),
        ("A=1", "starts nothing"),
    ],
)
def test_shell_says_unknown_rather_than_guess(text: str, words: str) -> None:
    assert words in why(foretold(text))


def test_shell_start_up_files_set_the_path(venv: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "start-up files of bash (-lc)" in why(foretold("python", flags="-lc"))
    assert foretold(f"'{venv}/bin/python'", flags="-lc").python == f"{venv}/bin/python"
    assert "zsh's start-up files" in why(foretold("python3", shell="zsh"))  # noqa: S604 - its name
    assert foretold("/usr/bin/env bash -c 'exec sh'").python is None
    monkeypatch.setenv("BASH_ENV", "/x")
    assert "BASH_ENV" in why(foretold("python"))


def test_shell_functions_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", os.path.dirname(sys.executable))
    assert foretold("python3").python is not None
    monkeypatch.setenv("BASH_FUNC_python3%%", "() { /x/python; }")
    assert "python3" in why(foretold("python3"))


def test_shell_script_is_not_read() -> None:
    for argv in (["bash", "/x/start.sh"], ["sh"], ["bash", "-l"], ["zsh", "--new", "-c", "python"]):
        start = start_of(KernelSpec(argv=argv, language="python", display_name="x"))
        assert argv[0] in why(start)


def test_shell_moved_venv_activates_its_old_place(tmp_path: Path) -> None:
    make_uv_venv(tmp_path / "old")
    (tmp_path / "old").rename(tmp_path / "new")
    said = why(foretold(f"source {tmp_path}/new/bin/activate && python"))
    assert f"activates {tmp_path}/old instead" in said


@given(
    values=st.lists(st.text("ab c$\"'\\`*?~{},=:;&|<>()#\n", max_size=6), min_size=1, max_size=3)
)
def test_shell_any_quoted_words_are_one_word_each(values: list[str]) -> None:
    import shlex  # noqa: PLC0415

    text = f"exec {shlex.quote(sys.executable)} {shlex.join(values)}"
    assert foretold(text).python == sys.executable


@pytest.mark.parametrize(
    "text",
    [
        "export HF_TOKEN=s3cret; (exec python)",
        "export HF_TOKEN='a s3cret' X=$(cat y); exec python",
        "HF_TOKEN=s3cret weird; exec python",
        "export -n HF_TOKEN=s3cret; exec python",
        'HF_TOKEN="s3cret',
        "weird --api-key s3cret; exec python",
        "eval $(weird --token=s3cret); exec python",
        "eval $(weird --dbpassphrase s3cret); exec python",
    ],
)
def test_no_secret_of_a_text_is_told(text: str) -> None:
    assert "s3cret" not in why(foretold(text))


def test_path_of_a_text_is_told() -> None:
    assert "PATH=/opt/x/bin" in why(foretold("PATH=/opt/x/bin:$PATH weird; exec python"))


def test_text_without_end_is_not_read() -> None:
    began = time.monotonic()
    assert "cannot be told" in why(foretold("x" + "'a'" * 100_000))
    assert time.monotonic() - began < 1


def test_activate_that_is_a_pipe(tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    (tmp_path / "pyvenv.cfg").touch()
    os.mkfifo(tmp_path / "bin" / "activate")
    assert "activate" in why(foretold(f"source {tmp_path}/bin/activate; exec python"))
