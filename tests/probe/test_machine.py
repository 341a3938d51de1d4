"""The machine, and the CPUs that one may use."""

from __future__ import annotations

import importlib
import os
import platform
import subprocess
import sys

import psutil
import pytest
from hypothesis import given, strategies as st

from jupyterlab_envcheck.facts import Cache, Cpus
from jupyterlab_envcheck.probe import darwin, machine
from jupyterlab_envcheck.probe.machine import Limits, usable_cpus

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="facts of Linux")

NONE = {"affinity": None, "cgroup": None, "slurm": None, "slurm_node": None, "hub": None}

numbers = st.one_of(st.none(), st.integers(-5, 10**6))
quotas = st.one_of(st.none(), st.floats(allow_nan=False, allow_infinity=False))


def cpus(environ: dict[str, str], affinity: tuple[int, ...] | None = (0,)) -> Cpus:
    return machine.look(os.getpid(), affinity, environ)[0].cpus


@given(st.integers(1, 1024), numbers, quotas, numbers, numbers, quotas)
def test_usable_within_what_there_is(
    logical: int,
    affinity: int | None,
    cgroup: float | None,
    slurm: int | None,
    slurm_node: int | None,
    hub: float | None,
) -> None:
    limits = Limits(
        logical=logical,
        affinity=affinity,
        cgroup=cgroup,
        slurm=slurm,
        slurm_node=slurm_node,
        hub=hub,
    )
    usable, words = usable_cpus(limits)
    assert usable is not None
    assert 1 <= usable <= logical
    assert (words is None) == (usable == logical)


@pytest.mark.parametrize(
    ("limits", "usable", "word"),
    [
        ({"affinity": 2}, 2, "run on 2 CPUs"),
        ({"cgroup": 1.5}, 2, "quota of 1.5"),
        ({"cgroup": 0.1}, 1, "quota of 0.1"),
        ({"slurm": 3, "affinity": 4}, 3, "SLURM_CPUS_PER_TASK"),
        ({"slurm_node": 6}, 6, "SLURM_CPUS_ON_NODE"),
        ({"slurm": 2, "slurm_node": 6}, 2, "SLURM_CPUS_PER_TASK"),
        ({"hub": 4.0, "cgroup": 2.0}, 2, "quota"),
        ({"hub": 0.5}, 1, "CPU_LIMIT"),
        ({"affinity": 8}, 8, None),
    ],
)
def test_usable_by_the_smallest(limits: dict[str, float], usable: int, word: str | None) -> None:
    found, words = usable_cpus(Limits(logical=8, **{**NONE, **limits}))  # type: ignore[arg-type]
    assert found == usable
    assert (word is None and words is None) or (word is not None and word in str(words))


def test_usable_unknown() -> None:
    limits = Limits(logical=None, **{**NONE, "affinity": 4})
    assert usable_cpus(limits) == (None, None)


# --- this machine ---------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["", "4", "-1", "nan", "inf", "1e999", "four", "0", "2.5"])
def test_look_any_variables(text: str) -> None:
    names = ("SLURM_CPUS_PER_TASK", "SLURM_CPUS_ON_NODE", "CPU_LIMIT", "CPU_GUARANTEE")
    found = cpus(dict.fromkeys(names, text))
    assert found.logical == psutil.cpu_count()
    assert found.usable is not None
    assert found.usable >= 1


def test_look_a_guarantee_is_no_limit() -> None:
    assert cpus({"CPU_GUARANTEE": "0.5"}) == cpus({})


def test_look_not_fooled_by_pythons_own_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 999)
    assert cpus({}, None).logical != 999


def test_look_reasons_for_what_is_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(psutil, "cpu_count", lambda *, logical=True: None)
    value, unknown = machine.look(2**22 + 5, None, {})
    assert {name for name in vars(value.cpus) if f"cpus.{name}" in unknown} == {
        *("logical", "physical", "affinity", "usable"),
        *(("cgroup", "quotas") if sys.platform == "linux" else ()),
    }


def test_look_caches_are_handed_on() -> None:
    caches = (Cache(tool="pip", path="/x", size=3),)
    assert machine.look(None, None, {}, caches=caches)[0].caches == caches


