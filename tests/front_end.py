"""A notebook's front end: runs cells in a real kernel, shows outputs, and holds widgets."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty
from typing import Any

from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import start_new_kernel

#: Seconds within which a state must come; only a failing test waits that long.
PATIENCE = 60.0


@dataclass
class FrontEnd:
    """What a person sees and does."""

    client: Any
    manager: Any
    answers: list[str] | None = None  #: to what is asked; None where nobody is there to be asked
    asked: list[str] = field(default_factory=list)
    outputs: list[dict[str, Any]] = field(default_factory=list)  #: of the last cell
    widgets: dict[str, dict[str, Any]] = field(default_factory=dict)
    status: str = ""
    _idle_after: str = ""

    def run(self, code: str) -> None:
        """Run a cell to its end."""
        self.outputs = []
        request = self.client.execute(code, allow_stdin=self.answers is not None)
        self.wait(lambda: self._idle_after == request)
        reply: dict[str, Any] = {"parent_header": {}}
        while reply["parent_header"].get("msg_id") != request:
            reply = self.client.get_shell_msg(timeout=PATIENCE)
        self.status = reply["content"]["status"]

    @property
    def text(self) -> str:
        """What streams wrote in the last cell."""
        return "".join(one["text"] for one in self.outputs if "text" in one)

    @property
    def shown(self) -> list[dict[str, Any]]:
        """The bundles of what was displayed in the last cell, results among them."""
        return [one["data"] for one in self.outputs if "data" in one]

    @property
    def pages(self) -> str:
        """What all text widgets say."""
        return "\n".join(
            str(state.get("value"))
            for state in self.widgets.values()
            if state.get("_model_name") in {"HTMLModel", "LabelModel"}
        )

    def buttons(self) -> dict[str, str]:
        """Return what buttons are shown, and the widgets they are.

        Not one that was only just made: it may do nothing yet when it is pressed.
        """
        shown = {child for state in self.widgets.values() for child in state.get("children", ())}
        return {
            state["description"]: identity
            for identity, state in self.widgets.items()
            if state.get("_model_name") == "ButtonModel"
            and not state.get("disabled")
            and f"IPY_MODEL_{identity}" in shown
        }

    def press(self, title: str) -> None:
        """Press a button, once it is there."""
        self.wait(lambda: title in self.buttons())
        content = {
            "comm_id": self.buttons()[title],
            "data": {"method": "custom", "content": {"event": "click"}},
        }
        self.client.shell_channel.send(self.client.session.msg("comm_msg", content))

    def wait(self, holds: Callable[[], bool]) -> None:
        """Wait until what the kernel sends makes something so."""
        until = time.monotonic() + PATIENCE
        while not holds():
            assert time.monotonic() < until, (self.buttons(), self.pages)
            with suppress(Empty):
                self._show(self.client.get_iopub_msg(timeout=0.2))
            with suppress(Empty):
                self._answer(self.client.get_stdin_msg(timeout=0))

    def _answer(self, message: dict[str, Any]) -> None:
        assert self.answers is not None
        self.asked.append(message["content"]["prompt"])
        self.client.input(self.answers.pop(0))

    def _show(self, message: dict[str, Any]) -> None:
        content = message["content"]
        match message["msg_type"]:
            case "comm_open":
                self.widgets[content["comm_id"]] = dict(content["data"]["state"])
            case "comm_msg" if content["data"].get("method") == "update":
                self.widgets[content["comm_id"]] |= content["data"]["state"]
            case "status" if content["execution_state"] == "idle":
                self._idle_after = message["parent_header"].get("msg_id", "")
            case "comm_close":
                self.widgets.pop(content["comm_id"], None)
            case "stream" | "display_data" | "execute_result" | "error":
                self.outputs.append({"type": message["msg_type"], **content})


@contextmanager
def front_end(kernel: str = "python3", answers: list[str] | None = None) -> Iterator[FrontEnd]:
    """Start a kernel with the magic in it, and end it."""
    manager, client = start_new_kernel(kernel_name=kernel)
    try:
        one = FrontEnd(client=client, manager=manager, answers=answers)
        one.run("%load_ext jupyterlab_envcheck")
        assert (one.status, one.outputs) == ("ok", [])
        yield one
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def register(python: str, name: str, folder: Path) -> str:
    """Make a Python a kernel of this user; it has no kernel's package of its own."""
    folder.mkdir()
    argv = [python, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    spec = {"argv": argv, "display_name": name, "language": "python"}
    (folder / "kernel.json").write_text(json.dumps(spec), encoding="utf-8")
    KernelSpecManager().install_kernel_spec(str(folder), name, user=True)
    return name
