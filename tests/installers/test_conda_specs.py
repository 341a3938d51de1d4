"""What people ask conda for: what gets through, how it is rebuilt, and what is refused."""

from __future__ import annotations

import contextlib
import re

import pytest
from hypothesis import example, given, strategies as st

from jupyterlab_envcheck.installers import (
    name_of_conda,
    name_of_match,
    parse_channel,
    parse_conda_spec,
)
from jupyterlab_envcheck.installers.conda_specs import is_name, name_in
from jupyterlab_envcheck.problems import Problem


@pytest.mark.parametrize(
    ("asked", "rebuilt"),
    [
        ("numpy", "numpy"),
        ("numpy=1.17", "numpy=1.17"),
        ("numpy==1.17", "numpy==1.17"),
        ("numpy>=2,<3", "numpy>=2,<3"),
        ("numpy<3,>=2", "numpy>=2,<3"),
        ("numpy=1.2.*", "numpy=1.2.*"),
        ("numpy!=1.5.*", "numpy!=1.5.*"),
        ("libblas=*=*mkl", "libblas=*=*mkl"),
        ("libblas=3.*=*_openblas", "libblas=3.*=*_openblas"),
        ("pytorch=*=cuda*", "pytorch=*=cuda*"),
        ("six=1.0=py_0", "six=1.0=py_0"),
        ("six==1.16.0=py_0", "six=1.16.0=py_0"),
        (" Python=3.13 ", "python=3.13"),
        ("ruamel.yaml>=0.18", "ruamel.yaml>=0.18"),
        ("tzdata=2026a", "tzdata=2026a"),
        ("x=1!2.0", "x=1!2.0"),
        ("_openmp_mutex=4.5=2_gnu", "_openmp_mutex=4.5=2_gnu"),
    ],
)
def test_spec_of_each_kind(asked: str, rebuilt: str) -> None:
    assert parse_conda_spec(asked) == rebuilt
    assert (
        name_of_conda(rebuilt)
        == rebuilt.split("=", maxsplit=1)[0].split(">", maxsplit=1)[0].split("!", maxsplit=1)[0]
    )


@pytest.mark.parametrize(
    "asked",
    [
        "",
        "  ",
        "-x",
        "--channel=x",
        "numpy --force",
        "numpy 1.17",
        "numpy >=2",
        "numpy\n",
        "__glibc",
        "conda-forge::six",
        "conda-forge/noarch::six",
        "https://example.com/six.conda",
        "file:///tmp/six.conda",
        "./six-1.16.0-py_0.conda",
        "/tmp/six.conda",
        "C:\\six.conda",
        "six[build=py_0]",
        "six[channel=x]",
        "six @ https://example.com/six.whl",
        "six;python_version<'3'",
        "six=",
        "six=*",
        "six=1.0=",
        "six=1.0=*",
        "six==*=py_0",
        "six=1.0=py_0=x",
        "six=1.0,<2",
        "six>=1,",
        "six>=1.*",
        "six>=",
        "six=$(id)",
        "six|seven",
        "six'",
        "\u0455ix",
        "six=\u0661",
        "a" * 101,
        "six>=" + ",>=".join(["1"] * 80),
    ],
)
def test_spec_that_is_refused(asked: str) -> None:
    with pytest.raises(Problem) as refused:
        parse_conda_spec(asked)
    assert refused.value.reason == "bad-spec"
    assert refused.value.hint.endswith("such as numpy, numpy=2.3 or libblas=*=*mkl.")


@pytest.mark.parametrize(
    ("spec", "name"),
    [
        ("python >=3.11,<3.12.0a0", "python"),
        ("libblas 3.9.0 *mkl", "libblas"),
        ("libblas=*=*mkl", "libblas"),
        ("numpy>=2", "numpy"),
        ("numpy!=2.0", "numpy"),
        ("numpy[version='>=2']", "numpy"),
        ("numpy\t2", "numpy"),
        ("conda-forge::MKL >=2025", "mkl"),
        ("https://mirror.example.com/main::mkl", "mkl"),
        (" _openmp_mutex  5.1", "_openmp_mutex"),
        ("__glibc >=2.17", "__glibc"),
        (" ", ""),
    ],
)
def test_name_in_what_records_and_pins_say(spec: str, name: str) -> None:
    assert name_of_match(spec) == name


SPEC_LIKE = st.text(alphabet="aB1_-.*=<>!~,+:/[]@ \n", max_size=30)


@given(st.text(max_size=60) | SPEC_LIKE)
@example("numpy=1.17")
@example("libblas=*=*mkl")
@example("a>=1,<2")
def test_any_text_is_refused_or_harmless(text: str) -> None:
    with contextlib.suppress(Problem):
        spec = parse_conda_spec(text)
        assert re.fullmatch(r"_?[a-z0-9][A-Za-z0-9_.+!*=<>~,-]*", spec)
        assert parse_conda_spec(spec) == spec
        assert spec.startswith(name_of_conda(spec))
        assert is_name(spec) == (spec == name_of_conda(spec))


@pytest.mark.parametrize(
    "channel",
    [
        "conda-forge",
        "conda-forge/label/numba_rc",
        "pkgs/main",
        "defaults",
        "https://repo.anaconda.com/pkgs/main",
        "https://mirror.example.com:8443/conda-forge",
        "file:///srv/channel",
        "http://127.0.0.1:9/x",
    ],
)
def test_channel_as_it_is(channel: str) -> None:
    assert parse_channel(channel) == channel


@pytest.mark.parametrize(
    "channel",
    [
        "",
        "-x",
        "--override-channels",
        "a b",
        "https://me:secret@example.com/x",
        "https://secret@example.com/x",
        "https://example.com/t/secret/x",
        "t/secret/x",
        "https://example.com/x?token=secret",
        "file:///srv/../x",
        "ftp://example.com/x",
        "x\n",
        "a" * 500,
    ],
)
def test_channel_that_is_refused(channel: str) -> None:
    with pytest.raises(Problem) as refused:
        parse_channel(channel)
    assert refused.value.reason == "bad-channel"


@given(st.text(max_size=60))
def test_any_channel_is_refused_or_harmless(text: str) -> None:
    with contextlib.suppress(Problem):
        assert not re.search(r"^-|[\s@?#]|/t/", parse_channel(text))


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("nosuchpackage", "nosuchpackage"),
        ("six[version='>=99']", "six"),
        ("file:///srv/channel/noarch::six==1.16.0=py_0", "six"),
        ("libblas[build=*openblas]", "libblas"),
        ("numpy 3.*", "numpy"),
        ("…", "…"),
    ],
)
def test_name_in_what_conda_writes(written: str, name: str) -> None:
    assert name_in(written) == name
