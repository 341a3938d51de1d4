"""Reports on kernelspecs side by side, as a person sees them: two of one environment, one broken."""

from __future__ import annotations

from dataclasses import replace

from golden_scenes import CONDA_BASE, PROBLEMS, report
from jupyterlab_envcheck.facts import Facts
from jupyterlab_envcheck.plan import Failure
from jupyterlab_envcheck.recommendations import Target
from jupyterlab_envcheck.render.overview import KernelspecReport, Overview
from make_facts import AT, make_facts


def _one(name: str, facts: Facts) -> KernelspecReport:
    made = replace(report(facts), target=Target(kind="kernelspec", name=name))
    return KernelspecReport(name=name, display_name=name, report=made, failure=None)


OVERVIEW = Overview(
    at=AT,
    kernelspecs=(
        _one("base", CONDA_BASE),
        _one("climate", make_facts()),
        _one("climate-2", make_facts()),
        KernelspecReport(
            name="ir",
            display_name="R",
            report=None,
            failure=Failure(
                reason="not-python",
                message="This kernel does not run Python: it starts R.",
                hint="Choose a kernel that runs Python.",
            ),
        ),
        _one("old", PROBLEMS),
    ),
)
