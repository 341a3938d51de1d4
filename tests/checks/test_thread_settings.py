"""Family threads: variables set by cells."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from jupyterlab_envcheck.checks.thread_settings import ThreadVariableTooLate
from jupyterlab_envcheck.facts import Setting
from jupyterlab_envcheck.recommendations import Finding, SetEnvironment, Severity, Skip
from make_facts import NOTEBOOK, PROCESS, make_facts


def setting(variable: str, value: str | None = "1", after: str | None = "numpy") -> Setting:
    return Setting(variable=variable, value=value, cell="c2", line=3, after=after)


def run(*settings: Setting, **changes: Any) -> Any:
    return ThreadVariableTooLate.run(
        make_facts(notebook=replace(NOTEBOOK, settings=settings), **changes)
    )


def the(*settings: Setting, **changes: Any) -> Finding:
    (finding,) = run(*settings, **changes)
    assert isinstance(finding, Finding)
    assert len({action.id for action in finding.actions}) == len(finding.actions)
    return finding


def test_thread_variable_too_late_for_openblas() -> None:
    finding = the(setting("OPENBLAS_NUM_THREADS", "2"))
    assert finding.severity is Severity.WARNING
    assert finding.title == "OPENBLAS_NUM_THREADS is set after numpy was imported"
    assert finding.why.startswith("It has no effect")
    assert finding.evidence[0].value == "OPENBLAS_NUM_THREADS=2, after the import of numpy"
    action = finding.actions[0]
    assert isinstance(action, SetEnvironment)
    assert action.variables == {"OPENBLAS_NUM_THREADS": "2"}


def test_thread_variable_too_late_names_several() -> None:
    finding = the(setting("OPENBLAS_NUM_THREADS"), setting("OMP_NUM_THREADS", None))
    assert finding.title == "OPENBLAS_NUM_THREADS and 1 more are set after numpy was imported"
    # Some runtimes read OMP_NUM_THREADS only at the first parallel loop.
    assert finding.why.startswith("It may have no effect")
    assert finding.evidence[1].value == "OMP_NUM_THREADS=…, after the import of numpy"


def test_thread_variable_too_late_is_silent_in_time() -> None:
    assert run(setting("OMP_NUM_THREADS", after=None)) == ()
    assert run() == ()


def test_thread_variable_too_late_is_silent_for_what_the_kernel_started_with() -> None:
    start = replace(PROCESS, variables={"OMP_NUM_THREADS": "1"})
    assert run(setting("OMP_NUM_THREADS"), process=start) == ()
    the(setting("OMP_NUM_THREADS", "2"), process=start)


@pytest.mark.parametrize("variable", ["MKL_NUM_THREADS", "BLIS_NUM_THREADS"])
def test_thread_variable_too_late_is_silent_for_a_library_that_is_not_there(variable: str) -> None:
    assert run(setting(variable)) == ()
    the(setting(variable, after="torch"))  # has an MKL inside, where nobody sees it
    the(setting(variable), thread_pools=None)


def test_thread_variable_too_late_is_silent_for_other_variables() -> None:
    assert run(setting("CUDA_VISIBLE_DEVICES", after="torch")) == ()


def test_thread_variable_too_late_without_a_notebook_is_skipped() -> None:
    assert ThreadVariableTooLate.run(make_facts(notebook=None)) == Skip(
        reason="it could not be read"
    )
