"""`report --all`: every kernelspec beside the others."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from pathlib import Path

import jsonschema
import pytest

from environments import make_kernelspec
from job_world import leave_this_machine, make_bare_venv
from jupyterlab_envcheck import flow
from jupyterlab_envcheck.cli import kernelspecs, main
from jupyterlab_envcheck.probe import asking, cache, interpreter
from wire_schema import wire_schema


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The Python of the only environment that has kernelspecs, `one` and `two`."""
    leave_this_machine(tmp_path, monkeypatch)
    monkeypatch.setenv("HOME", str(tmp_path))
    cache.forget()
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "jupyter"))
    monkeypatch.setattr("jupyter_client.kernelspec.KernelSpecManager.ensure_native_kernel", False)
    monkeypatch.setattr("jupyter_core.paths.ENV_JUPYTER_PATH", [])
    monkeypatch.setattr("jupyter_core.paths.SYSTEM_JUPYTER_PATH", [])
    python = Path(make_bare_venv(tmp_path / "proj"))
    make_kernelspec(tmp_path / "jupyter", "one", python)
    make_kernelspec(tmp_path / "jupyter", "two", python)
    return python


def broken(folder: Path, text: str) -> None:
    kernel = folder / "jupyter/kernels/broken"
    kernel.mkdir(parents=True)
    (kernel / "kernel.json").write_text(text)


def test_all_in_one_environment_are_told_once(
    bare: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--all"]) == 0
    lines = [line.rstrip() for line in capsys.readouterr().out.splitlines()]
    assert lines[0] == "2 kernelspecs of 1 environment"
    assert lines[2].split() == ["Kernelspec", "Environment", "Python", "Found"]
    assert lines[3].startswith("one         proj (uv venv)")
    assert lines[-1] == "The same as for one."


def test_all_of_one_environment_share_the_probe(
    bare: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    both, ask = threading.Barrier(2), interpreter.ask

    def counting(python: str, **options: object) -> dict[str, object]:
        asked.append(python)
        return ask(python, **options)  # type: ignore[arg-type]

    def together(*words: object) -> object:
        both.wait(60)
        return question(*words)  # type: ignore[arg-type]

    question = cache.question
    monkeypatch.setattr(asking, "ask", counting)
    monkeypatch.setattr(cache, "question", together)
    found = kernelspecs.overview()
    assert [one.name for one in found.kernelspecs] == ["one", "two"]
    assert asked == [str(bare)]


def test_all_as_json_is_as_the_schema_says(
    bare: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken(tmp_path, "{")
    assert main(["--all", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    schema = json.loads(wire_schema())
    jsonschema.validate(told, {**schema, "$ref": "#/$defs/Overview"})
    assert [one["name"] for one in told["kernelspecs"]] == ["broken", "one", "two"]
    assert told["kernelspecs"][0]["report"] is None
    assert told["kernelspecs"][0]["failure"]["reason"] == "bad-kernelspec"
    assert told["kernelspecs"][1]["report"]["target"]["name"] == "one"
    assert told["kernelspecs"][1]["failure"] is None


def test_all_where_one_is_not_pythons(
    bare: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken(tmp_path, '{"argv": ["/bin/true"], "display_name": "True", "language": "true"}')
    assert main(["--all", "--only", "installing", "--strict", "error"]) == 0
    told = capsys.readouterr().out
    assert "broken ─" in told
    assert "Traceback" not in told


@pytest.mark.parametrize("severity", ["info", "warning"])
def test_all_strict(bare: Path, severity: str) -> None:
    # An empty uv venv has no pip, which is an information.
    assert main(["--all", "--json", "--strict", severity]) == (1 if severity == "info" else 0)


def test_all_where_one_hangs(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    forever = threading.Event()
    look = flow.report_on

    def hanging(subject: object, target: object, **options: object) -> object:
        if getattr(target, "name", "") == "one":
            forever.wait(60)
        return look(subject, target, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(kernelspecs, "report_on", hanging)
    try:
        one, two = kernelspecs.overview(limit=10.0).kernelspecs
    finally:
        forever.set()
    assert one.failure is not None
    assert one.failure.message == "Looking at it was not done after 10 seconds."
    assert two.report is not None


def test_command_ends_where_a_disk_hangs(bare: Path) -> None:
    code = (
        "import sys, time\n"
        "from jupyterlab_envcheck.cli import kernelspecs, main\n"
        "from jupyterlab_envcheck.probe import conda\n"
        "conda.read = lambda *_: time.sleep(600)\n"
        "kernelspecs.overview.__kwdefaults__['limit'] = 5.0\n"
        "sys.exit(main(['--all', '--markdown']))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], check=False, capture_output=True, text=True, timeout=60
    )
    assert "Looking at it was not done after 5 seconds." in done.stdout
    assert done.stderr == ""


def test_all_where_a_python_hangs(
    bare: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lame = tmp_path / "lame"
    (lame / "bin").mkdir(parents=True)
    (lame / "pyvenv.cfg").write_text("home = /nowhere\n")
    python = lame / "bin/python"
    python.write_text("#!/bin/sh\nexec sleep 600\n")
    python.chmod(0o755)
    make_kernelspec(tmp_path / "jupyter", "lame", python)
    look = flow.report_on
    monkeypatch.setattr(
        kernelspecs, "report_on", lambda *words, **options: look(*words, **options, timeout=2.0)
    )
    found, one, _ = kernelspecs.overview().kernelspecs
    assert one.report is not None
    assert found.name == "lame"
    assert found.report is not None
    assert "2 seconds" in found.report.facts.interpreter.why_unknown()


def test_all_with_no_kernelspec_could_not_look(
    tmp_path: Path, bare: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "nosuch"))
    assert main(["--all"]) == 2
    assert capsys.readouterr().out.startswith("0 kernelspecs")
    assert main(["--all", "--only", "threads"]) == 2
    assert "There is no kernelspec that could be looked at." in capsys.readouterr().err


def test_all_with_a_target_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["one", "--all"])
    assert ended.value.code == 2
    assert "--all is every kernelspec: name no TARGET" in capsys.readouterr().err


def test_all_redacted_tells_no_home(
    bare: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for form in ("--json", "--markdown"):
        assert main(["--all", "--redact", form]) == 0
        told = capsys.readouterr().out
        assert "~/proj" in told
        assert str(tmp_path) not in told
