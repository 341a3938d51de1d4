"""What a cell used, as HTML for notebooks and for a terminal."""

from __future__ import annotations

import re
from html import escape

from rich.console import Console
from rich.text import Text

from .cell import CellWords
from .html import finding_html, fragment
from .text import finding_parts

_CODE = re.compile("`([^`]+)`")
_AS_CODE = r"<code>\1</code>"
_FASTER = "What would make it faster:"


def cell_html(told: CellWords) -> str:
    """Return it as one HTML fragment."""
    details = "".join(f"<li>{escape(line)}</li>" for line in told.details)
    advice = "".join(f"<li>{_CODE.sub(_AS_CODE, escape(line))}</li>" for line in told.advice)
    return fragment(
        f"<div><strong>{escape(told.used)}</strong></div>"
        + (f"<ul>{details}</ul>" if details else "")
        + (f"<div>{_FASTER}</div><ul>{advice}</ul>" if advice else "")
        + "".join(map(finding_html, told.findings))
    )


def print_cell(told: CellWords, console: Console) -> None:
    """Write it to a rich console."""
    console.print(Text(told.used, style="bold"))
    for line in told.details:
        console.print(Text(f"· {line}"))
    if told.advice:
        console.print(Text(_FASTER))
    for line in told.advice:
        console.print(Text(f"◆ {line}"))
    for finding in told.findings:
        for part in finding_parts(finding):
            console.print(part)
