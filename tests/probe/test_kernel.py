"""A look leaves a kernel as it was: idle, busy, or neither."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pytest
from hypothesis import given, strategies as st
from jupyter_client.client import KernelClient
from jupyter_server.gateway.gateway_client import GatewayClient
from jupyter_server.gateway.managers import GatewayKernelManager, GatewayMappingKernelManager

from jupyterlab_envcheck.facts import parse
from jupyterlab_envcheck.probe import kernel as looking
from jupyterlab_envcheck.probe.activity import Unrecorded
from jupyterlab_envcheck.probe.conversation import Conversation
from jupyterlab_envcheck.probe.kernel import look
from jupyterlab_envcheck.probe.kernel_process import descendant
from jupyterlab_envcheck.probe.process import outside
from jupyterlab_envcheck.probe.subject import KernelLook
from jupyterlab_envcheck.probe.untracked import make_untracked
from jupyterlab_envcheck.problems import Problem
from live_kernels import Fetch, Person, Start, as_shown, until

#: Everything that a look must leave alone, as one expression.
STATE = (
    "(sorted(globals()), sorted(__import__('sys').modules), dict(__import__('os').environ),"
    " list(__import__('sys').path), __import__('threading').active_count(),"
    " get_ipython().execution_count, len(get_ipython().history_manager.input_hist_raw),"
    " sorted(vars(__import__('sys').modules.get('ctypes', object))),"
    " sorted(__import__('os').listdir('/proc/self/task')),"
    " sorted({line.split(None, 5)[-1] for line in"
    " __import__('pathlib').Path('/proc/self/maps').read_text().split('\\n') if '/' in line}))"
)

linux = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")


@pytest.fixture(autouse=True)
def untracked(jp_serverapp: Any) -> None:
    make_untracked(jp_serverapp.kernel_manager)


async def see(person: Person, **kwargs: Any) -> KernelLook:
    return await look(person.manager, person.kernel_id, **kwargs)


def not_asked(seen: KernelLook) -> bool:
    return seen.reply is None and bool(seen.reason)


async def begin_cell(person: Person, code: str) -> str:
    """Start a cell, and wait until the server knows that it runs."""
    message_id: str = person.client.execute(code)
    await until(lambda: person.kernel.execution_state == "busy")
    return message_id


def waits_for(file: Path) -> str:
    return f"import os, time\nwhile not os.path.exists({str(file)!r}): time.sleep(0.01)\n"


async def test_look_idle(start_kernel: Start) -> None:
    async with start_kernel() as person:
        await person.run("import xml; xml.__version__ = '7'; import psutil")
        await person.idle()
        seen = await see(person)
        assert (seen.state, seen.remote, seen.language) == ("idle", False, "python")
        assert seen.pid == await person.value("__import__('os').getpid()")
        assert seen.hostname == socket.gethostname()
        assert seen.reply is not None
        assert seen.reply["unknown"] == {}
        facts = seen.reply["facts"]
        assert (facts["executable"], facts["prefix"]) == (sys.executable, sys.prefix)
        assert facts["modules"]["psutil"][0] == psutil.__version__


@linux
@pytest.mark.parametrize("imports", ["", "import numpy, threading\n"], ids=["bare", "numpy"])
async def test_look_idle_leaves_all_as_it_was(
    imports: str, start_kernel: Start, jp_fetch: Fetch
) -> None:
    async with start_kernel() as person:
        await person.run(imports + "x = 1\nx")
        await see(person)  # ipykernel itself imports psutil at the first usage_request
        before = await person.value(STATE)
        await person.idle()
        shown = await as_shown(jp_fetch, person.kernel_id)
        overall = person.manager.last_kernel_activity
        for _ in range(3):
            assert (await see(person)).reply is not None
            assert await as_shown(jp_fetch, person.kernel_id) == shown
        await until(lambda: person.kernel._activity_stream._recv_callback.__name__ != "_receive")
        assert await as_shown(jp_fetch, person.kernel_id) == shown
        assert person.manager.last_kernel_activity == overall
        assert await person.value(STATE) == before
        assert await person.value("(_, _1, In[-1])") == (1, 1, imports + "x = 1\nx")


@linux
async def test_look_pools_as_threadpoolctl_tells_afterwards(start_kernel: Start) -> None:
    async with start_kernel() as person:
        await person.run("import os; os.environ['OPENBLAS_NUM_THREADS'] = '2'; import numpy")
        await person.idle()
        seen = await see(person)
        assert seen.reply is not None
        assert seen.reply["unknown"] == {}
        live = {pool["filepath"]: pool["num_threads"] for pool in seen.reply["facts"]["pools"]}
        await person.run(
            "import threadpoolctl\ntheirs = threadpoolctl.threadpool_info()\n"
            "limited = threadpoolctl.threadpool_limits(1)"
        )
        theirs = await person.value("{p['filepath']: p['num_threads'] for p in theirs}")
        assert live == theirs
        assert live
        await person.idle()
        seen = await see(person)
        assert {one.threads for one in parse.live_pools(seen.reply) or ()} == {1}
        assert parse.live_thread(seen.reply) == "MainThread"


@linux
async def test_look_pools_of_a_kernel_without_numpy(start_kernel: Start) -> None:
    async with start_kernel() as person:
        seen = await see(person)
        assert parse.live_pools(seen.reply) == ()


@linux
async def test_look_pools_frozen_by_asking_are_not_asked(
    start_kernel: Start, tmp_path: Path
) -> None:
    async with start_kernel() as person:
        for name in ("libmkl_rt.so.2", "libiomp5.so"):
            (tmp_path / name).write_bytes(b"x" * 4096)
        await person.run(
            f"import mmap, os\nos.chdir({str(tmp_path)!r})\n"
            "with open('libmkl_rt.so.2', 'rb') as one, open('libiomp5.so', 'rb') as two:\n"
            "    kept = [mmap.mmap(f.fileno(), 0, prot=mmap.PROT_READ) for f in (one, two)]"
        )
        await person.idle()
        seen = await see(person)
        pools = parse.live_pools(seen.reply) or ()
        assert {(one.library, one.threads) for one in pools} == {("mkl", None), ("libiomp5", None)}
        why = parse.unknown(seen.reply)
        assert "would start it" in why["pools.mkl"]
        assert "would start it" in why["pools.libiomp5"]


@linux
async def test_look_at_user_who_replaced_ctypes(start_kernel: Start) -> None:
    async with start_kernel() as person:
        await person.run("import ctypes, numpy\nctypes.CDLL = None")
        await person.idle()
        seen = await see(person)
        assert {one.threads for one in parse.live_pools(seen.reply) or ()} == {None}
        assert parse.unknown(seen.reply)["pools.openblas"].startswith("TypeError: ")
        assert parse.modules(seen.reply)


async def test_look_idle_is_never_shown_busy(start_kernel: Start) -> None:
    async with start_kernel() as person:
        changes: list[Any] = []
        person.kernel.observe(changes.append, ["execution_state", "last_activity"])
        assert (await see(person)).reply is not None
        await person.hear_all()
        assert changes == []


async def test_look_counts_what_a_restart_would_lose(start_kernel: Start) -> None:
    async with start_kernel() as person:
        assert parse.user_variables((await see(person)).reply) == 0
        await person.run("import sys, json as j\na = b = 1\n_hidden = 2\ndef f(): ...\na")
        await person.idle()
        assert parse.user_variables((await see(person)).reply) == 3
        await person.run("open = None; del a")
        await person.idle()
        assert parse.user_variables((await see(person)).reply) == 3


async def test_look_at_user_who_shadows_builtins(start_kernel: Start) -> None:
    async with start_kernel() as person:
        await person.run(
            "dict = list = str = exec = compile = eval = print = type = None; json = os = sys = 0"
        )
        await person.idle()
        assert (await see(person)).reply is not None


async def test_look_at_user_who_shadows_import(start_kernel: Start) -> None:
    async with start_kernel() as person:
        await person.run("def __import__(*a): raise ValueError('mine')")
        await person.idle()
        seen = await see(person)
        assert not_asked(seen)
        assert seen.state == "idle"


async def test_look_fires_no_request_but_ours(start_kernel: Start) -> None:
    async with start_kernel() as person:
        await person.hear_all()
        person.heard.clear()
        await see(person)
        asked = {message["parent_header"].get("msg_type") for message in await person.hear_all()}
        assert asked == {"usage_request", "execute_request"}
        kinds = {message["msg_type"] for message in person.heard}
        assert kinds == {"status"}, "neither input nor output"


async def test_look_busy_sends_usage_request_only(start_kernel: Start, tmp_path: Path) -> None:
    async with start_kernel() as person:
        cell = await begin_cell(person, waits_for(tmp_path / "go"))
        person.heard.clear()
        for _ in range(3):
            seen = await see(person)
            assert seen.state == "busy"
            assert seen.pid is not None
            assert not_asked(seen)
            assert person.kernel.execution_state == "busy"
        (tmp_path / "go").touch()
        await person.reply_to(cell)
        await person.value("1")  # whatever stood in the queue has run now
        others = [
            message["parent_header"]["msg_type"]
            for message in await person.hear_all()
            if message["parent_header"].get("session") != person.client.session.session
        ]
        assert others == ["usage_request"] * 6  # busy and idle, three times


def loops_until(file: Path) -> str:
    return f"import os\nwhile not os.path.exists({str(file)!r}): pass\n"


def calls_until(file: Path, begun: Path) -> str:
    """Return a call of C that keeps Python's lock: no thread of the kernel can answer."""
    shell = f"touch '{begun}'; while [ ! -e '{file}' ]; do sleep 0.02; done"
    return f"import ctypes\nctypes.PyDLL(None).system({shell.encode()!r})\n"


