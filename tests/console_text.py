"""What a rich console would show."""

from __future__ import annotations

import io
from collections.abc import Callable

from rich.console import Console


def shown(write: Callable[[Console], None], width: int = 80) -> str:
    """Return what `write` writes to a console of `width` columns that is kept in a file."""
    page = io.StringIO()
    write(Console(file=page, width=width, highlight=False, no_color=True))
    return page.getvalue()
