"""Family threads."""

from __future__ import annotations

from dataclasses import replace

from jupyterlab_envcheck.checks.threads import ThreadsExceedCpus
from jupyterlab_envcheck.recommendations import SetEnvironment, Severity, Skip
from make_facts import INTERPRETER, MACHINE, OPENBLAS, PROCESS, make_facts


def test_threads_exceed_cpus_in_a_container() -> None:
    facts = make_facts(
        thread_pools=(replace(OPENBLAS, threads=64),),
        machine=replace(
            MACHINE, container="docker", cpus=replace(MACHINE.cpus, logical=64, usable=4)
        ),
    )
    (finding,) = ThreadsExceedCpus.run(facts)
    assert finding.severity is Severity.WARNING
    assert finding.title == "OpenBLAS starts 64 threads on the 4 CPUs this container may use"
    assert "often badly" in finding.why
    assert finding.evidence[-1].value == "4 of 64, a CPU quota"
    action = finding.actions[0]
    assert isinstance(action, SetEnvironment)
    assert action.variables["OMP_NUM_THREADS"] == "4"


def test_threads_exceed_cpus_set_by_a_variable_shows_it() -> None:
    facts = make_facts(
        thread_pools=(replace(OPENBLAS, library="libgomp", threads=5),),
        process=replace(PROCESS, variables={"OMP_NUM_THREADS": "5"}),
    )
    (finding,) = ThreadsExceedCpus.run(facts)
    assert "often badly" not in finding.why
    assert ("OMP_NUM_THREADS", "5") in [(fact.label, fact.value) for fact in finding.evidence]


def test_threads_exceed_cpus_without_a_kernel_shows_what_one_would_start_with() -> None:
    facts = make_facts(
        thread_pools=(replace(OPENBLAS, library="libgomp", threads=5),),
        process=None,
        interpreter=replace(INTERPRETER, variables={"OMP_NUM_THREADS": "5"}),
    )
    (finding,) = ThreadsExceedCpus.run(facts)
    assert ("OMP_NUM_THREADS", "5") in [(fact.label, fact.value) for fact in finding.evidence]


def test_threads_exceed_cpus_names_every_pool_once() -> None:
    pools = (replace(OPENBLAS, threads=8), OPENBLAS, replace(OPENBLAS, library="mkl", threads=6))
    (finding,) = ThreadsExceedCpus.run(make_facts(thread_pools=pools))
    assert finding.title.startswith("OpenBLAS starts 8 threads")
    assert [fact.value for fact in finding.evidence] == [
        "8 threads", "6 threads", "4 of 8, a CPU quota",
    ]  # fmt: skip


def test_threads_exceed_cpus_is_silent_at_exactly_the_usable_cpus() -> None:
    assert ThreadsExceedCpus.run(make_facts()) == ()


def test_threads_exceed_cpus_with_unknown_cpus_is_skipped() -> None:
    machine = replace(MACHINE, cpus=replace(MACHINE.cpus, usable=None))
    assert isinstance(ThreadsExceedCpus.run(make_facts(machine=machine)), Skip)


def test_threads_exceed_cpus_ignores_a_pool_of_unknown_size() -> None:
    assert ThreadsExceedCpus.run(make_facts(thread_pools=(replace(OPENBLAS, threads=None),))) == ()
