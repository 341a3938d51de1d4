"""Threads and their runtimes, in real processes."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import KernelManager

from environments import UV, make_kernelspec, make_uv_venv, site_packages
from jupyterlab_envcheck.checks.base import Check
from jupyterlab_envcheck.checks.openmp import ConflictingOpenmp, KmpDuplicateLibOk
from jupyterlab_envcheck.checks.parallelism import NestedParallelism
from jupyterlab_envcheck.checks.thread_settings import ThreadVariableTooLate
from jupyterlab_envcheck.checks.threads import ThreadsExceedCpus
from jupyterlab_envcheck.engine import judge
from jupyterlab_envcheck.facts import Facts
from jupyterlab_envcheck.probe import notebook
from jupyterlab_envcheck.probe.gather import gather
from jupyterlab_envcheck.probe.subject import (
    KernelLook,
    Subject,
    subject_of_interpreter,
    subject_of_kernel,
    subject_of_kernelspec,
)
from jupyterlab_envcheck.recommendations import Outcome

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="tried on Linux")

TODAY = date(2026, 11, 21)
CHECKS = (
    ThreadsExceedCpus,
    ThreadVariableTooLate,
    NestedParallelism,
    ConflictingOpenmp,
    KmpDuplicateLibOk,
)
#: Eight libraries' worth of workers: on any machine more than its CPUs bear.
POOL = "from multiprocessing import Pool\nPool({})"


def look(subject: Subject, *cells: str) -> Facts:
    """Return the facts about a subject, and about cells as they are read."""
    written = [{"id": f"c{number}", "source": cell} for number, cell in enumerate(cells)]
    facts = gather(subject, cells=written, server=False, now=TODAY)
    read, value = notebook.read(written), facts.notebook.value
    assert value is not None
    value = replace(value, settings=read.settings, parallels=read.parallels)
    return replace(facts, notebook=replace(facts.notebook, value=value))


def outcomes(facts: Facts, checks: Sequence[type[Check]] = CHECKS) -> dict[str, Outcome]:
    found = judge(facts, checks)
    assert not [one for one in found if one.status == "crash"]
    return {one.id: one for one in found}


def without_quota(facts: Facts) -> Facts:
    """Return the facts as on a machine of its own: where the tests run there may be a quota."""
    machine = facts.machine.value
    assert machine is not None
    cpus = replace(machine.cpus, cgroup=None, usable=machine.cpus.affinity, limited_by=None)
    return replace(facts, machine=replace(facts.machine, value=replace(machine, cpus=cpus)))


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of a healthy environment with numpy, threadpoolctl and ipykernel."""
    folder = tmp_path_factory.mktemp("threads") / "env"
    return make_uv_venv(folder, "numpy", "threadpoolctl", "ipykernel")


def test_healthy_environment_is_left_in_peace(python: Path) -> None:
    facts = without_quota(look(subject_of_interpreter(str(python)), "import numpy"))
    assert {one.status for one in outcomes(facts).values()} == {"pass"}


# --- variables ------------------------------------------------------------------------------------


def threads_of_openblas(python: Path, code: str, **variables: str) -> int:
    """Return how many threads OpenBLAS has after `code`, as threadpoolctl tells."""
    asking = "\nimport json, threadpoolctl\nprint(json.dumps(threadpoolctl.threadpool_info()))"
    env = {name: value for name, value in os.environ.items() if "NUM_THREADS" not in name}
    done = subprocess.run(
        [str(python), "-c", code + asking],
        check=True, capture_output=True, text=True, env={**env, **variables},
    )  # fmt: skip
    number: int = json.loads(done.stdout)[0]["num_threads"]
    return number


@pytest.mark.skipif((os.cpu_count() or 1) == 1, reason="one thread is what there is anyway")
@pytest.mark.parametrize("variable", ["OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"])
def test_thread_variable_too_late_has_no_effect_on_openblas(python: Path, variable: str) -> None:
    sets = f"import os\nos.environ[{variable!r}] = '1'"
    late, early = ("import numpy", sets), (sets, "import numpy")
    assert threads_of_openblas(python, "\n".join(late)) > 1
    assert threads_of_openblas(python, "\n".join(early)) == 1
    subject = subject_of_interpreter(str(python))
    found = outcomes(look(subject, *late))["thread-variable-too-late"]
    assert found.title == f"{variable} is set after numpy was imported"
    assert outcomes(look(subject, *early))["thread-variable-too-late"].status == "pass"


