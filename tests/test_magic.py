"""`%envcheck`, in a real IPython and in a real kernel."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from jupyter_client.manager import start_new_kernel


@pytest.fixture(scope="module")
def shell() -> Iterator[InteractiveShell]:
    one = InteractiveShell.instance()
    one.run_line_magic("load_ext", "jupyterlab_envcheck")
    yield one
    InteractiveShell.clear_instance()


def shown(shell: InteractiveShell, line: str) -> dict[str, Any]:
    with capture_output() as captured:
        shell.run_line_magic("envcheck", line)
    (output,) = captured.outputs
    data: dict[str, Any] = output.data
    return data


def test_magic_shows_html_and_text_of_this_interpreter(shell: InteractiveShell) -> None:
    data = shown(shell, "")
    assert sys.prefix in data["text/plain"].replace("\n", "")
    assert "<script" not in data["text/html"]
    assert "NumPy uses" in data["text/html"]


def test_magic_adds_no_name(shell: InteractiveShell) -> None:
    before = set(shell.user_ns)
    shown(shell, "")
    assert set(shell.user_ns) == before


def test_magic_on_one_family(shell: InteractiveShell) -> None:
    assert "NumPy uses" not in shown(shell, "threads")["text/html"]


def test_magic_with_an_unknown_word_tells_a_sentence(shell: InteractiveShell) -> None:
    assert "no check or family named nosuch" in shown(shell, "nosuch")["text/plain"]


def test_magic_as_data(shell: InteractiveShell) -> None:
    assert shell.run_line_magic("envcheck", "--json")["schema_version"] == 1


def test_magic_leaves_the_environment_variables_alone(shell: InteractiveShell) -> None:
    before = dict(os.environ)
    shown(shell, "")
    assert dict(os.environ) == before


@pytest.mark.parametrize("foreign", ["tornado", "jupyter_server"])
def test_loading_the_magic_loads_no_server(foreign: str) -> None:
    code = (
        "import sys\n"
        "from IPython.core.interactiveshell import InteractiveShell\n"
        "before = set(sys.modules)\n"
        "InteractiveShell.instance().run_line_magic('load_ext', 'jupyterlab_envcheck')\n"
        f"print({foreign!r} in set(sys.modules) - before)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True, timeout=60
    )
    assert done.stdout.strip() == "False"


def test_magic_in_a_real_kernel_shows_its_output_and_leaves_it_usable() -> None:
    manager, client = start_new_kernel(kernel_name="python3")
    shown: list[dict[str, Any]] = []
    try:
        client.execute_interactive(
            "%load_ext jupyterlab_envcheck\n%envcheck",
            output_hook=shown.append,
            timeout=60,
        )
        reply = client.execute("x = 1", reply=True, timeout=60)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
    (data,) = [one["content"]["data"] for one in shown if one["msg_type"] == "display_data"]
    assert "text/html" in data
    assert "Installs go to" in data["text/plain"]
    assert not [one for one in shown if one["msg_type"] in {"error", "stream"}]
    assert reply["content"]["status"] == "ok"


def test_magic_guide_and_explain(shell: InteractiveShell) -> None:
    assert "threads " in shown(shell, "guide")["text/plain"]
    assert shown(shell, "guide threads")["text/markdown"].startswith("# Which variable rules")
    assert shown(shell, "explain pip-missing")["text/markdown"].startswith("# pip-missing")
    assert "no check named nosuch" in shown(shell, "explain nosuch")["text/plain"]
