"""`jupyter envcheck`, as typed in a terminal."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from environments import make_kernelspec, make_uv_venv
from jupyterlab_envcheck.cli import main


def envcheck(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "jupyterlab_envcheck", *words],
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The interpreter of an empty uv venv."""
    return make_uv_venv(tmp_path_factory.mktemp("bare") / "bare")


def test_report_on_a_prefix_names_the_environment(bare: Path) -> None:
    done = envcheck(str(bare.parents[1]))
    assert done.returncode == 0
    assert done.stdout.startswith("bare (uv venv) · Python 3.")
    assert "Installs go to bare (uv venv)." in done.stdout
    assert done.stderr == ""


def test_report_on_a_kernelspec(
    bare: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_kernelspec(tmp_path, "proj", bare)
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))
    assert json.loads(envcheck("proj", "--json").stdout)["facts"]["environment"]["value"][
        "prefix"
    ] == str(bare.parents[1])


def test_json_is_one_object_and_nothing_else(bare: Path) -> None:
    report = json.loads(envcheck(str(bare), "--json").stdout)
    assert report["schema_version"] == 1
    assert report["target"]["kind"] == "interpreter"


def test_piped_output_has_no_escape_codes(bare: Path) -> None:
    assert "\x1b" not in envcheck(str(bare)).stdout


def test_only_keeps_a_family(bare: Path) -> None:
    outcomes = json.loads(envcheck(str(bare), "--json", "--only", "installing").stdout)["outcomes"]
    assert {outcome["family"] for outcome in outcomes} == {"installing"}


def test_only_with_an_unknown_word_could_not_look(bare: Path) -> None:
    done = envcheck(str(bare), "--only", "nosuch")
    assert done.returncode == 2
    assert "There is no check or family named nosuch." in done.stderr


@pytest.mark.parametrize(("severity", "status"), [("info", 1), ("error", 0)])
def test_strict_ends_with_1_where_something_that_bad_is_found(
    bare: Path, severity: str, status: int
) -> None:
    # An empty uv venv has no pip, which is an information.
    assert envcheck(str(bare), f"--strict={severity}").returncode == status


@pytest.mark.parametrize("target", ["nosuch", "/nosuch/python"], ids=["no-kernelspec", "no-python"])
def test_target_that_does_not_exist_could_not_be_looked_at(target: str) -> None:
    done = envcheck(target)
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 2
    assert "Traceback" not in done.stderr


def test_target_that_is_no_python_could_not_be_looked_at(tmp_path: Path) -> None:
    done = envcheck(str(tmp_path))
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def test_file_named_like_the_default_kernelspec_is_not_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trap = tmp_path / "python3"
    trap.write_text(f"#!/bin/sh\ntouch {tmp_path}/was-run\n")
    trap.chmod(0o755)
    monkeypatch.chdir(tmp_path)
    envcheck()
    envcheck("python3")
    assert not (tmp_path / "was-run").exists()


@pytest.mark.parametrize("word", ["x" * 300, "x" * 5000 + "/y"], ids=["name", "path"])
def test_target_that_is_too_long_for_a_file_name_is_a_sentence(word: str) -> None:
    done = envcheck(word)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("text", ["{", "[1]", '{"argv": 3}', '{"argv": []}'])
def test_kernelspec_that_is_broken_is_a_sentence(
    text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "kernels/broken").mkdir(parents=True)
    (tmp_path / "kernels/broken/kernel.json").write_text(text)
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))
    done = envcheck("broken")
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def test_list_names_every_check(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["list"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 59


def test_explain_prints_the_documentation(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "missing-import"]) == 0
    assert capsys.readouterr().out.startswith("# missing-import\n")


@pytest.mark.parametrize("words", [["explain", "nosuch"], ["guide", "nosuch"]])
def test_unknown_page_is_a_sentence_and_a_hint(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(words) == 2
    assert len(capsys.readouterr().err.splitlines()) == 2


def test_guide_lists_and_shows(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["guide"]) == 0
    assert "threads" in capsys.readouterr().out
    assert main(["guide", "threads"]) == 0
    assert "OPENBLAS_NUM_THREADS" in capsys.readouterr().out


def test_report_with_a_notebook(bare: Path, tmp_path: Path) -> None:
    notebook = tmp_path / "plot.ipynb"
    cell = {"cell_type": "code", "id": "c1", "source": ["import sklearn\n", "x = 1"]}
    text = {"cell_type": "markdown", "source": "import nothing"}
    notebook.write_text(json.dumps({"nbformat": 4, "cells": [text, cell]}), encoding="utf-8")
    report = json.loads(envcheck(str(bare), "--json", "--notebook", str(notebook)).stdout)
    told = report["facts"]["notebook"]["value"]
    assert [(one["name"], one["cell"]) for one in told["imports"]] == [("sklearn", "c1")]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (None, "cannot be read: No such file or directory.\nName a notebook file"),
        (b"\x00\xff", "is not a notebook of Jupyter's format 4.\nOpen it in JupyterLab"),
        (b'{"cells": 3}', "is not a notebook of Jupyter's format 4"),
        (b"[" * 100_000, "is not a notebook of Jupyter's format 4"),
    ],
    ids=["missing", "bytes", "shape", "deep"],
)
def test_report_with_what_is_no_notebook(
    bare: Path, tmp_path: Path, content: bytes | None, sentence: str
) -> None:
    file = tmp_path / "plot.ipynb"
    if content is not None:
        file.write_bytes(content)
    done = envcheck(str(bare), "--notebook", str(file))
    assert done.returncode == 2
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr


def test_help_loads_neither_probe_nor_jobs_nor_rich() -> None:
    code = (
        "import sys; from jupyterlab_envcheck.cli import main; main(['--help']);"
        "print([n for n in sys.modules if n.split('.')[0] in ('rich', 'psutil', 'msgspec')"
        " or n.startswith(('jupyterlab_envcheck.probe', 'jupyterlab_envcheck.jobs'))])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True, timeout=60
    )
    assert done.stdout.splitlines()[-1] == "[]"
