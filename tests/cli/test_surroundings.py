"""The command where what surrounds it is odd: encodings, pipes, full disks, empty and wrong words."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from environments import make_uv_venv
from job_world import World, ended
from jupyterlab_envcheck.cli import main
from jupyterlab_envcheck.jobs import jobs

ENVCHECK = [sys.executable, "-m", "jupyterlab_envcheck"]


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty uv venv, in which one thing is to be told: it has no pip."""
    return make_uv_venv(tmp_path_factory.mktemp("odd") / "bare").parents[1]


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    """A venv whose Python is gone from a folder that is there."""
    home, proj = tmp_path / "usr" / "bin", tmp_path / "proj"
    home.mkdir(parents=True)
    (home / "python3").touch()
    (proj / "bin").mkdir(parents=True)
    (proj / "pyvenv.cfg").write_text(f"home = {home}\nversion = 3.10.4\n")
    (proj / "bin" / "python").symlink_to(home / "python3.10")
    return proj


def envcheck(*words: str, **variables: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [*ENVCHECK, *words],
        check=False,
        capture_output=True,
        timeout=60,
        env={**os.environ, **variables},
    )


@pytest.mark.parametrize("encoding", ["cp1252", "ascii", "latin-1"])
def test_report_in_an_encoding_that_lacks_its_signs(broken: Path, encoding: str) -> None:
    done = envcheck(str(broken), PYTHONIOENCODING=encoding)
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"? The Python that proj was made from is gone" in done.stdout


@pytest.mark.parametrize("form", ["--json", "--only=installing"])
def test_report_whose_reader_goes_away(bare: Path, form: str) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    try:
        done = subprocess.run(
            [*ENVCHECK, str(bare), form],
            check=False,
            stdout=writing,
            stderr=subprocess.PIPE,
            timeout=60,
        )
    finally:
        os.close(writing)
    assert (done.returncode, done.stderr) == (0, b"")


def test_job_whose_reader_goes_away_is_followed_to_its_end(world: World) -> None:
    wheel = world.index.wheel("gamma", "1.0")
    held = world.index.hold(wheel.name)
    words = ["install", "gamma", "--target", str(world.prefix), "--yes"]
    with subprocess.Popen(
        [*ENVCHECK, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert held.reached.wait(60), process.communicate(timeout=60)
        process.stdout.close()
        held.release.set()
        assert process.wait(60) == 0
        assert process.stderr.read() == b""
    [job] = jobs()
    assert ended(job.id).state == "succeeded"


@pytest.mark.parametrize("form", ["--json", "--only=installing"])
def test_report_on_a_full_disk(bare: Path, form: str) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [*ENVCHECK, str(bare), form],
            check=False,
            stdout=full,
            stderr=subprocess.PIPE,
            timeout=60,
        )
    assert done.returncode == 2
    assert done.stderr.decode() == (
        "What was found could not be written: No space left on device.\n"
        "Make room there, or write to another place.\n"
    )


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("report", ""), "The name of the target is empty."),
        (("install", "alpha", "--target", " ", "--dry-run"), "The name of the target is empty."),
        (("undo", ""), "The id of the job is empty."),
        (("jobs", "", "--cancel"), "The id of the job is empty."),
    ],
)
def test_word_that_is_empty(
    words: tuple[str, ...], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """As a script's variable is that nobody set: it must not mean something else."""
    assert main(words) == 2
    assert capsys.readouterr().err.startswith(message)


@pytest.mark.parametrize(
    ("words", "message", "hint"),
    [
        (
            ("instal", "scipy"),
            "There is no command instal.",
            "Did you mean the command install? `jupyter envcheck --help` lists them.",
        ),
        (
            ("jobz",),
            "There is no kernelspec, Python or folder named jobz.",
            "Did you mean the command jobs? `jupyter kernelspec list` shows the kernelspecs.",
        ),
        (
            ("climat",),
            "There is no kernelspec, Python or folder named climat.",
            "`jupyter kernelspec list` shows the kernelspecs.",
        ),
        (("qqq", "scipy"), "There is no command qqq.", "`jupyter envcheck --help` lists them."),
        (
            ("a b.ipynb",),
            "a b.ipynb is a notebook; TARGET is a kernelspec, a Python or a folder.",
            "To look at a notebook's cells: jupyter envcheck --notebook 'a b.ipynb'",
        ),
    ],
)
def test_word_that_is_no_command(
    words: tuple[str, ...], message: str, hint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(words) == 2
    assert capsys.readouterr().err == f"{message}\n{hint}\n"


def test_json_where_nothing_could_be_looked_at(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["nosuch", "--json"]) == 2
    assert json.loads(capsys.readouterr().out) == {
        "failure": {
            "message": "There is no kernelspec, Python or folder named nosuch.",
            "reason": "unknown-kernelspec",
            "hint": "`jupyter kernelspec list` shows the kernelspecs.",
        }
    }


def test_undo_of_a_job_in_another_environment(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["undo", "0123abcd", "--target", "python3"])
    assert "JOB says which environment it is: give no --target" in capsys.readouterr().err


def test_only_what_was_found_once_and_is_not_any_more(
    bare: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(bare), "--only", "missing-import:numpy", "--strict", "error"]) == 0
    assert "Nothing is wrong here." in capsys.readouterr().out


def test_explain_a_findings_id(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "missing-import:sklearn"]) == 0
    assert "missing-import" in capsys.readouterr().out


@pytest.mark.parametrize("word", ["--strict=error", "--json"])
def test_environment_whose_python_is_gone_from_its_folder(
    broken: Path, word: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """As after an upgrade of the operating system: the folder is there, another Python in it."""
    assert main([str(broken), word]) == (1 if word == "--strict=error" else 0)
    assert "The Python that proj was made from is gone" in capsys.readouterr().out


def test_strict_where_no_python_answers(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Its packages are known by their files, and that none of them is wrong is no proof."""
    python = make_uv_venv(tmp_path / "proj")
    metadata = next(python.parents[1].glob("lib/python*/site-packages")) / "six-1.17.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: six\nVersion: 1.17.0\n")
    python.unlink()
    python.write_text("#!/bin/sh\necho hello\n")
    python.chmod(0o755)
    assert main([str(python.parents[1])]) == 0
    assert main([str(python.parents[1]), "--strict", "error"]) == 2
    assert "gave no answer" in capsys.readouterr().out


def test_program_that_is_no_python(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    program = tmp_path / "bin" / "python3"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\necho hello\n")
    program.chmod(0o755)
    assert main([str(program)]) == 2
    said = capsys.readouterr().out
    assert "It could not be looked at;" in said
    assert "Nothing wrong" not in said
    assert "Installs go to" not in said
