"""Animals of conda's, mended by exactly the recommended action, as a plan and a job, and undone."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

import conda_channel
from conda_channel import OLD_SIX, channels
from conda_world import make_conda_env, record_file, records, rewrite_record
from conda_zoo import conda_after_pip, mixed_channels, old_six, pip_over_conda, with_blas
from job_world import ended, leave_this_machine
from jupyterlab_envcheck import flow
from jupyterlab_envcheck.engine import Report
from jupyterlab_envcheck.jobs import Job, begin, resolve, undo
from jupyterlab_envcheck.plan import Policy, Wish
from jupyterlab_envcheck.probe import conda
from jupyterlab_envcheck.recommendations import CreateEnvironment, Install, Outcome, Remove
from jupyterlab_envcheck.server.requests import ActionRequest, Whom
from jupyterlab_envcheck.server.wishes import of_action, wish_of
from named_conda import put_on_path

pytestmark = pytest.mark.skipif(
    conda_channel.why_not() is not None, reason=str(conda_channel.why_not())
)

MAIN, FORGE = "https://repo.anaconda.com/pkgs/main", "https://conda.anaconda.org/conda-forge"


@dataclass(frozen=True, kw_only=True)
class Animal:
    """Something broken, and what is said of it."""

    make: Callable[[Path], Path]
    outcome: str
    source: str = ""
    changed: frozenset[str]  #: names of conda's packages that differ afterwards


def clobbered(installer: str) -> Callable[[Path], Path]:
    def make(prefix: Path) -> Path:
        python = old_six(prefix)
        pip_over_conda(prefix, installer)
        return python

    return make


def clobbered_before_conda(prefix: Path) -> Path:
    python = old_six(prefix)
    conda_after_pip(prefix)
    return python


def in_two_minds(prefix: Path) -> Path:
    """Make an environment whose record of one BLAS package is that of another variant."""
    python = with_blas(prefix, "openblas")
    other = prefix.with_name("other")
    with_blas(other, "mkl")
    record_file(prefix, "liblapack").unlink()
    record = record_file(other, "liblapack")
    shutil.copy2(record, prefix / "conda-meta" / record.name)
    return python


ANIMALS = {
    "six of pip's over conda's": Animal(
        make=clobbered("pip"), outcome="conda-pip-clobber", changed=frozenset()
    ),
    "six of uv's over conda's": Animal(
        make=clobbered("uv"), outcome="conda-pip-clobber", changed=frozenset()
    ),
    "six of pip's over conda's, and a change of conda's since": Animal(
        make=clobbered_before_conda, outcome="conda-pip-clobber", changed=frozenset()
    ),
    "BLAS of two kinds": Animal(
        make=in_two_minds, outcome="conda-blas-variant", changed=frozenset({"liblapack"})
    ),
    "MKL that nothing needs": Animal(
        make=lambda prefix: with_blas(prefix, "mkl"),
        outcome="mkl-size-and-licence",
        changed=frozenset({"libblas", "libcblas", "liblapack", "libopenblas", "mkl"}),
    ),
    "an import that is missing": Animal(
        make=lambda prefix: make_conda_env(prefix, "python"),
        source="import packaging",
        outcome="missing-import:packaging",
        changed=frozenset({"packaging"}),
    ),
    "a %pip without pip": Animal(
        make=lambda prefix: make_conda_env(prefix, "python"),
        source="%pip install six",
        outcome="pip-missing",
        changed=frozenset({"pip"}),
    ),
}


@pytest.fixture(autouse=True)
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    leave_this_machine(tmp_path, monkeypatch)
    monkeypatch.setenv("RATTLER_CACHE_DIR", str(channels().cache))


def look(python: Path, source: str) -> Report:
    conda.forget()
    cells = [{"id": "c", "source": source}] if source else None
    return flow.report_on(*flow.find_target(str(python)), cells=cells)


def finding(report: Report, outcome: str) -> Outcome | None:
    found = (one for one in report.outcomes if one.id == outcome and one.status == "finding")
    return next(found, None)


def alarms(report: Report) -> set[str]:
    return {one.id for one in report.outcomes if one.severity in {"error", "warning"}}


def done(python: Path, report: Report, wish: Wish) -> Job:
    subject, _ = flow.find_target(str(python))
    request = flow.request_for(subject, report, wish, installer="auto", policy=Policy())
    resolved = resolve(request)
    assert (resolved.plan.failure, resolved.plan.refusal) == (None, None)
    job = ended(begin(resolved))
    assert job.state == "succeeded", (job.failure, job.verdict)
    return job


def recommended(outcome: Outcome) -> list[Wish]:
    """Return what the actions of a finding ask for, by the way that the panel asks for it."""
    whom = Whom(kernel=None, kernelspec="zoo")
    asked = (
        ActionRequest(report="", outcome=outcome.id, action=action.id)
        for action in outcome.actions
        if isinstance(action, Install | Remove)
    )
    return [wish_of(of_action(each, whom, (outcome,))) for each in asked]


def on_record(prefix: Path) -> dict[str, tuple[str, str]]:
    return {name: (record["version"], record["build"]) for name, record in records(prefix).items()}


@pytest.mark.parametrize("name", ANIMALS)
def test_mended_by_the_recommended_plan(name: str, tmp_path: Path) -> None:
    animal, prefix = ANIMALS[name], tmp_path / "zoo"
    python = animal.make(prefix)
    before, had = look(python, animal.source), on_record(prefix)
    told = finding(before, animal.outcome)
    assert told is not None
    job = done(python, before, recommended(told)[0])
    after, has = look(python, animal.source), on_record(prefix)
    severity = (again := finding(after, animal.outcome)) and again.severity
    assert severity in (None, "info"), again
    assert alarms(after) <= alarms(before) - {animal.outcome}
    assert {n for n in had | has if had.get(n) != has.get(n)} == animal.changed
    back = ended(undo(job.id))
    assert back.state == "succeeded", back.failure
    assert on_record(prefix) == had
    assert finding(look(python, animal.source), animal.outcome) is not None


def test_six_is_the_one_that_conda_has_on_record(tmp_path: Path) -> None:
    python = clobbered("pip")(tmp_path / "zoo")
    before = look(python, "")
    told = finding(before, "conda-pip-clobber")
    assert told is not None
    done(python, before, recommended(told)[0])
    packages = {p.name: p for p in look(python, "").facts.packages.value or ()}
    assert (packages["six"].version, packages["six"].installer) == (OLD_SIX, "conda")


def test_packages_of_two_channels_are_left_for_an_environment_of_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_on_path(tmp_path / "bin", monkeypatch)
    prefix = tmp_path / "zoo"
    python = mixed_channels(prefix)
    for package, record in records(prefix).items():
        real = MAIN if "pkgs/main" in record["channel"] else FORGE
        rewrite_record(prefix, package, channel=f"{real}/{record['subdir']}")
    before = look(python, "")
    told = finding(before, "defaults-channel-terms")
    assert told is not None
    (create,) = (a for a in told.actions if isinstance(a, CreateEnvironment))
    assert create.channels == ("conda-forge",)
    assert {"six", "packaging", "tornado"} == set(create.specs)
    asked = ActionRequest(report=before.id, outcome=told.id, action=create.id)
    wish = wish_of(of_action(asked, Whom(kernel=None, kernelspec="zoo"), before.outcomes))
    job = done(python, before, wish)
    assert job.lines[-1].text == "The kernel proj was started once: it answers."
    made = Path(job.plan.target.prefix)
    assert {"six", "packaging", "tornado", "ipykernel"} <= set(records(made))
    assert not any("pkgs/main" in record["channel"] for record in records(made).values())
    assert ended(undo(job.id)).state == "succeeded"
    assert not made.exists()