async def asked_of(person: Person) -> set[str]:
    """Return the types of requests that others than the person have sent, to the end of all."""
    await person.value("1")
    return {
        message["parent_header"]["msg_type"]
        for message in await person.hear_all()
        if message["parent_header"].get("session") != person.client.session.session
    }


@linux
@pytest.mark.parametrize("how", ["loop", "call", "stopped"])
async def test_look_busy_process_from_outside_and_nothing_else(
    how: str, start_kernel: Start, tmp_path: Path
) -> None:
    start, begun, go = (tmp_path / name for name in ("start", "begun", "go"))
    async with start_kernel() as person:
        await person.run("import numpy")
        await person.idle()
        await person.hear_all()
        person.heard.clear()
        code = calls_until(go, begun) if how == "call" else loops_until(go)
        cell = await begin_cell(person, f"{waits_for(start)}{code}y = 'done'")
        start.touch()
        await until(lambda: how != "call" or begun.exists())
        pid = person.kernel.provisioner.pid
        if how == "stopped":
            os.kill(pid, signal.SIGSTOP)
        try:
            seen = await see(person, timeout=0.4)
            process = outside(pid)
        finally:
            if how == "stopped":
                os.kill(pid, signal.SIGCONT)
        assert (seen.state, seen.pid, seen.remote) == ("busy", pid, False)
        assert not_asked(seen)
        expected = "is busy" if how == "loop" else "did not answer within 0.4 seconds"
        assert expected in str(seen.reason)
        assert process.unknown == {}
        assert process.memory is not None
        assert process.memory > 1_000_000
        assert process.libraries is not None
        assert "openblas" in {name for name, _ in process.libraries}
        assert person.kernel.execution_state == "busy"
        go.touch()
        assert (await person.reply_to(cell))["status"] == "ok"
        assert await asked_of(person) <= {"usage_request"}  # a stopped one never took it in
        assert await person.value("y") == "done"
        await person.idle()
        assert parse.live_pools((await see(person)).reply)


