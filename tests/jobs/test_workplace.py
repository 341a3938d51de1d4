"""Which installer understands what a command of a plan says."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from jupyterlab_envcheck.installers import Conda, Pip, Uv
from jupyterlab_envcheck.jobs.workplace import Workplace

PYTHON = "/opt/conda/envs/climate/bin/python"
PIP, UV = Pip(python=PYTHON), Uv(python=PYTHON, executable="/opt/bin/uv")


@pytest.mark.parametrize(
    ("installer", "argv", "understands"),
    [
        ("pip", (*PIP.program, "install"), Pip),
        ("uv", (*UV.program, "install"), Uv),
        ("conda", ("/opt/conda/bin/conda", "install", "--json"), Conda),
        ("conda", (*PIP.program, "install"), Pip),
        ("conda", (*UV.program, "install"), Uv),
        ("rattler", (*UV.program, "install"), Uv),
    ],
)
def test_installer_of_a_command(
    installer: str, argv: tuple[str, ...], understands: type[object]
) -> None:
    plan = SimpleNamespace(installer=installer, target=SimpleNamespace(python=PYTHON))
    place: Any = SimpleNamespace(job=SimpleNamespace(plan=plan), prefix="/opt/conda/envs/climate")
    assert type(Workplace.installer(place, argv)) is understands
