"""How long the checks think about a report."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from jupyterlab_envcheck.checks import CHECKS
from jupyterlab_envcheck.engine import judge
from make_facts import NOTEBOOK, imported, make_facts, package

Benchmark = Any  # pytest-benchmark's fixture has no type


@pytest.mark.benchmark(group="checks")
@pytest.mark.parametrize("number", [150, 1_000])
def test_all_checks_over_a_report_of_so_many_packages(benchmark: Benchmark, number: int) -> None:
    names = [f"package{n}" for n in range(number)]
    packages = tuple(
        package(name, "1.0", requires=tuple(f"{other}>=0.5" for other in names[:4]))
        for name in names
    )
    notebook = replace(NOTEBOOK, imports=(*NOTEBOOK.imports, imported("package1")))
    facts = make_facts(packages=packages, notebook=notebook)
    outcomes = benchmark.pedantic(judge, args=(facts, CHECKS), rounds=20, warmup_rounds=1)
    assert not [outcome for outcome in outcomes if outcome.status == "crash"]