async def test_look_busy_shown_state_and_activity(
    start_kernel: Start, tmp_path: Path, jp_fetch: Fetch
) -> None:
    async with start_kernel() as person:
        cell = await begin_cell(person, waits_for(tmp_path / "go"))
        await person.hear_all()
        shown = await as_shown(jp_fetch, person.kernel_id)
        assert shown[0] == "busy"
        await see(person)
        await person.hear_all()
        assert await as_shown(jp_fetch, person.kernel_id) == shown
        (tmp_path / "go").touch()
        await person.reply_to(cell)
        await person.idle()


async def test_look_busy_half_drawn_figure(start_kernel: Start, tmp_path: Path) -> None:
    async with start_kernel() as person:
        await person.run("%matplotlib inline\nimport matplotlib.pyplot as plt")
        cell = await begin_cell(
            person,
            "plt.plot([1, 2, 3])\n"
            + waits_for(tmp_path / "go")
            + "lines = len(plt.gcf().axes[0].lines) if plt.gcf().axes else None",
        )
        for _ in range(3):
            assert (await see(person)).state == "busy"
        pictures = [m for m in await person.hear_all() if m["msg_type"] == "display_data"]
        assert pictures == []
        (tmp_path / "go").touch()
        await person.reply_to(cell)
        assert await person.value("lines") == 1
        assert [m["msg_type"] for m in person.heard].count("display_data") == 1


