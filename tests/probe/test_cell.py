"""Watching a cell: what it took, who computed, and what it imported."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from pathlib import Path

import psutil
import pytest
from hypothesis import given, strategies as st

from jupyterlab_envcheck.facts.cell import CellRun, GpuUse
from jupyterlab_envcheck.probe.cell import Watch
from jupyterlab_envcheck.probe.cell.gpu_memory import parsed
from jupyterlab_envcheck.probe.cell.imports import Imports
from jupyterlab_envcheck.probe.cell.load import Load

BURN = "import time\nwhile time.process_time() < {}: pass\n"


def burn(seconds: float) -> None:
    """Compute for some CPU time of this thread."""
    until = time.thread_time() + seconds
    while time.thread_time() < until:
        pass


def child(seconds: float, after: str = "") -> subprocess.Popen[str]:
    argv = [sys.executable, "-I", "-S", "-c", BURN.format(seconds) + after]
    return subprocess.Popen(argv, stdout=subprocess.PIPE, text=True)


def test_watch_counts_the_cpu_time_of_this_process() -> None:
    watch = Watch()
    burn(0.3)
    run = watch.stop()
    assert 0.29 <= run.cpu <= 0.45
    assert run.wall >= 0.3
    assert (run.cpu_workers, run.workers) == (0.0, 0)
    assert run.busy * run.wall >= 0.25


def test_watch_counts_children_that_have_ended_and_those_that_live() -> None:
    watch = Watch()
    with child(0.5) as ended:
        assert ended.wait(60) == 0
    with child(0.5, "print(1, flush=True)\ninput()") as alive:
        assert alive.stdout is not None
        alive.stdout.readline()
        run = watch.stop()
        alive.kill()
    assert 0.95 <= run.cpu_workers <= 1.3
    assert run.cpu - run.cpu_workers < 0.3


def test_watch_does_not_count_what_a_child_used_before() -> None:
    with child(0.8, "print(1, flush=True)\nimport sys\nsys.stdin.read()") as old:
        assert old.stdout is not None
        old.stdout.readline()
        watch = Watch()
        old.kill()
        old.wait(60)
        assert watch.stop().cpu_workers < 0.1


def test_watch_counts_workers_and_threads_that_compute_at_the_same_time() -> None:
    watch = Watch()
    workers = [child(1.5) for _ in range(3)]
    for worker in workers:
        worker.communicate(timeout=60)
    run = watch.stop()
    assert run.workers == 3
    assert run.threads in {3, 4}  # the one that started them may have used a moment, too


def test_load_is_counted_by_one_thread_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is gone through when the cell ends must not change under it."""
    waits = "import threading\nthreading.Event().wait()"
    is_running = psutil.Process.is_running
    late: list[subprocess.Popen[str]] = []
    with child(0, waits) as early:
        load = Load(excepted=None)
        watching = threading.Thread(target=load.look)

        def meanwhile(process: psutil.Process) -> bool:
            if process.pid == early.pid and not late:
                late.append(child(0, waits))
                watching.start()
                watching.join(0.5)
            return is_running(process)

        monkeypatch.setattr(psutil.Process, "is_running", meanwhile)
        try:
            load.count()
        finally:
            watching.join()
            early.kill()
    (other,) = late
    with other:
        other.kill()


def test_watch_that_cannot_count_leaves_nothing_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(_: Load) -> None:
        raise RuntimeError("counting failed")

    monkeypatch.setattr(Load, "count", fails)
    before = set(threading.enumerate())
    watch = Watch()
    assert {thread.name for thread in set(threading.enumerate()) - before} >= {"envcheck"}
    with pytest.raises(RuntimeError, match="counting failed"):
        watch.stop()
    # Those of an earlier test may come and go.
    ours = {thread for thread in threading.enumerate() if thread.name.startswith("envcheck")}
    assert ours <= before


def test_watch_sees_a_slow_import_with_what_it_imports(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    outer, inner = tmp_path / "slow_outer", tmp_path / "slow_inner.py"
    outer.mkdir()
    (outer / "__init__.py").write_text("import slow_inner\n", encoding="utf-8")
    burning = (
        "import time\nend = time.process_time() + 0.3\nwhile time.process_time() < end: pass\n"
    )
    inner.write_text(burning, encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    before = list(sys.meta_path)
    watch = Watch()
    module = __import__("slow_outer")
    run = watch.stop()
    [slow] = run.imports
    assert slow.name == "slow_outer"
    assert slow.seconds >= 0.25
    assert sys.meta_path == before
    assert type(module.__loader__).__module__ == "_frozen_importlib_external"


def test_work_after_an_import_is_not_the_imports() -> None:
    watch = Watch()
    burn(0.3)
    assert watch.stop().imports == ()


def test_thread_that_is_gone_imports_nothing() -> None:
    imports = Imports(thread=-1)
    imports.look()
    assert imports.slowest() == ()


SMI = """#!{python} -I
import time
print("0, NVIDIA H100, 80GB, 1000, 81920", flush=True)
print("1, NVIDIA A10, 512, 24576", flush=True)
print("0, NVIDIA H100, 80GB, 9000, 81920", flush=True)
print("0, NVIDIA H100, 80GB, 3000, 81920", flush=True)
print("what is this", flush=True)
open({done!r}, "w").close()
time.sleep(600)
"""


def watched_with_smi(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, program: str) -> CellRun:
    smi = tmp_path / "nvidia-smi"
    smi.write_text(program, encoding="utf-8")
    smi.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    watch = Watch()
    (tmp_path / "began").touch()
    while not (tmp_path / "done").exists():
        burn(0.01)
    burn(0.1)
    return watch.stop()


def test_watch_reads_the_most_memory_that_a_gpu_had_in_use(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = SMI.format(python=sys.executable, done=str(tmp_path / "done"))
    run = watched_with_smi(tmp_path, monkeypatch, program)
    mebibyte = 1_048_576
    assert run.gpus == (
        GpuUse(
            name="NVIDIA H100, 80GB",
            before=1000 * mebibyte,
            most=9000 * mebibyte,
            total=81920 * mebibyte,
        ),
        GpuUse(
            name="NVIDIA A10", before=512 * mebibyte, most=512 * mebibyte, total=24576 * mebibyte
        ),
    )
    assert (run.workers, run.cpu_workers) == (0, 0.0)


def test_watch_does_not_know_the_memory_of_before_where_the_first_answer_is_late(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the cell took itself would be there before, and the cell took nothing."""
    first, _, second = SMI.partition('print("0')
    program = f"""{first}
import os
print("a warning of its own", flush=True)
while not os.path.exists({{began!r}}): pass
print("0{second}"""
    smi = program.format(
        python=sys.executable, done=str(tmp_path / "done"), began=str(tmp_path / "began")
    )
    run = watched_with_smi(tmp_path, monkeypatch, smi)
    assert [(use.before, use.most) for use in run.gpus] == [
        (None, 9000 * 1_048_576),
        (None, 512 * 1_048_576),
    ]


def test_watch_goes_on_where_the_driver_says_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = f"#!/bin/sh\n: > {tmp_path / 'done'}\necho 'NVIDIA-SMI has failed'\nexit 9\n"
    assert watched_with_smi(tmp_path, monkeypatch, program).gpus == ()


@given(st.text())
def test_any_line_of_nvidia_smi_is_read_or_passed_over(line: str) -> None:
    found = parsed(line)
    assert found is None or found[1].total >= 0
