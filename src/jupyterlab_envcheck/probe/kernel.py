"""Looks at a live kernel without disturbing it: who it is, and when idle what it has imported.

A busy kernel is sent `usage_request` on the control channel and nothing else. An execute request
would fire the running cell's `post_execute` hooks, which draw and close its half-drawn figure, and
its `idle` would make the server believe the kernel idle, and cull it.
"""

from __future__ import annotations

import ast
import asyncio
import json
import os
import secrets
import socket
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from queue import Empty
from typing import Any

import psutil
from jupyter_client.session import Session
from jupyter_core.utils import ensure_async

from ..facts import KernelState
from ..facts.text import clean
from ..problems import Problem
from .activity import Unrecorded
from .interpreter import script
from .kernelspec import is_python
from .subject import KernelLook

#: Seconds. A kernel answers within 5 ms; one whose threads hold Python's lock can take longer.
TIMEOUT = 2.0

#: What the server calls a state, and what we call it.
_STATES: Mapping[object, KernelState] = {
    "starting": "starting",
    "restarting": "starting",
    "autorestarting": "starting",
    "idle": "idle",
    "busy": "busy",
    "dead": "dead",
}

_LONGEST_REPLY = 2_000_000


#: What the extension asks on the control channel, and JupyterLab's own subshells. Jupyter Server
#: calls its list "a superset of the message types sent on any channel other than shell", and lacks
#: these.
UNTRACKED = ("usage_request", "usage_reply", "create_subshell_request", "delete_subshell_request")


def make_untracked(kernel_manager: Any) -> None:
    """Add the message types that are no activity; a manager without such a list is left alone."""
    types = getattr(kernel_manager, "untracked_message_types", None)
    if types is not None:
        missing = [message_type for message_type in UNTRACKED if message_type not in types]
        kernel_manager.untracked_message_types = [*types, *missing]


async def look(kernel_manager: Any, kernel_id: str, timeout: float = TIMEOUT) -> KernelLook:
    """Look at a kernel of Jupyter Server's (or jupyter_client's) kernel manager."""
    if kernel_id not in kernel_manager:
        raise Problem(
            "unknown-kernel",
            f"There is no kernel {clean(kernel_id, 100)}.",
            "It may have been shut down; choose the notebook's kernel again.",
        )
    kernel = kernel_manager.get_kernel(kernel_id)
    language = str(getattr(kernel.kernel_spec, "language", "") or "").lower()
    state = await _state(kernel)
    seen = _Seen(kernel=kernel, state=state, language=language)
    if hasattr(kernel, "kernels_url"):  # a gateway's: there is neither process nor channel here
        return seen.remote("the kernel runs behind a gateway")
    if state == "dead":
        return seen.unasked("the kernel is dead")
    provisioned = getattr(getattr(kernel, "provisioner", None), "pid", None)
    if language not in ("python", "") or state == "starting":
        # A question in a starting kernel's way would make the server show it as idle.
        pid = await asyncio.to_thread(_descendant, provisioned, kernel.connection_file)
        reason = "the kernel is starting" if state == "starting" else f"it runs {clean(language)}"
        return seen.unasked(reason, pid=pid)
    return await _ask(seen, provisioned, timeout)


@dataclass(frozen=True, kw_only=True)
class _Seen:
    kernel: Any
    state: KernelState
    language: str

    def unasked(
        self,
        reason: str | None,
        *,
        pid: int | None = None,
        hostname: str | None = None,
        state: KernelState | None = None,
        reply: Mapping[str, Any] | None = None,
    ) -> KernelLook:
        return KernelLook(
            state=state or self.state,
            pid=pid,
            hostname=hostname,
            remote=False,
            reply=reply,
            reason=reason,
            language=self.language,
        )

    def remote(self, reason: str, hostname: str | None = None) -> KernelLook:
        return KernelLook(
            state=self.state,
            pid=None,
            hostname=hostname,
            remote=True,
            reply=None,
            reason=reason,
            language=self.language,
        )


async def _ask(seen: _Seen, provisioned: int | None, timeout: float) -> KernelLook:
    kernel = seen.kernel
    session = _own_session(kernel.session)
    # The manager's own context: one of the client's would start a thread, and wait for it to end.
    client = kernel.client(session=session, context=kernel.context)
    client.start_channels(shell=False, iopub=False, stdin=False, hb=False, control=True)
    try:
        usage = await _exchange(
            kernel, client.control_channel, session, "usage_request", {}, timeout
        )
        pid, hostname = _whole(usage.get("pid")), _text(usage.get("hostname"))
        if hostname is not None and hostname != socket.gethostname():
            return seen.remote(f"the kernel runs on another host, {hostname}", hostname)
        holds = await asyncio.to_thread(_holds, pid, kernel.connection_file)
        if pid is not None and not holds:
            return seen.remote(
                f"the kernel says it is process {pid}, but that is not its process on this host:"
                " it runs in a container",
                hostname,
            )
        if pid is None:
            pid = await asyncio.to_thread(_descendant, provisioned, kernel.connection_file)
        if not usage:
            why = f"the kernel did not answer within {timeout:g} seconds"
            return seen.unasked(why, pid=pid, state="unknown" if seen.state == "idle" else None)
        if usage.get("status") == "aborted":
            return seen.unasked("the kernel is busy", pid=pid, hostname=hostname, state="busy")
        # Asked again: a cell may have begun meanwhile. From here to the sending nothing else runs.
        state = await _state(kernel)
        if state != "idle":
            return seen.unasked(f"the kernel is {state}", pid=pid, hostname=hostname, state=state)
        reply, reason = await _live(kernel, client, session, timeout)
        return seen.unasked(reason, pid=pid, hostname=hostname, state=state, reply=reply)
    finally:
        client.stop_channels()


