"""Environments of conda's, written down."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from jupyterlab_envcheck.facts import DirectUrl, Package
from jupyterlab_envcheck.installers.environment_file import (
    read_environment_file,
    write_environment_file,
)
from jupyterlab_envcheck.jobs.exporting import described, export, requirements
from jupyterlab_envcheck.problems import Problem
from make_facts import ENVIRONMENT, INTERPRETER, conda, conda_record, make_facts, package

ENV = replace(ENVIRONMENT, kind="conda", owner="conda", venv=None)
SITE = f"{ENV.prefix}/lib/python3.13/site-packages"
HISTORY = "# update specs: ['python=3.13', 'numpy[version=\\'>=2\\']']\n"


def by(installer: str, name: str, version: str, **changes: object) -> Package:
    return replace(package(name, version), installer=installer, location=SITE, **changes)  # type: ignore[arg-type]


def test_what_was_asked_for_and_what_pip_brought() -> None:
    known = conda(
        conda_record("numpy", "2.3.1", channel="conda-forge"),
        conda_record("tzdata", "2026a", channel="defaults"),
        conda_record("python", "3.13.1", channel="conda-forge"),
    )
    packages = (by("conda", "numpy", "2.3.1"), by("pip", "six", "1.17.0"), by("uv", "rich", "14"))
    assert write_environment_file(described(ENV, known, packages, HISTORY)) == (
        "name: climate\n"
        "channels:\n"
        "  - conda-forge\n"
        "  - defaults\n"
        "dependencies:\n"
        "  - numpy>=2\n"
        "  - python=3.13\n"
        "  - pip\n"
        "  - pip:\n"
        "      - rich==14\n"
        "      - six==1.17.0\n"
    )


def test_what_no_index_has_is_told_in_a_comment() -> None:
    local = DirectUrl(url="file:///home/ada/tool", commit=None, local=True)
    packages = (
        by("pip", "mine", "1.0", editable=True),
        by("pip", "tool", "1.0", direct_url=local),
    )
    written = described(ENV, conda(), packages, HISTORY)
    assert written.pypi == ()
    assert written.remarks == (
        "mine is not from a package index: add it by hand",
        "tool is not from a package index: add it by hand",
    )
    assert "/home/ada" not in write_environment_file(written)


def test_package_that_pip_put_in_the_place_of_condas_is_condas_in_the_file() -> None:
    record = conda_record("six", "1.16.0", distributions=("six-1.16.0.dist-info",))
    written = described(ENV, conda(record), (by("pip", "six", "1.17.0"),), HISTORY)
    assert written.pypi == ()
    assert written.remarks == ("six is pip's in place of conda's",)


def test_only_what_lies_in_the_environment_is_exported_though_its_path_is_a_link(
    tmp_path: Path,
) -> None:
    """Packages lie at real paths, and the prefix may be another way to the same folder."""
    inside, outside = tmp_path / "real/env/site-packages", tmp_path / "user/site-packages"
    for folder, name in ((inside, "six"), (outside, "rich")):
        metadata = folder / f"{name}-1.0.dist-info" / "METADATA"
        metadata.parent.mkdir(parents=True)
        metadata.write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    prefix = str(tmp_path / "link" / "env")
    facts = make_facts(
        environment=replace(ENVIRONMENT, prefix=prefix),
        interpreter=replace(INTERPRETER, site_packages=(f"{prefix}/site-packages",)),
        packages=(replace(package("rich", "1.0"), location=str(outside)),),
    )
    assert export(facts.sections).text == "# of Python 3.13.1\nsix==1.0\n"


def test_history_that_names_nothing_is_told() -> None:
    with pytest.raises(Problem) as told:
        described(ENV, conda(), (), "")
    assert told.value.reason == "unknown-environment"


def test_environment_of_pips_is_what_is_installed_in_it() -> None:
    local = DirectUrl(url="file:///home/ada/tool", commit=None, local=True)
    packages = (
        by("uv", "six", "1.17.0"),
        by("pip", "pip", "26.0"),
        by("pip", "tool", "1.0", direct_url=local),
        by("pip", "rich", "14.0"),
        by("pip", "odd", "not a version"),
    )
    text = requirements("3.13.1", packages)
    assert text == (
        "# of Python 3.13.1\n"
        "rich==14.0\n"
        "six==1.17.0\n"
        "# odd is not from a package index: add it by hand\n"
        "# tool is not from a package index: add it by hand\n"
    )
    assert read_environment_file(text).pypi == ("rich==14.0", "six==1.17.0")


def test_environment_of_pixis_is_its_projects() -> None:
    with pytest.raises(Problem) as told:
        export(make_facts(environment=replace(ENVIRONMENT, kind="pixi")).sections)
    assert told.value.reason == "not-portable"
    assert "pixi.lock" in told.value.hint
