"""What is entered in conda-meta/history, and what is read there of the state."""

from __future__ import annotations

from pathlib import Path

import pytest

from jupyterlab_envcheck.jobs.conda import history as conda_history

HISTORY = """\
==> 2026-11-21 05:35:49 <==
# cmd: /opt/conda/bin/conda create -y -q -p /opt/conda/envs/proj numpy six=1.16.0
# conda version: 26.7.0
+file:///srv/channel/linux-64::libblas-3.11.0-5_hd7b6a1c_openblas
+file:///srv/channel/noarch::six-1.16.0-py_0
# update specs: ['numpy', 'six=1.16.0']
==> 2026-11-21 05:35:52 <==
# cmd: /opt/conda/bin/conda install --json -y -p /opt/conda/envs/proj six=1.17
# conda version: 26.6.1
-file:///srv/channel/noarch::six-1.16.0-py_0
+file:///srv/channel/noarch::six-1.17.0-py_0
# update specs: ['six=1.17']
"""


@pytest.mark.parametrize(
    ("spec", "spelled"),
    [
        ("six", "six"),
        ("six=1.17", "six=1.17"),
        ("six=1.17.*", "six=1.17"),
        ("six=*", "six"),
        ("six==1.17.0", "six==1.17.0"),
        ("numpy>=2,<3", "numpy[version='>=2,<3']"),
        ("libblas=*=*openblas", "libblas[build=*openblas]"),
        ("six=1.17.0=py_0", "six==1.17.0=py_0"),
        ("six=1.17.0=py*", "six[version='1.17.0',build=py*]"),
    ],
)
def test_spec_as_conda_writes_it(spec: str, spelled: str) -> None:
    assert conda_history.spelled(spec) == spelled


def test_state_by_the_history() -> None:
    assert conda_history.state(HISTORY) == {
        "file:///srv/channel/linux-64::libblas-3.11.0-5_hd7b6a1c_openblas",
        "file:///srv/channel/noarch::six-1.17.0-py_0",
    }


def test_state_of_an_entry_that_lists_all() -> None:
    """As the first condas wrote them."""
    assert conda_history.state(HISTORY + "==> 2026-11-22 05:35:52 <==\na-1-0\nb-1-0\n") == {
        "a-1-0",
        "b-1-0",
    }


def test_entry_names_no_newer_conda_than_stands_there(tmp_path: Path) -> None:
    """A conda refuses an environment that a newer one than itself has changed."""
    file = tmp_path / "conda-meta" / "history"
    file.parent.mkdir()
    file.write_text(HISTORY)
    now = [
        conda_history.line("file:///srv/channel", "noarch", "six", "1.17.0", "py_0"),
        conda_history.line("https://conda.anaconda.org/conda-forge", "noarch", "a", "1", "py_0"),
    ]
    conda_history.enter(tmp_path, ["x", "install", "a"], now, "update", ["a=1"])
    added = file.read_text().removeprefix(HISTORY).splitlines()
    assert added[0].startswith("==> 20")
    assert added[1:] == [
        "# cmd: x install a",
        "# conda version: 26.6.1",
        "-file:///srv/channel/linux-64::libblas-3.11.0-5_hd7b6a1c_openblas",
        "+conda-forge/noarch::a-1-py_0",
        "# update specs: ['a=1']",
    ]


def test_first_entry(tmp_path: Path) -> None:
    (tmp_path / "conda-meta").mkdir()
    conda_history.enter(tmp_path, ["x", "create"], ["defaults/noarch::a-1-0"], "update", ["a"])
    lines = (tmp_path / "conda-meta" / "history").read_text().splitlines()
    assert lines[1:] == [
        "# cmd: x create",
        "# conda version: 4.4.0",
        "+defaults/noarch::a-1-0",
        "# update specs: ['a']",
    ]