@pytest.mark.skipif((os.cpu_count() or 1) == 1, reason="one thread is what there is anyway")
def test_nested_parallelism_is_as_many_threads_as_it_says(python: Path) -> None:
    workers = 4 * (os.cpu_count() or 1)
    facts = without_quota(
        look(subject_of_interpreter(str(python)), "import numpy", POOL.format(workers))
    )
    pools = facts.thread_pools.value
    assert pools is not None
    each = max(pool.threads or 0 for pool in pools)
    found = outcomes(facts)["nested-parallelism"]
    assert found.severity == "warning"
    assert f"{workers} worker processes with {each} OpenBLAS threads" in found.title
    # So many has each worker indeed, however it begins.
    for way in ("fork", "spawn"):
        counting = (
            "import multiprocessing as m, numpy, threadpoolctl\n"
            f"with m.get_context({way!r}).Pool(1) as pool:\n"
            "    told = pool.apply(threadpoolctl.threadpool_info)\n"
            '    told = told or pool.apply(eval, (\'__import__("numpy") and '
            '__import__("threadpoolctl").threadpool_info()\',))\n'
            "    print(told[0]['num_threads'])"
        )
        done = subprocess.run(
            [str(python), "-c", counting], check=True, capture_output=True, text=True
        )
        assert int(done.stdout) == each
    quiet = without_quota(look(subject_of_interpreter(str(python)), "import numpy", POOL.format(1)))
    assert outcomes(quiet)["nested-parallelism"].status == "pass"


# --- a CPU quota ----------------------------------------------------------------------------------


@contextlib.contextmanager
def group_of_half_a_cpu() -> Iterator[Path]:
    """Make a real control group; skip where the system does not let us."""
    name = f"envcheck-zoo-{os.getpid()}"
    tops = [Path("/sys/fs/cgroup/cpu", name), Path("/sys/fs/cgroup", name)]
    folder = next((top for top in tops if (top.parent / "cgroup.procs").exists()), None)
    if folder is None:
        pytest.skip("no control groups are mounted")
    try:
        folder.mkdir()
    except OSError as error:
        pytest.skip(f"this user may not make a control group: {error}")
    try:
        try:
            if (folder / "cpu.cfs_quota_us").exists():
                (folder / "cpu.cfs_quota_us").write_text("50000")
            else:
                (folder / "cpu.max").write_text("50000 100000")
        except OSError as error:
            pytest.skip(f"the group has no CPU controller: {error}")
        yield folder
    finally:
        folder.rmdir()


