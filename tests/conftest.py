"""What every suite shares."""

from __future__ import annotations

import pytest

pytest_plugins = ["pytest_jupyter.jupyter_server"]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--generate", action="store_true", help="write the generated files instead of comparing"
    )
