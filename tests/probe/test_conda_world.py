"""The conda world of the tests is one: its environments run, and are what their records say."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest
from packaging.utils import canonicalize_name

import conda_world
import conda_zoo
from conda_channel import NEEDS_CHANNEL, OLD_SIX, channels, versions
from environments import make_kernelspec
from jupyterlab_envcheck import flow
from jupyterlab_envcheck.engine import Report
from jupyterlab_envcheck.facts import Conda
from jupyterlab_envcheck.probe.subject import subject_of_interpreter
from jupyterlab_envcheck.recommendations import Target
from live_kernels import Start

pytestmark = list(NEEDS_CHANNEL)


@pytest.fixture(autouse=True)
def no_conda_around(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take away what a conda of this machine put into the variables."""
    for name in os.environ:
        if name.startswith(("CONDA", "MAMBA", "_CONDA", "_CE_", "PIXI")):
            monkeypatch.delenv(name)


@pytest.fixture(scope="module")
def science(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the prefix of an environment as people make them; it is not to be changed."""
    prefix = tmp_path_factory.mktemp("conda") / "science"
    specs = ("python", "numpy", "ipykernel", "pip", "threadpoolctl", f"six =={OLD_SIX}")
    conda_world.make_conda_env(prefix, *specs, "libblas * *_mkl")
    return prefix


def run(prefix: Path, *argv: str) -> str:
    """Run the environment's Python, alone in its world, and return what it prints."""
    return subprocess.run(
        [str(prefix / "bin" / "python"), *argv],
        check=True,
        capture_output=True,
        text=True,
        cwd=prefix,
        env={"PATH": os.defpath, "HOME": str(prefix)},
    ).stdout


def report_on(prefix: Path) -> Report:
    python = str(prefix / "bin" / "python")
    subject = subject_of_interpreter(python)
    return flow.report_on(subject, Target(kind="interpreter", name=python))


def conda_of(prefix: Path) -> Conda:
    seen = report_on(prefix).facts.conda
    assert seen.value is not None, seen.unknown
    return seen.value


def dist_infos(files: list[str]) -> set[str]:
    return {part for file in files for part in Path(file).parts if part.endswith(".dist-info")}


def test_science_runs(science: Path) -> None:
    assert run(science, "-c", "import numpy; print(numpy.ones(3) @ numpy.ones(3))") == "3.0\n"
    told = "import sys, ssl, sqlite3, ctypes; print(sys.prefix, sys.base_prefix)"
    assert run(science, "-c", told) == f"{science} {science}\n"
    assert "No broken requirements" in run(science, "-m", "pip", "check")
    assert run(science, "bin/f2py", "-v") == f"{versions()['numpy']}\n"


def test_science_needs_nothing_compiled(science: Path) -> None:
    before = set(science.rglob("*.pyc"))
    run(science, "-m", "ipykernel", "--version")
    assert set(science.rglob("*.pyc")) == before


async def test_science_kernel(start_kernel: Start, jp_data_dir: Path, science: Path) -> None:
    make_kernelspec(jp_data_dir, "science", science / "bin" / "python")
    async with start_kernel("science") as person:
        await person.run("import sys, numpy")
        assert await person.value("(sys.prefix, numpy.__version__)") == (
            str(science),
            versions()["numpy"],
        )


def test_science_records_name_what_is_there(science: Path) -> None:
    records = conda_world.records(science)
    gone = [f for record in records.values() for f in record["files"] if not _is(science / f)]
    assert gone == []
    assert records["libblas"]["build"] == "5_hd7b6a1c_mkl"
    assert records["six"]["version"] == OLD_SIX
    assert records["six"]["requested_specs"] == [f"six =={OLD_SIX}"]
    assert dist_infos(records["numpy"]["files"]) == {f"numpy-{versions()['numpy']}.dist-info"}
    installers = science.glob("lib/python*/site-packages/*.dist-info/INSTALLER")
    assert {file.read_text() for file in installers} == {"conda\n"}


def _is(file: Path) -> bool:
    return file.exists() or file.is_symlink()


def test_science_history(science: Path) -> None:
    lines = (science / "conda-meta" / "history").read_text().splitlines()
    assert lines[0].startswith("==> 20")
    assert lines[1].startswith(f"# cmd: {conda_world.CONDA} create -y -q -p {science} ")
    assert lines[1].endswith("six==1.16.0 libblas[build=*_mkl]")
    assert lines[2] == "# conda version: 26.7.0"
    assert f"+{channels().forge}/noarch::six-1.16.0-pyhd8ed1ab_0" in lines
    asked = ["python", "numpy", "ipykernel", "pip", "threadpoolctl", "six==1.16.0"]
    assert lines[-1] == f"# update specs: {[*asked, 'libblas[build=*_mkl]']}"


def test_report_on_science_is_what_conda_meta_says(science: Path) -> None:
    ours = {record.name: record for record in conda_of(science).records}
    theirs = conda_world.records(science)
    assert ours.keys() == theirs.keys()
    for name, record in theirs.items():
        seen = ours[name]
        assert (seen.version, seen.build) == (record["version"], record["build"])
        assert seen.subdir == record["subdir"]
        assert seen.depends == tuple(record["depends"])
        assert set(seen.distributions or ()) == dist_infos(record["files"])
        assert seen.size == sum(p.get("size_in_bytes", 0) for p in record["paths_data"]["paths"])
        assert seen.missing == ()
    assert len({record.channel for record in ours.values()}) == 1
    assert "conda-forge" in str(ours["six"].channel)


def test_report_on_science_conda(science: Path) -> None:
    conda = conda_of(science)
    asked = {"python", "numpy", "ipykernel", "pip", "threadpoolctl", "six", "libblas"}
    assert set(conda.requested) == asked
    assert conda.variants["libblas"] == "mkl"
    assert (conda.pinned, conda.frozen) == ((), False)
    assert conda.root is None, "the conda of its history is not there"


def test_report_on_science_is_what_pip_inspect_says(science: Path) -> None:
    facts = report_on(science).facts
    assert facts.packages.value is not None
    ours = {
        package.name: (package.version, package.installer, package.requested)
        for package in facts.packages.value
    }
    theirs = {
        canonicalize_name(told["metadata"]["name"]): (
            told["metadata"]["version"],
            told["installer"],
            # pip says that nobody asked where conda notes it elsewhere.
            told["requested"] or None,
        )
        for told in json.loads(run(science, "-m", "pip", "inspect"))["installed"]
    }
    assert ours == theirs
    seen = facts.environment.value
    assert seen is not None
    assert (seen.kind, seen.name, seen.prefix) == ("conda", "science", str(science))
    assert (seen.python, seen.has_pip) == (str(science / "bin" / "python"), True)


@pytest.fixture
def prefix(tmp_path: Path) -> Path:
    """Return where an environment for one test is to be."""
    return tmp_path / "envs" / "proj"


def dist_info_versions(prefix: Path, name: str) -> list[str]:
    found = prefix.glob(f"lib/python*/site-packages/{name}-*.dist-info")
    return sorted(folder.name.split("-")[1].removesuffix(".dist") for folder in found)


@pytest.mark.parametrize("installer", ["pip", "uv"])
def test_zoo_pip_over_conda(installer: str, prefix: Path) -> None:
    conda_zoo.old_six(prefix)
    conda_zoo.pip_over_conda(prefix, installer)
    assert run(prefix, "-c", "import six; print(six.__version__)") == f"{versions()['six']}\n"
    assert conda_world.records(prefix)["six"]["version"] == OLD_SIX
    (info,) = prefix.glob("lib/python*/site-packages/six-*.dist-info")
    assert info.name == f"six-{versions()['six']}.dist-info"
    assert (info / "INSTALLER").read_text().strip() == installer
    pristine = channels().cache / "pkgs" / f"six-{OLD_SIX}-pyhd8ed1ab_0"
    assert f'"{OLD_SIX}"' in (pristine / "site-packages" / "six.py").read_text(), (
        "a link was spoilt"
    )


def test_zoo_conda_after_pip(prefix: Path) -> None:
    conda_zoo.old_six(prefix)
    conda_zoo.conda_after_pip(prefix)
    assert conda_world.records(prefix).keys() == {"python", "pip", "six", "threadpoolctl"}
    history = (prefix / "conda-meta" / "history").read_text()
    assert history.count("# update specs:") == 2
    assert history.endswith("# update specs: ['threadpoolctl']\n")
    version = versions()["threadpoolctl"]
    added = history.split("==> ")[2].splitlines()
    assert added[3:-1] == [f"+{channels().forge}/noarch::threadpoolctl-{version}-pyhd8ed1ab_0"]


def test_conda_install_another_version(prefix: Path) -> None:
    conda_zoo.old_six(prefix)
    conda_world.conda_install(prefix, "six")
    assert conda_world.records(prefix)["six"]["version"] == versions()["six"]
    history = (prefix / "conda-meta" / "history").read_text()
    assert f"-{channels().forge}/noarch::six-{OLD_SIX}-pyhd8ed1ab_0\n" in history
    assert run(prefix, "-c", "import six; print(six.__version__)") == f"{versions()['six']}\n"


def test_zoo_cut_record(prefix: Path) -> None:
    conda_zoo.old_six(prefix)
    file = conda_zoo.cut_record(prefix, "six")
    with pytest.raises(json.JSONDecodeError):
        json.loads(file.read_bytes())


def test_zoo_lose_file(prefix: Path) -> None:
    conda_zoo.old_six(prefix)
    lost = conda_zoo.lose_file(prefix, "six")
    assert Path(lost).name == "six.py"
    with pytest.raises(subprocess.CalledProcessError):
        run(prefix, "-c", "import six")


def test_zoo_mixed_channels(prefix: Path) -> None:
    conda_zoo.mixed_channels(prefix)
    records = conda_world.records(prefix)
    assert {name: record["channel"].rstrip("/") for name, record in records.items()} == {
        "python": channels().forge,
        "tornado": channels().forge,
        "six": channels().main,
        "packaging": channels().main,
    }
    assert run(prefix, "-c", "import six, packaging, tornado") == ""


@pytest.mark.parametrize(
    ("variant", "library"), [("openblas", "libopenblas"), ("mkl", "mkl"), ("netlib", None)]
)
def test_zoo_with_blas(variant: str, library: str | None, prefix: Path) -> None:
    conda_zoo.with_blas(prefix, variant)
    assert (prefix / "lib" / "libblas.variant").read_text() == f"{variant}\n"
    names = conda_world.records(prefix).keys() - {"python", "_openmp_mutex"}
    assert names == {"libblas", "libcblas", "liblapack", *filter(None, [library])}
    activates = (prefix / "etc" / "conda" / "activate.d" / "libblas_mkl_activate.sh").exists()
    assert activates is (variant == "mkl")


def test_zoo_plant_secrets(prefix: Path) -> None:
    conda_zoo.old_six(prefix)
    conda_zoo.plant_secrets(prefix, "six")
    written = (prefix / "conda-meta" / "history").read_text() + (prefix / ".condarc").read_text()
    written += conda_world.record_file(prefix, "six").read_text()
    assert all(secret in written for secret in conda_zoo.SECRETS)


def test_zoo_pin_and_freeze(prefix: Path) -> None:
    conda_world.make_conda_env(prefix, "python")
    conda_zoo.pin(prefix, "six ==1.16.0", "numpy 2.*")
    conda_zoo.freeze(prefix, "Of the class of 2026")
    assert (prefix / "conda-meta" / "pinned").read_text().endswith("six ==1.16.0\nnumpy 2.*\n")
    told = json.loads((prefix / "conda-meta" / "frozen").read_text())
    assert told == {"message": "Of the class of 2026"}


def test_make_conda_base(prefix: Path) -> None:
    conda_world.make_conda_base(prefix)
    for command in ("condabin/conda", "bin/conda"):
        told = subprocess.run([prefix / command], capture_output=True, text=True, check=True)
        assert told.stdout == "conda 26.7.0\n"
    assert list(prefix.glob("conda-meta/conda-[0-9]*.json"))


def test_make_pixi_env(tmp_path: Path) -> None:
    python = conda_world.make_pixi_env(tmp_path / "climate", "python", "six")
    prefix = tmp_path / "climate" / ".pixi" / "envs" / "default"
    assert python == prefix / "bin" / "python"
    assert run(prefix, "-c", "import six; print(six.__version__)") == f"{versions()['six']}\n"
    assert (prefix / "conda-meta" / "pixi").is_file()
    assert (prefix / "conda-meta" / "history").read_text() == ""


# --- what the probe sees of them ----------------------------------------------------------------


def test_report_on_pip_over_conda(prefix: Path) -> None:
    conda_zoo.old_six(prefix)
    conda_zoo.pip_over_conda(prefix)
    facts = report_on(prefix).facts
    assert facts.conda.value is not None
    assert facts.packages.value is not None
    (record,) = (found for found in facts.conda.value.records if found.name == "six")
    (package,) = (found for found in facts.packages.value if found.name == "six")
    assert (record.version, record.distributions) == (OLD_SIX, (f"six-{OLD_SIX}.dist-info",))
    assert (package.version, package.installer) == (versions()["six"], "pip")
    assert package.metadata == f"six-{versions()['six']}.dist-info"


def test_report_on_cut_record(prefix: Path) -> None:
    conda_zoo.old_six(prefix)
    conda_zoo.cut_record(prefix, "six")
    section = report_on(prefix).facts.conda
    assert section.value is not None
    (seen,) = (record for record in section.value.records if record.name == "six")
    assert (seen.version, seen.build) == (OLD_SIX, "pyhd8ed1ab_0")
    assert (seen.channel, seen.depends, seen.missing) == (None, None, None)
    assert "six" in section.unknown, "each None has its reason"


def test_report_on_lost_file(prefix: Path) -> None:
    conda_zoo.old_six(prefix)
    lost = conda_zoo.lose_file(prefix, "six")
    assert {record.name: record.missing for record in conda_of(prefix).records} == {
        "python": (),
        "pip": (),
        "six": (lost,),
    }


def test_report_on_mixed_channels(prefix: Path) -> None:
    conda_zoo.mixed_channels(prefix)
    seen = {record.name: record.channel for record in conda_of(prefix).records}
    assert seen["six"] == seen["packaging"] != seen["tornado"] == seen["python"]


@pytest.mark.parametrize("variant", ["openblas", "netlib"])
def test_report_on_blas(variant: str, prefix: Path) -> None:
    conda_zoo.with_blas(prefix, variant)
    assert conda_of(prefix).variants["libblas"] == variant


def test_report_on_planted_secrets(prefix: Path) -> None:
    conda_zoo.old_six(prefix)
    conda_zoo.plant_secrets(prefix, "six")
    seen = repr(report_on(prefix))
    assert "conda.example" in seen
    assert [secret for secret in conda_zoo.SECRETS if secret in seen] == []


def test_report_on_pinned_and_frozen(prefix: Path) -> None:
    conda_world.make_conda_env(prefix, "python")
    conda_zoo.pin(prefix, "six ==1.16.0", "numpy 2.*")
    conda_zoo.freeze(prefix)
    conda = conda_of(prefix)
    assert (conda.pinned, conda.frozen) == (("six ==1.16.0", "numpy 2.*"), True)


def test_report_on_base(prefix: Path) -> None:
    conda_world.make_conda_base(prefix)
    facts = report_on(prefix).facts
    assert facts.environment.value is not None
    assert (facts.environment.value.kind, facts.environment.value.name) == ("conda-base", "base")
    assert facts.conda.value is not None
    assert facts.conda.value.root == str(prefix)


def test_report_on_env_of_a_base(tmp_path: Path) -> None:
    base, prefix = tmp_path / "forge", tmp_path / "far" / "proj"
    conda_world.make_conda_base(base)
    conda_world.make_conda_env(prefix, "python", conda=str(base / "bin" / "conda"))
    assert conda_of(prefix).root == str(base)


def test_report_on_pixi(tmp_path: Path) -> None:
    python = conda_world.make_pixi_env(tmp_path / "climate", "python")
    seen = report_on(python.parents[1]).facts.environment.value
    assert seen is not None
    assert (seen.kind, seen.project) == ("pixi", str(tmp_path / "climate"))