async def _live(
    kernel: Any, client: Any, session: Session, timeout: float
) -> tuple[Mapping[str, Any] | None, str | None]:
    """Return the script's reply from inside the kernel, or why there is none."""
    unrecorded = Unrecorded.before(kernel)
    if unrecorded is None and hasattr(kernel, "last_activity"):
        return None, "this server would take the question for the user's activity"
    start, end = (secrets.token_hex(16) for _ in range(2))
    content = {
        "code": "",
        "silent": True,
        "store_history": False,
        "allow_stdin": False,
        "stop_on_error": False,
        "user_expressions": {"envcheck": _expression(start, end)},
    }
    client.shell_channel.start()
    answer = await _exchange(
        kernel, client.shell_channel, session, "execute_request", content, timeout
    )
    if not answer:
        return None, f"the kernel did not answer within {timeout:g} seconds"
    expressions = answer.get("user_expressions")
    told = expressions.get("envcheck") if isinstance(expressions, dict) else None
    reply = _unframed(told, start, end)
    return reply, None if reply is not None else "the kernel's answer could not be read"


async def _exchange(
    kernel: Any,
    channel: Any,
    session: Session,
    message_type: str,
    content: dict[str, Any],
    timeout: float,
) -> Mapping[str, Any]:
    """Send one message, out of the server's record, and return the content of its reply, or {}."""
    message = session.msg(message_type, content)
    message_id = message["header"]["msg_id"]
    unrecorded = Unrecorded.before(kernel)
    if unrecorded is not None:
        unrecorded.hold_back(message_id)
    channel.send(message)
    deadline = asyncio.get_running_loop().time() + timeout
    while (left := deadline - asyncio.get_running_loop().time()) > 0:
        try:
            reply = await ensure_async(channel.get_msg(timeout=left))
        except (Empty, ValueError):  # ValueError: a message with a wrong signature
            continue
        if reply["parent_header"].get("msg_id") == message_id:
            replied = reply["content"]
            return replied if isinstance(replied, dict) else {}
    return {}


def _own_session(theirs: Session) -> Session:
    """Return a session that can speak to the kernel, and is nobody else's."""
    return Session(
        key=theirs.key,
        signature_scheme=theirs.signature_scheme,
        packer=theirs.packer,
        unpacker=theirs.unpacker,
    )


def _expression(start: str, end: str) -> str:
    """Return the one expression that is evaluated: the script in a namespace of its own.

    It uses nothing of the user's namespace but `__import__`, for the user may have a `dict` or an
    `exec` of their own.
    """
    text = script().decode("utf-8")
    return (
        "(lambda builtins, space: ("
        f"builtins.exec(builtins.compile({text!r}, '<envcheck>', 'exec', 0, True), space), "
        f"space['framed'](space['live'](), {start!r}, {end!r}))[1]"
        ")(__import__('builtins'), {'__name__': 'envcheck_probe'})"
    )


def _unframed(told: object, start: str, end: str) -> Mapping[str, Any] | None:
    """Return the reply out of a user expression's result, which holds a repr."""
    data = told.get("data") if isinstance(told, dict) else None
    text = data.get("text/plain") if isinstance(data, dict) else None
    if not isinstance(text, str) or len(text) > _LONGEST_REPLY:
        return None
    try:
        _, _, rest = str(ast.literal_eval(text)).partition(start)
        framed, found, _ = rest.partition(end)
        reply = json.loads(framed) if found else None
    except (ValueError, SyntaxError, RecursionError, MemoryError):
        return None
    return reply if isinstance(reply, dict) else None


async def _state(kernel: Any) -> KernelState:
    if not hasattr(kernel, "kernels_url") and not await ensure_async(kernel.is_alive()):
        return "dead"
    return _STATES.get(getattr(kernel, "execution_state", None), "unknown")


def _holds(pid: int | None, connection_file: str) -> bool:
    """Tell whether the command line of a process on this host names the connection file."""
    try:
        return pid is not None and _names(psutil.Process(pid).cmdline(), connection_file)
    except (psutil.Error, OSError, OverflowError):
        return False


def _names(command: Sequence[str], connection_file: str) -> bool:
    """Tell by the file's name, which is the kernel's own: its folder may be spelled through links."""
    name = os.path.basename(connection_file)
    return bool(name) and any(name in word for word in command)


def _descendant(pid: int | None, connection_file: str) -> int | None:
    """Return the Python, at or below a process, that was started with the connection file.

    The deepest one, for a wrapper names the file as well; but a fork of the kernel, whose command
    line is its parent's, is not the kernel.
    """
    if not isinstance(pid, int):
        return None
    try:
        top = psutil.Process(pid)
        family = [top, *top.children(recursive=True)]
    except (psutil.Error, OSError):
        return None
    commands: dict[int, list[str]] = {}
    found = None
    for process in family:  # parents before their children
        try:
            command, parent = process.cmdline(), process.ppid()
        except (psutil.Error, OSError):
            continue
        commands[process.pid] = command
        if (
            _names(command, connection_file)
            and is_python(command[0])
            and command != commands.get(parent)
        ):
            found = process.pid
    return found


def _whole(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _text(value: object) -> str | None:
    return clean(value, 300) if isinstance(value, str) else None