@LINUX
def test_look_as_nproc_says_for_a_pinned_process() -> None:
    """Holds where no cgroup around the test limits it, which nproc did not heed before 9.8."""
    if machine.look(None, None, {})[0].cpus.quotas:
        pytest.skip("a control group limits the tests")
    cpu = min(os.sched_getaffinity(0))
    code = (
        f"import os, subprocess; os.sched_setaffinity(0, {{{cpu}}})\n"
        "print(subprocess.check_output(['nproc'], text=True), end='')\n"
        "print(len(os.sched_getaffinity(0)), flush=True); input()"
    )
    environ = {name: value for name, value in os.environ.items() if not name.startswith("OMP_")}
    with subprocess.Popen(
        [sys.executable, "-c", code],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=environ,
    ) as child:
        assert child.stdout is not None
        nproc, scheduled = (int(child.stdout.readline()) for _ in range(2))
        affinity = psutil.Process(child.pid).cpu_affinity()
        found = machine.look(child.pid, tuple(affinity or ()), {})[0].cpus
        child.communicate(b"\n")
    assert (found.affinity, found.usable) == (scheduled, nproc) == (1, 1)
    assert (found.limited_by is None) == (found.logical == 1)


def test_processor_as_archspec_names_it() -> None:
    host = importlib.import_module("archspec.cpu").host()
    vendor, name = machine.processor()
    assert name == host.name
    assert vendor in {host.vendor, None}


def test_processor_unknown_to_archspec(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown() -> None:
        raise OSError

    monkeypatch.setattr(importlib.import_module("archspec.cpu"), "host", unknown)
    machine.processor.cache_clear()
    try:
        value, why = machine.look(None, None, {})
    finally:
        machine.processor.cache_clear()
    assert (value.vendor, value.microarchitecture) == (None, None)
    assert why["vendor"] == "the system does not tell"


def test_archspec_is_not_imported_before_it_is_asked() -> None:
    code = "import sys; from jupyterlab_envcheck.probe import machine; print('archspec' in sys.modules)"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout == "False\n"


# --- emulation ------------------------------------------------------------------------------------


@LINUX
@pytest.mark.parametrize(
    ("interpreter", "expected"),
    [(None, False), (platform.machine(), False), ("amd64", False), ("riscv64", True)],
)
def test_look_emulated_on_linux(interpreter: str | None, expected: bool) -> None:  # noqa: FBT001
    if interpreter == "amd64" and platform.machine() != "x86_64":
        pytest.skip("this machine is no AMD64")
    value, unknown = machine.look(None, None, {}, interpreter=interpreter)
    assert value.architecture == platform.machine()
    assert value.emulated is expected
    assert "emulated" not in unknown


@pytest.mark.parametrize(
    ("environ", "architecture", "expected"),
    [
        ({"PROCESSOR_ARCHITECTURE": "AMD64"}, "AMD64", False),
        ({"PROCESSOR_ARCHITECTURE": "x86", "PROCESSOR_ARCHITEW6432": "AMD64"}, "AMD64", True),
        (
            {"PROCESSOR_ARCHITECTURE": "AMD64", "PROCESSOR_IDENTIFIER": "ARMv8 (64-bit) Family 8"},
            "ARM64",
            True,
        ),
        (
            {"PROCESSOR_ARCHITECTURE": "ARM64", "PROCESSOR_IDENTIFIER": "ARMv8 (64-bit) Family 8"},
            "ARM64",
            False,
        ),
        ({}, "AMD64", None),
    ],
)
def test_emulated_on_windows(
    environ: dict[str, str],
    architecture: str,
    expected: bool | None,  # noqa: FBT001
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(platform, "system", lambda: "Windows")
    monkeypatch.setattr(platform, "machine", lambda: "AMD64")
    assert machine.hardware(environ) == architecture
    assert machine.emulated(architecture, environ, "ARM64") is expected


@pytest.mark.parametrize(
    ("interpreter", "expected"), [("arm64", False), ("x86_64", True), (None, None)]
)
def test_emulated_on_apple_silicon(
    interpreter: str | None,
    expected: bool | None,  # noqa: FBT001
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(platform, "system", lambda: "Darwin")
    monkeypatch.setattr(platform, "machine", lambda: "x86_64")  # as Rosetta shows it
    monkeypatch.setattr(darwin, "number", lambda name: "1")
    assert machine.hardware({}) == "arm64"
    assert machine.emulated("arm64", {}, interpreter) is expected


@pytest.mark.skipif(sys.platform == "darwin", reason="macOS has it")
def test_darwin_elsewhere() -> None:
    assert darwin.number("hw.optional.arm64") is None
    assert darwin.text("machdep.cpu.brand_string") is None
    assert darwin.is_apple_silicon() is False


@pytest.mark.skipif(sys.platform != "darwin", reason="only macOS has it")
def test_darwin() -> None:
    assert darwin.text("kern.ostype") == "Darwin"
    assert int(darwin.number("hw.logicalcpu") or 0) == psutil.cpu_count()
