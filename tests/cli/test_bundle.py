"""`bundle`: one file, and nothing private in it wherever it was planted."""

from __future__ import annotations

import io
import json
import os
import shlex
import stat
import sys
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings, strategies as st
from rich.console import Console

from command_line import Command as Envcheck
from environments import make_kernelspec
from golden_scenes import SCENES
from job_world import World, make_bare_venv
from jupyterlab_envcheck.cli import main
from jupyterlab_envcheck.cli.bundle import packed, tell, versions
from jupyterlab_envcheck.engine import Report
from jupyterlab_envcheck.facts.redaction import Redaction
from jupyterlab_envcheck.facts.secret import secret_values
from jupyterlab_envcheck.jobs import Job
from jupyterlab_envcheck.jobs.job import Line
from jupyterlab_envcheck.probe.identity import identity
from jupyterlab_envcheck.recommendations import Command, Evidence, Install
from jupyterlab_envcheck.render.bundle import bundle


def opened(file: Path) -> dict[str, str]:
    with zipfile.ZipFile(file) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name).decode() for name in archive.namelist()}


def write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)


def test_bundle_holds_report_jobs_and_what_is_not_known(
    world: World, envcheck: Envcheck, tmp_path: Path
) -> None:
    assert envcheck("install", "alpha", "--yes") == 0
    file = tmp_path / "issue.zip"
    assert envcheck.bare("bundle", str(world.prefix), "--file", str(file)) == 0
    held = opened(file)
    assert sorted(held) == [
        "envcheck/README.md",
        "envcheck/jobs.json",
        "envcheck/jobs.md",
        "envcheck/report.json",
        "envcheck/report.md",
        "envcheck/unknown.md",
        "envcheck/versions.json",
    ]
    readme = held.pop("envcheck/README.md")
    assert all(f"- `{name.removeprefix('envcheck/')}`: " in readme for name in held)
    assert "proj" in held["envcheck/report.md"]
    assert "- process: no kernel is running" in held["envcheck/unknown.md"]
    assert "jupyterlab" in json.loads(held["envcheck/versions.json"])
    [job] = json.loads(held["envcheck/jobs.json"])
    assert job["lines"]
    assert "Install alpha into proj" in held["envcheck/jobs.md"]
    assert str(file) in envcheck.out


def test_bundle_of_all_tells_of_a_kernelspec_that_is_broken(
    world: World, envcheck: Envcheck, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "jupyter"))
    monkeypatch.setenv("HOME", str(tmp_path))
    make_kernelspec(tmp_path / "jupyter", "one", Path(world.python))
    write(tmp_path / "jupyter/kernels/broken/kernel.json", "{")
    file = tmp_path / "issue.zip"
    assert envcheck.bare("bundle", "--all", "--file", str(file)) == 0
    held = opened(file)
    names = [one["name"] for one in json.loads(held["envcheck/report.json"])["kernelspecs"]]
    assert {"broken", "one"} <= set(names)
    assert "## broken\n\nThe kernelspec broken cannot be read: " in held["envcheck/unknown.md"]
    assert "| one | proj (uv venv) |" in held["envcheck/report.md"]


