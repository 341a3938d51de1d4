"""Looks at a live kernel without disturbing it: who it is, and when idle what it has imported.

A busy kernel is sent `usage_request` on the control channel and nothing else. An execute request
would fire the running cell's `post_execute` hooks, which draw and close its half-drawn figure, and
its `idle` would make the server believe the kernel idle, and cull it.
"""

from __future__ import annotations

import ast
import asyncio
import json
import secrets
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from jupyter_core.utils import ensure_async

from ..facts import KernelState
from ..facts.text import clean
from ..problems import Problem
from .activity import Unrecorded
from .conversation import Conversation
from .interpreter import live_script
from .kernel_process import descendant, holds
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


async def look(
    kernel_manager: Any,
    kernel_id: str,
    timeout: float = TIMEOUT,  # noqa: ASYNC109 - of the channels
) -> KernelLook:
    """Look at a kernel of Jupyter Server's (or jupyter_client's) kernel manager."""
    if kernel_id not in kernel_manager:
        raise Problem(
            "unknown-kernel",
            f"There is no kernel {clean(kernel_id, 100)}.",
            "It may have been shut down; choose the notebook's kernel again.",
        )
    kernel = kernel_manager.get_kernel(kernel_id)
    if hasattr(kernel, "kernels_url"):  # a gateway's: neither process, channel nor kernelspec here
        told = _STATES.get(getattr(kernel, "execution_state", None), "unknown")
        seen = _Seen(kernel=kernel, state=told, language="")
        return seen.remote("the kernel runs behind a gateway")
    language = str(getattr(kernel.kernel_spec, "language", "") or "").lower()
    state = await _state(kernel)
    seen = _Seen(kernel=kernel, state=state, language=language)
    if state == "dead":
        return seen.unasked("the kernel is dead")
    provisioned = getattr(getattr(kernel, "provisioner", None), "pid", None)
    if language not in ("python", "") or state == "starting":
        # A question in a starting kernel's way would make the server show it as idle.
        pid = await asyncio.to_thread(descendant, provisioned, kernel.connection_file)
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


async def _ask(seen: _Seen, provisioned: int | None, timeout: float) -> KernelLook:  # noqa: ASYNC109 - of the channels
    kernel = seen.kernel
    with Conversation(kernel, timeout) as conversation:
        usage = await conversation.ask("control", "usage_request", {})
        pid, hostname = _whole(usage.get("pid")), _text(usage.get("hostname"))
        if hostname is not None and hostname != socket.gethostname():
            return seen.remote(f"the kernel runs on another host, {hostname}", hostname)
        if pid is None:
            pid = await asyncio.to_thread(descendant, provisioned, kernel.connection_file)
        elif not await asyncio.to_thread(holds, pid, kernel.connection_file):
            return seen.remote(
                f"the kernel says it is process {pid}, but that is not its process on this host:"
                " it runs in a container",
                hostname,
            )
        if not usage:
            state: KernelState = "unknown" if seen.state == "idle" else seen.state
            return seen.unasked(_late(timeout), pid=pid, state=state)
        if usage.get("status") == "aborted":
            return seen.unasked("the kernel is busy", pid=pid, hostname=hostname, state="busy")
        # Asked again, for a cell may have begun meanwhile.
        state = await _state(kernel)
        if state != "idle":
            return seen.unasked(f"the kernel is {state}", pid=pid, hostname=hostname, state=state)
        reply, reason = await _live(kernel, conversation)
        late = _late(timeout) if reason is None and reply is None else reason
        return seen.unasked(late, pid=pid, hostname=hostname, state=state, reply=reply)


async def _live(
    kernel: Any, conversation: Conversation
) -> tuple[Mapping[str, Any] | None, str | None]:
    """Return the script's reply from inside the kernel, or why there is none; neither if late."""
    if Unrecorded.before(kernel) is None and hasattr(kernel, "last_activity"):
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
    answer = await conversation.ask("shell", "execute_request", content)
    if not answer:
        return None, None
    expressions = answer.get("user_expressions")
    told = expressions.get("envcheck") if isinstance(expressions, dict) else None
    reply = _unframed(told, start, end)
    return reply, None if reply is not None else "the kernel's answer could not be read"


def _late(timeout: float) -> str:
    return f"the kernel did not answer within {timeout:g} seconds"


def _expression(start: str, end: str) -> str:
    """Return the one expression that is evaluated: the script in a namespace of its own.

    It uses nothing of the user's namespace but `__import__`, for the user may have a `dict` or an
    `exec` of their own.
    """
    text = live_script().decode("utf-8")
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
    if not await ensure_async(kernel.is_alive()):
        return "dead"
    return _STATES.get(getattr(kernel, "execution_state", None), "unknown")


def _whole(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _text(value: object) -> str | None:
    return clean(value, 300) if isinstance(value, str) else None
