"""Wishes in pip's words and in conda's, before it is known whose environment they are for."""

from __future__ import annotations

import pytest

from jupyterlab_envcheck.installers import (
    for_conda,
    for_pip,
    must_be_for_pip,
    name_of,
    parse_wish,
)
from jupyterlab_envcheck.problems import Problem


@pytest.mark.parametrize(
    ("spec", "pip", "conda"),
    [
        ("numpy", "numpy", "numpy"),
        ("numpy>=2,<3", "numpy<3,>=2", "numpy>=2,<3"),
        ("six=1.17", None, "six=1.17"),
        ("libblas=*=*mkl", None, "libblas=*=*mkl"),
        ("jupyter-server[test]", "jupyter-server[test]", None),
    ],
)
def test_a_spec_of_either(spec: str, pip: str | None, conda: str | None) -> None:
    (parsed,) = parse_wish("install", [spec])
    assert (for_pip(parsed), for_conda(parsed) is not None) == (pip, conda is not None)


@pytest.mark.parametrize("spec", ["--channel=x", "conda-forge::six", "six @ https://x/y", "a b"])
def test_a_spec_of_neither(spec: str) -> None:
    with pytest.raises(Problem, match=r"“.*”"):
        parse_wish("install", [spec])


def test_the_name_in_condas_spec_is_normalised() -> None:
    assert name_of("ruamel.yaml=0.18") == "ruamel-yaml"


def test_condas_spec_for_a_venv() -> None:
    must_be_for_pip(["numpy>=2"])
    with pytest.raises(Problem, match=r"“six=1\.17” is spelled for conda"):
        must_be_for_pip(["numpy", "six=1.17"])


def test_removal_by_condas_spelling_of_a_version() -> None:
    with pytest.raises(Problem, match="a removal takes a name alone"):
        parse_wish("remove", ["six=1.17"])