async def test_look_while_a_cell_gets_in_front(
    start_kernel: Start, tmp_path: Path, jp_fetch: Fetch
) -> None:
    # The server still thought the kernel idle when we asked; our question now waits in the queue.
    async with start_kernel() as person:
        cell = await begin_cell(person, waits_for(tmp_path / "go"))
        before = person.kernel.last_activity
        with Conversation(person.kernel, 0.3) as conversation:
            assert await looking._live(person.kernel, conversation) == (None, None)
        assert (await as_shown(jp_fetch, person.kernel_id))[0] == "busy"
        (tmp_path / "go").touch()
        await person.reply_to(cell)
        await person.idle()
        # The cell's end was recorded, ours was not, and the filter is gone.
        await until(lambda: Unrecorded.__name__ not in repr(recorder(person)))
        assert person.kernel.last_activity > before
        assert person.kernel.execution_state == "idle"


def recorder(person: Person) -> object:
    return person.kernel._activity_stream._recv_callback


async def test_look_makes_no_channel_but_what_it_asks_on(
    start_kernel: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []

    def counting(channel: str, connect: Callable[..., Any]) -> Callable[..., Any]:
        def counted(*args: Any, **kwargs: Any) -> Any:
            made.append(channel)
            return connect(*args, **kwargs)

        return counted

    async with start_kernel() as person:
        for channel in ("shell", "iopub", "stdin", "hb", "control"):
            connect = getattr(KernelClient, f"connect_{channel}")
            monkeypatch.setattr(KernelClient, f"connect_{channel}", counting(channel, connect))
        assert (await see(person)).reply is not None
        assert made == ["control", "shell"]
        made.clear()
        cell = await begin_cell(person, waits_for(tmp_path / "go"))
        assert (await see(person)).state == "busy"
        assert made == ["control"]
        (tmp_path / "go").touch()
        await person.reply_to(cell)


async def test_look_leaves_no_descriptor_open(start_kernel: Start) -> None:
    async with start_kernel() as person:
        await see(person)
        before = psutil.Process().num_fds()
        for _ in range(5):
            await see(person)
        await until(lambda: psutil.Process().num_fds() <= before)  # zmq closes in its own thread


async def test_look_two_at_once(start_kernel: Start) -> None:
    async with start_kernel() as person:
        seen = await asyncio.gather(*(see(person) for _ in range(5)))
        assert all(one.reply is not None for one in seen)
        await until(lambda: Unrecorded.__name__ not in repr(recorder(person)))


async def test_look_between_cells_is_no_hindrance_to_their_record(start_kernel: Start) -> None:
    async with start_kernel() as person:
        for number in range(5):
            before = person.kernel.last_activity
            await asyncio.gather(see(person), person.run(f"y = {number}"))
            await person.idle()
            assert person.kernel.last_activity > before
        assert await person.value("y") == 4


async def test_look_then_thread_variable_set_is_honoured(start_kernel: Start) -> None:
    async with start_kernel() as person:
        for _ in range(2):
            assert (await see(person)).reply is not None
        await person.run(
            "import os; os.environ['OMP_NUM_THREADS'] = os.environ['OPENBLAS_NUM_THREADS'] = '1'\n"
            "import numpy, threadpoolctl\n"
            "n = {pool['num_threads'] for pool in threadpoolctl.threadpool_info()}"
        )
        assert await person.value("n") == {1}


async def test_look_unknown_kernel(jp_serverapp: Any) -> None:
    with pytest.raises(Problem) as caught:
        await look(jp_serverapp.kernel_manager, "no-such-id")
    assert caught.value.reason == "unknown-kernel"


async def test_look_starting(jp_serverapp: Any) -> None:
    manager = jp_serverapp.kernel_manager
    kernel_id = await manager.start_kernel()
    seen = await look(manager, kernel_id)
    assert seen.state == "starting"
    assert not_asked(seen)
    assert manager.get_kernel(kernel_id).execution_state == "starting"
    await manager.shutdown_kernel(kernel_id, now=True)


async def test_look_dead(start_kernel: Start) -> None:
    async with start_kernel() as person:
        person.manager.get_kernel(person.kernel_id).stop_restarter()
        pid = (await see(person)).pid
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        psutil.Process(person.kernel.provisioner.pid)
        await until(lambda: person.kernel.provisioner.process.poll() is not None)
        seen = await see(person)
        assert seen.state == "dead"
        assert seen.pid is None
        assert not_asked(seen)


async def test_look_stopped(start_kernel: Start) -> None:
    async with start_kernel() as person:
        pid = person.kernel.provisioner.pid
        os.kill(pid, signal.SIGSTOP)
        try:
            seen = await see(person, timeout=0.3)
        finally:
            os.kill(pid, signal.SIGCONT)
        assert seen.state == "unknown"
        assert seen.pid == pid
        assert "0.3 seconds" in str(seen.reason)


async def test_look_other_language(start_kernel: Start, odd_kernel: Callable[..., str]) -> None:
    async with start_kernel(odd_kernel("elsewise", "", language="R")) as person:
        await person.hear_all()
        person.heard.clear()
        seen = await see(person)
        assert seen.language == "r"
        assert not_asked(seen)
        assert seen.pid == person.kernel.provisioner.pid
        assert await person.hear_all() == []


async def test_look_other_host(start_kernel: Start, odd_kernel: Callable[..., str]) -> None:
    code = "import socket; socket.gethostname = lambda: 'elsewhere'"
    async with start_kernel(odd_kernel("far", code)) as person:
        seen = await see(person)
        assert seen.remote
        assert seen.hostname == "elsewhere"
        assert seen.pid is None
        assert not_asked(seen)


async def test_look_number_of_another_process(
    start_kernel: Start, odd_kernel: Callable[..., str]
) -> None:
    # In a container of the same host name, the kernel's number is some other process's here.
    code = "import ipykernel.kernelbase as k, os\nclass O:\n  getpid = staticmethod(lambda: 1)\n  def __getattr__(self, n): return getattr(os, n)\nk.os = O()"
    async with start_kernel(odd_kernel("boxed", code)) as person:
        seen = await see(person)
        assert seen.remote
        assert "container" in str(seen.reason)
        assert not_asked(seen)


@pytest.mark.skipif(os.name != "posix", reason="a wrapper in a Unix shell")
async def test_look_behind_a_wrapper(start_kernel: Start, kernelspec: Callable[..., str]) -> None:
    script = f"{sys.executable} -m ipykernel_launcher -f $0; true"
    name = kernelspec("wrapped", "sh", "-c", script, "{connection_file}")
    async with start_kernel(name) as person:
        seen = await see(person)
        assert seen.pid != person.kernel.provisioner.pid
        assert seen.pid == await person.value("__import__('os').getpid()")
        below = descendant(person.kernel.provisioner.pid, person.kernel.connection_file)
        assert below == seen.pid


async def test_descendant_fork_of_the_kernel(start_kernel: Start) -> None:
    async with start_kernel() as person:
        await person.run(
            "import os; child = os.fork()\nif not child: os.execvp('sleep', ['sleep', '600'])"
        )
        await person.run(
            "import time\nfork = os.fork()\nif not fork:\n    time.sleep(600); os._exit(0)"
        )
        kernel = person.kernel
        assert descendant(kernel.provisioner.pid, kernel.connection_file) == kernel.provisioner.pid
        await person.run(
            "os.kill(child, 9); os.kill(fork, 9); os.waitpid(child, 0); os.waitpid(fork, 0)"
        )


async def test_look_through_a_gateway_manager() -> None:
    GatewayClient.instance().url = "http://127.0.0.1:9"  # nobody there: nothing may be asked
    manager = GatewayMappingKernelManager()  # type: ignore[no-untyped-call]
    kernel = GatewayKernelManager(parent=manager)  # type: ignore[no-untyped-call]
    manager._kernels["k"] = kernel
    kernel.execution_state = "idle"
    seen = await look(manager, "k")
    GatewayClient.clear_instance()
    assert seen.remote
    assert seen.state == "idle"
    assert not_asked(seen)


def test_make_untracked_twice(jp_serverapp: Any) -> None:
    manager = jp_serverapp.kernel_manager
    types = manager.untracked_message_types
    make_untracked(manager)
    assert manager.untracked_message_types == types
    assert {"usage_request", "create_subshell_request"} <= set(types)
    make_untracked(object())


@given(
    st.one_of(
        st.none(),
        st.text(),
        st.dictionaries(st.text(), st.text()),
        st.builds(lambda t: {"data": {"text/plain": t}}, st.text()),
    )
)
def test_unframed_anything(told: object) -> None:
    assert looking._unframed(told, "<", ">") is None
