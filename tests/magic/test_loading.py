"""What loading the magic brings, and what it leaves."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

SHELL = "from IPython.core.interactiveshell import InteractiveShell as S\nshell = S.instance()\n"
LOAD = "shell.run_line_magic('load_ext', 'jupyterlab_envcheck')\n"


def told(code: str) -> Any:
    done = subprocess.run(
        [sys.executable, "-c", f"import json, sys\n{SHELL}{code}"],
        check=True,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.stderr == ""
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def brought() -> set[str]:
    listed = "print(json.dumps(sorted(set(sys.modules) - before)))"
    return set(told(f"before = set(sys.modules)\n{LOAD}{listed}"))


@pytest.mark.parametrize(
    "foreign",
    ["tornado", "jupyter_server", "jupyter_client", "ipywidgets", "psutil", "rich", "numpy"],
)
def test_loading_brings_nothing_heavy(brought: set[str], foreign: str) -> None:
    assert not {name for name in brought if name.split(".")[0] == foreign}


def test_loading_brings_five_files_of_ours_and_no_more(brought: set[str]) -> None:
    assert {name for name in brought if not name.startswith("IPython.")} == {
        "jupyterlab_envcheck",
        "jupyterlab_envcheck.magic",
        "jupyterlab_envcheck.magic.first_line",
        "jupyterlab_envcheck.magic.magics",
        "jupyterlab_envcheck.magic.matcher",
    }


def test_loading_takes_less_than_ten_milliseconds() -> None:
    code = f"import time\nbegan = time.process_time()\n{LOAD}print(time.process_time() - began)"
    assert min(told(code) for _ in range(3)) < 0.010


def test_loading_and_unloading_leave_no_name_and_no_hook() -> None:
    code = (
        "def seen():\n"
        "    hooks = [len(each) for each in shell.events.callbacks.values()]\n"
        "    return [sorted(shell.user_ns), len(shell.input_transformers_cleanup), hooks]\n"
        f"before = seen()\n{LOAD}loaded = seen()\n"
        "shell.run_line_magic('reload_ext', 'jupyterlab_envcheck')\nagain = seen()\n"
        "shell.run_line_magic('unload_ext', 'jupyterlab_envcheck')\n"
        "print(json.dumps([before, loaded, again, seen()]))"
    )
    before, loaded, again, after = told(code)
    assert loaded[0] == before[0]
    assert again == loaded
    assert after == before


def test_loading_into_an_ipython_that_asks_nobody_for_completions() -> None:
    code = (
        "from IPython.core import completer\n"
        "del completer.context_matcher, completer.CompletionContext\n"
        f"{LOAD}"
        "asked = len(shell.Completer.custom_matchers)\n"
        "runs = shell.run_cell('x = %envcheck threads --json').success\n"
        "shell.run_line_magic('unload_ext', 'jupyterlab_envcheck')\n"
        "print(json.dumps([asked, runs]))"
    )
    assert told(code) == [0, True]


def test_cell_after_unloading_asks_for_a_magic_that_is_not_there() -> None:
    code = (
        f"{LOAD}shell.run_line_magic('unload_ext', 'jupyterlab_envcheck')\n"
        "import contextlib, io\n"
        "with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):\n"
        "    result = shell.run_cell('%%envcheck\\n1')\n"
        "print(json.dumps(str(result.error_in_exec)))"
    )
    assert told(code) == "Cell magic `%%envcheck` not found."
