"""`make knowledge`: lists the tables by age, those first that are due for a look."""

from __future__ import annotations

from dataclasses import fields
from datetime import UTC, date, datetime

from jupyterlab_envcheck.facts import Knowledge
from jupyterlab_envcheck.probe import knowledge

DUE = 180  #: days; at a year the checks themselves say that their data are old


def lines(known: Knowledge, today: date) -> list[str]:
    """Return one line for each table, oldest first."""
    tables = sorted((getattr(known, f.name).as_of, f.name) for f in fields(known))
    return [
        f"{'due ' if (today - as_of).days > DUE else 'fine'}  {as_of}  {name:<12} "
        f"{len(getattr(known, name).rows):>4} rows  {getattr(known, name).source}"
        for as_of, name in tables
    ]


if __name__ == "__main__":
    print("\n".join(lines(knowledge.load(), datetime.now(UTC).date())))  # noqa: T201