@contextlib.contextmanager
def waiting(python: Path, code: str = "") -> Iterator[Subject]:
    """Run a process that waits after `code`; yield it as a busy kernel would be seen."""
    child = subprocess.Popen(
        [str(python), "-c", f"{code}\nprint('ready', flush=True)\ninput()"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
        seen = KernelLook(
            state="busy",
            pid=child.pid,
            hostname=None,
            remote=False,
            reply=None,
            reason="it is busy",
            language="python",
        )
        yield replace(subject_of_interpreter(str(python)), kernel=seen)
    finally:
        child.kill()
        child.communicate()


@pytest.mark.skipif((os.cpu_count() or 1) == 1, reason="one CPU cannot be exceeded")
def test_threads_exceed_cpus_of_a_real_quota(python: Path) -> None:
    with group_of_half_a_cpu() as folder, waiting(python) as subject:
        assert subject.kernel is not None
        try:
            (folder / "cgroup.procs").write_text(str(subject.kernel.pid))
        except OSError as error:
            pytest.skip(f"the process may not be moved: {error}")
        found = outcomes(look(subject, "import numpy"))["threads-exceed-cpus"]
        assert found.severity == "warning"
        assert " threads on the 1 CPU " in found.title
        assert any("0.5 CPUs" in fact.value for fact in found.evidence)


# --- runtimes -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def llvm(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """LLVM's OpenMP, of Debian."""
    if shutil.which("apt-get") is None or shutil.which("dpkg-deb") is None:
        pytest.skip("this is no Debian")
    folder = tmp_path_factory.mktemp("llvm")
    listed = subprocess.run(
        ["apt-cache", "search", "--names-only", r"^libomp5-[0-9]+$"],
        check=False, capture_output=True, text=True,
    ).stdout.split()  # fmt: skip
    names = [word for word in listed if word.startswith("libomp5-")]
    got = subprocess.run(
        ["apt-get", "download", "-o", "APT::Sandbox::User=root", *names[:1]],
        cwd=folder, check=False, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    if not names or got.returncode != 0:
        pytest.skip("Debian's packages cannot be fetched")
    for file in folder.glob("*.deb"):
        subprocess.run(["dpkg-deb", "-x", file.name, "."], cwd=folder, check=True)
    return next(folder.glob("usr/lib/llvm-*/lib/libomp.so.5"))


@pytest.fixture(scope="module")
def intels(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The Python of an environment with Intel's OpenMP of its wheel, and the library."""
    python = make_uv_venv(tmp_path_factory.mktemp("intels") / "env", "numpy", "ipykernel")
    install = [UV, "pip", "install", "--quiet", "--no-deps", "--python", str(python)]
    subprocess.run([*install, "intel-openmp"], check=True)
    return python, next(python.parents[1].glob("lib/libiomp5.so"))


@pytest.mark.soak
def test_conflicting_openmp_in_the_memory_of_a_real_kernel(
    llvm: Path, intels: tuple[Path, Path], tmp_path: Path
) -> None:
    python, intel = intels
    make_kernelspec(tmp_path, "both", python)
    specs = KernelSpecManager(kernel_dirs=[str(tmp_path / "kernels")])
    manager: Any = KernelManager(kernel_name="both", kernel_spec_manager=specs)
    manager.start_kernel()
    client = manager.blocking_client()
    client.start_channels()
    try:
        client.wait_for_ready(timeout=60)
        for library in (intel, llvm):
            code = f"import ctypes; ctypes.CDLL({str(library)!r})"
            reply = client.execute(code, reply=True, timeout=60)
            assert reply["content"]["status"] == "ok"
        seen = KernelLook(
            state="idle",
            pid=manager.provisioner.pid,
            hostname=None,
            remote=False,
            reply=None,
            reason="it was not asked",
            language="python",
        )
        subject = subject_of_kernel(seen, specs.get_kernel_spec("both"))
        one = outcomes(look(subject, "import numpy"))["conflicting-openmp"]
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
    assert one.severity == "error"
    assert one.title == "Intel's and LLVM's OpenMP are both loaded in this kernel"
    assert {Path(fact.value).name for fact in one.evidence} == {"libiomp5.so", llvm.name}


@pytest.mark.soak
def test_conflicting_openmp_that_a_package_loads_on_import(
    llvm: Path, intels: tuple[Path, Path]
) -> None:
    # A package that loads both when it is imported, and brings compiled code by its RECORD.
    python, intel = intels
    packages = site_packages(python)
    (packages / "both.py").write_text(
        f"import ctypes\nfor name in {[str(intel), str(llvm)]}:\n    ctypes.CDLL(name)\n"
    )
    metadata = packages / "both-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: both\nVersion: 1.0\n")
    (metadata / "RECORD").write_text("both.py,,\nboth_native.abi3.so,,\n")
    try:
        facts = look(subject_of_interpreter(str(python)), "import both")
    finally:
        shutil.rmtree(metadata)
        (packages / "both.py").unlink()
    one = outcomes(facts)["conflicting-openmp"]
    assert one.severity == "error"
    assert one.title == "What this notebook imports loads Intel's and LLVM's OpenMP together"


@pytest.mark.soak
def test_conflicting_openmp_of_runtimes_that_get_along(intels: tuple[Path, Path]) -> None:
    python, intel = intels
    subprocess.run(
        [UV, "pip", "install", "--quiet", "--python", str(python), "scikit-learn"], check=True
    )
    alone = outcomes(look(subject_of_interpreter(str(python)), "import sklearn"))
    assert alone["conflicting-openmp"].status == "pass"
    code = f"import ctypes, sklearn\nctypes.CDLL({str(intel)!r})"
    with waiting(python, code) as subject:
        one = outcomes(look(subject, "import sklearn"))["conflicting-openmp"]
    assert one.severity == "info"
    assert one.title == ("GNU OpenMP (libgomp) and Intel OpenMP (libiomp5) share one process")


# --- KMP_DUPLICATE_LIB_OK -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("variables", "status"), [({"KMP_DUPLICATE_LIB_OK": "TRUE"}, "finding"), ({}, "pass")]
)
def test_kmp_duplicate_lib_ok_of_a_real_kernelspec(
    python: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    variables: Mapping[str, str],
    status: str,
) -> None:
    monkeypatch.delenv("KMP_DUPLICATE_LIB_OK", raising=False)
    make_kernelspec(tmp_path, "zoo", python, **variables)
    specs = KernelSpecManager(kernel_dirs=[str(tmp_path / "kernels")])
    subject = subject_of_kernelspec(specs.get_kernel_spec("zoo"))
    assert outcomes(look(subject))["kmp-duplicate-lib-ok"].status == status


def test_kmp_duplicate_lib_ok_is_silent_where_threadpoolctl_set_it(
    python: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("KMP_DUPLICATE_LIB_OK", raising=False)
    code = "import os, threadpoolctl\nassert os.environ['KMP_DUPLICATE_LIB_OK'] == 'True'"
    with waiting(python, code) as subject:
        assert outcomes(look(subject))["kmp-duplicate-lib-ok"].status == "pass"


def test_kmp_duplicate_lib_ok_in_a_real_cell(python: Path) -> None:
    cell = "import os\nos.environ['KMP_DUPLICATE_LIB_OK'] = 'TRUE'"
    one = outcomes(look(subject_of_interpreter(str(python)), cell))["kmp-duplicate-lib-ok"]
    assert one.title == "KMP_DUPLICATE_LIB_OK is set by this notebook"