def test_bundle_is_for_its_owner_alone(world: World, envcheck: Envcheck, tmp_path: Path) -> None:
    file = tmp_path / "issue.zip"
    before = os.umask(0)
    try:
        assert envcheck.bare("bundle", str(world.prefix), "--file", str(file)) == 0
    finally:
        os.umask(before)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("system", "words"),
    [("linux", "Written, for you alone to read (1 kB):"), ("win32", "Written (1 kB):")],
)
def test_bundle_is_said_to_be_for_its_owner_alone_where_it_is(
    system: str, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    console = Console(file=io.StringIO())
    monkeypatch.setattr(sys, "platform", system)
    tell((), "x.zip", 5, console)
    assert isinstance(console.file, io.StringIO)
    assert console.file.getvalue().startswith(f"{words}\n")


def test_bundle_replaces_no_file(world: World, envcheck: Envcheck, tmp_path: Path) -> None:
    file = tmp_path / "issue.zip"
    file.write_text("mine")
    assert envcheck.bare("bundle", str(world.prefix), "--file", str(file)) == 2
    assert "already, and none is replaced" in envcheck.err
    assert file.read_text() == "mine"


def test_bundle_follows_no_link_to_a_file_that_is_not_there(
    world: World, envcheck: Envcheck, tmp_path: Path
) -> None:
    file = tmp_path / "issue.zip"
    file.symlink_to(tmp_path / "elsewhere")
    assert envcheck.bare("bundle", str(world.prefix), "--file", str(file)) == 2
    assert not (tmp_path / "elsewhere").exists()


def test_bundle_without_a_name_is_named_after_the_time(
    world: World, envcheck: Envcheck, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert envcheck.bare("bundle", str(world.prefix)) == 0
    [file] = tmp_path.glob("envcheck-*.zip")
    assert str(file) in envcheck.out


def test_bundle_in_a_folder_that_is_not_there(
    world: World, envcheck: Envcheck, tmp_path: Path
) -> None:
    assert envcheck.bare("bundle", str(world.prefix), "--file", str(tmp_path / "no/x.zip")) == 2
    assert "cannot be written: No such file or directory." in envcheck.err


def test_bundle_holds_no_secret_that_is_planted(
    world: World, envcheck: Envcheck, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each in its own place; all of them said once more by an installer, with nothing around."""
    assert envcheck("install", "alpha", "--yes") == 0
    home = tmp_path / "ada_lovelace"
    planted = [f"plant3d-{n:02}-zq" for n in range(9)]
    index, uv, conda, token, netrc, kernel, variable, hidden, server = planted
    write(home / ".config/pip/pip.conf", f"[global]\nextra-index-url = https://a:{index}@x/s\n")
    write(home / ".config/uv/uv.toml", f'[[index]]\nurl = "https://a:{uv}@x/s"\n')
    write(
        home / ".condarc", f"channels:\n  - https://a:{conda}@x/main\n  - https://x/t/{token}/m\n"
    )
    write(home / ".netrc", f"machine x login ada password {netrc}\n")
    write(home / ".jupyter/jupyter_server_config.json", f'{{"A": {{"token": "{server}"}}}}')
    make_kernelspec(tmp_path / "jupyter", "k", Path(world.python), DB_PASSWORD=kernel)
    for name, value in {
        "HOME": str(home),
        "USER": "ada_lovelace",
        "HOSTNAME": "engine-7_x.example.org",
        "JUPYTER_PATH": str(tmp_path / "jupyter"),
        "JUPYTER_CONFIG_DIR": str(home / ".jupyter"),
        "CORP_API_TOKEN": variable,
        "DATABASE_URL": f"postgres://ada:{hidden}@db/x",
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("XDG_CONFIG_HOME")
    log = next(iter(Path(os.environ["JUPYTER_DATA_DIR"]).glob("envcheck/jobs/*/log.jsonl")))
    said = [*planted, f"of ada_lovelace at engine-7_x in {home}/x"]
    log.write_text("".join(json.dumps({"n": n, "text": t}) + "\n" for n, t in enumerate(said, 1)))
    file = tmp_path / "issue.zip"
    assert envcheck.bare("bundle", "k", "--file", str(file)) == 0
    held = opened(file)
    for name, text in held.items():
        for secret in planted:
            assert secret not in text, name
        assert "ada_lovelace" not in text, name
        assert r"ada\_lovelace" not in text, name
        assert "engine-7" not in text, name
    assert "    ****" in held["envcheck/jobs.md"]
    assert "    of USER at HOST in ~/x" in held["envcheck/jobs.md"]


@pytest.mark.parametrize("form", [(), ("--json",), ("--markdown",)])
def test_secret_of_the_environments_own_settings_is_in_no_redacted_report(
    world: World, envcheck: Envcheck, tmp_path: Path, form: tuple[str, ...]
) -> None:
    prefix = tmp_path / "plant3d-zq"
    make_bare_venv(prefix)
    write(prefix / "pip.conf", "[global]\nindex-url = https://ada:plant3d-zq@x/s\n")
    assert envcheck.bare("report", str(prefix), *form) == 0
    assert "plant3d-zq" in envcheck.out
    assert envcheck.bare("report", str(prefix), "--redact", *form) == 0
    assert "plant3d" not in envcheck.out


VARIABLES = ("HF_TOKEN", "PGPASSWORD", "AWS_SECRET_ACCESS_KEY")
INSTALL = Install(title="Install", specs=(), commands=(), recommended=None)
PLACES = (
    "title",
    "why",
    "evidence",
    "path",
    "name",
    "unknown",
    "log",
    "argv",
    "warning",
    "failure",
)
SECRETS = st.text(
    st.characters(codec="utf-8", exclude_categories=["C", "Z"], include_characters=" "), min_size=6
).filter(lambda text: "*" not in text and text.strip() == text)


def planted(place: str, text: str) -> tuple[Report, Job]:
    """Return a report and a job in which a text stands in one place."""
    report, job = SCENES["report-problems"], SCENES["job-failed"]
    assert isinstance(report, Report)
    assert isinstance(job, Job)
    first, facts, plan = report.outcomes[0], report.facts, job.plan
    environment = facts.environment
    value = environment.value
    assert value is not None
    match place:
        case "title":
            first = replace(first, title=text, why=text)
        case "command":
            command = Command(manager="pip", argv=("pip", "install", text))
            first = replace(first, actions=(replace(INSTALL, commands=(command,)),))
        case "evidence":
            shown = Evidence(label=text, value=text, source=text)
            first = replace(first, evidence=(shown,))
        case "name":
            named = replace(value, name=text, prefix=f"/srv/{text}/proj")
            environment = replace(environment, value=named)
        case "unknown":
            environment = replace(environment, unknown={text: text})
        case "log":
            job = replace(job, lines=(Line(n=1, text=f"x{text}x"),))
        case "plan":
            plan = replace(plan, argv=(("pip", f"--index-url={text}"),), warnings=(text,))
        case _:
            assert job.failure is not None
            job = replace(job, failure=replace(job.failure, message=text, hint=text))
    return (
        replace(
            report,
            outcomes=(first, *report.outcomes[1:]),
            facts=replace(facts, environment=environment),
        ),
        replace(job, plan=plan),
    )


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.filter_too_much])
@example(place="command", name="HF_TOKEN", secret="quoted'by shells")  # noqa: S106
@example(place="title", name="HF_TOKEN", secret="marks_of+Markdown`s")  # noqa: S106
@given(place=st.sampled_from(PLACES), name=st.sampled_from(VARIABLES), secret=SECRETS)
def test_secret_that_is_known_is_in_no_file_of_a_bundle(place: str, name: str, secret: str) -> None:
    known = secret_values({name: secret})
    report, job = planted(place, secret)
    nobody = replace(identity({}), homes=(), users=(), hosts=(), secrets=known)
    files = bundle(report, [job], versions(), Redaction(nobody))
    report, job = planted(place, "")
    before = bundle(report, [job], versions(), Redaction(nobody))
    own = "".join(file.text for file in before)
    spellings = {secret, json.dumps(secret, ensure_ascii=False)[1:-1], shlex.quote(secret)}
    for file in files:
        for spelled in spellings:
            assert spelled not in file.text or spelled in own, file.name


def test_packed_files_come_out_as_they_went_in() -> None:
    report, job = planted("title", "x")
    nobody = Redaction(replace(identity({}), secrets=frozenset()))
    files = bundle(report, [job], versions(), nobody)
    with zipfile.ZipFile(io.BytesIO(packed(files))) as archive:
        for file in files:
            assert archive.read(f"envcheck/{file.name}").decode() == file.text.rstrip() + "\n"
        assert {one.external_attr >> 16 for one in archive.infolist()} == {0o600}


def test_bundle_help_names_its_options(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["bundle", "--help"])
    assert {"--all", "--file"} <= set(capsys.readouterr().out.split())
