"""Family jupyter."""

from __future__ import annotations

from dataclasses import replace

from jupyterlab_envcheck.checks.jupyter import KernelNotServerEnv
from jupyterlab_envcheck.recommendations import Severity, Skip
from make_facts import JUPYTER, make_facts


def test_kernel_not_server_env_tells_both() -> None:
    (finding,) = KernelNotServerEnv.run(make_facts())
    assert finding.severity is Severity.INFO
    assert finding.title == "This kernel runs in climate, Jupyter itself in base"
    assert [fact.value for fact in finding.evidence] == [
        "/home/ada/climate", "/home/ada/miniforge3",
    ]  # fmt: skip


def test_kernel_not_server_env_is_silent_where_they_share_one() -> None:
    assert KernelNotServerEnv.run(make_facts(jupyter=replace(JUPYTER, same_environment=True))) == ()


def test_kernel_not_server_env_unknown_is_skipped() -> None:
    facts = make_facts(jupyter=replace(JUPYTER, same_environment=None))
    assert isinstance(KernelNotServerEnv.run(facts), Skip)
