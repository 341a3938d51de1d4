"""What people asked conda for, as its history tells it."""

from __future__ import annotations

import pytest

from jupyterlab_envcheck.probe.conda.history import asked

#: As conda 26.7 wrote it.
HISTORY = """\
==> 2026-11-21 05:35:49 <==
# cmd: /opt/conda/bin/conda create -y -p /opt/conda/envs/proj -c https://ada:secret@x.example/c numpy
# conda version: 26.7.0
+file:///srv/channel/linux-64::libblas-3.11.0-5_hd7b6a1c_openblas
# update specs: ['numpy', 'python=3.11', 'libblas[build=*openblas]', 'six=1.16.0']
==> 2026-11-21 05:35:52 <==
# update specs: ['six=1.17', 'threadpoolctl']
==> 2026-11-21 05:35:54 <==
# remove specs: ['threadpoolctl']
"""


def test_what_was_asked_for_last_and_not_taken_back() -> None:
    assert asked(HISTORY) == {
        "libblas": "libblas=*=*openblas",
        "numpy": "numpy",
        "python": "python=3.11",
        "six": "six=1.17",
    }


@pytest.mark.parametrize(
    ("written", "typed"),
    [
        ("scipy[version='>=1.2,<2']", "scipy>=1.2,<2"),
        ("conda-forge::scipy==1.0", "scipy==1.0"),
        ("scipy==1.0=py_0", "scipy=1.0=py_0"),
        ("scipy[version='1.2.*',build=cuda*]", "scipy=1.2.*=cuda*"),
        ("scipy[version='*',build=*mkl]", "scipy=*=*mkl"),
        ("scipy[channel=https://x.example,version=1]", "scipy"),
        ("scipy~=1.2", "scipy~=1.2"),
        ("SciPy", "scipy"),
    ],
)
def test_spec_as_conda_writes_it_becomes_one_that_can_be_typed(written: str, typed: str) -> None:
    assert list(asked(f"# update specs: {[written]!r}\n").values()) == [typed]


def test_url_of_a_package_is_not_kept() -> None:
    assert asked("# update specs: ['https://ada:secret@x.example/six-1.0-0.conda']\n") == {}
