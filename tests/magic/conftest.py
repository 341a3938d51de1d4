"""IPython with the magic in it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from IPython.core.interactiveshell import InteractiveShell


@pytest.fixture(scope="module")
def shell() -> Iterator[InteractiveShell]:
    one = InteractiveShell.instance()
    one.run_line_magic("load_ext", "jupyterlab_envcheck")
    yield one
    one.run_line_magic("unload_ext", "jupyterlab_envcheck")
    InteractiveShell.clear_instance()
