"""What a request may ask: JSON bodies read into typed wishes, or refused with a sentence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from ..problems import Problem

_MOST_CELLS = 20_000
_MOST_SPECS = 200  #: as installers.MOST_SPECS, which would load much at the server's start


@dataclass(frozen=True, kw_only=True)
class Whom:
    """A running kernel, or a kernelspec."""

    kernel: str | None
    kernelspec: str | None  #: exactly one of the two is given


@dataclass(frozen=True, kw_only=True)
class ReportRequest:
    """Look at someone."""

    whom: Whom
    cells: tuple[Mapping[str, str], ...] | None  #: each with id and source
    refresh: bool


@dataclass(frozen=True, kw_only=True)
class PlanRequest:
    """Make a plan from a wish."""

    whom: Whom
    kind: Literal["install", "remove"]
    specs: tuple[str, ...]
    installer: str


@dataclass(frozen=True, kw_only=True)
class ActionRequest:
    """Make a plan from an action of a finding."""

    report: str
    outcome: str
    action: str


def parse_whom(given: Mapping[str, Any]) -> Whom:
    """Return whom a JSON body, or the query of a URL, speaks of."""
    kernel, kernelspec = given.get("kernel"), given.get("kernelspec")
    if isinstance(kernel, str) == isinstance(kernelspec, str):
        raise _bad("Either `kernel` or `kernelspec` must be given.")
    return Whom(kernel=kernel, kernelspec=kernelspec)


def parse_report(body: Mapping[str, Any]) -> ReportRequest:
    """Return what `POST report` asks."""
    cells = body.get("cells")
    if cells is not None and (not isinstance(cells, list) or len(cells) > _MOST_CELLS):
        raise _bad(f"`cells` is not a list of at most {_MOST_CELLS} cells.")
    return ReportRequest(
        whom=parse_whom(body),
        cells=None if cells is None else tuple(_cell(cell) for cell in cells),
        refresh=body.get("refresh") is True,
    )


def parse_plan(body: Mapping[str, Any]) -> PlanRequest | ActionRequest:
    """Return what `POST plans` asks."""
    if "report" in body:
        return ActionRequest(
            report=_word(body, "report"),
            outcome=_word(body, "outcome"),
            action=_word(body, "action"),
        )
    wish = body.get("wish")
    if not isinstance(wish, dict):
        raise _bad("`wish` is missing.")
    kind = wish.get("kind")
    if kind not in {"install", "remove"}:
        raise _bad("`wish.kind` is neither install nor remove.")
    specs = wish.get("specs")
    if (
        not isinstance(specs, list)
        or not 0 < len(specs) <= _MOST_SPECS
        or not all(isinstance(spec, str) for spec in specs)
    ):
        raise _bad(f"`wish.specs` is not a list of 1 to {_MOST_SPECS} package names.")
    installer = wish.get("installer", "auto")
    if not isinstance(installer, str):
        raise _bad("`wish.installer` is not a word.")
    return PlanRequest(whom=parse_whom(body), kind=kind, specs=tuple(specs), installer=installer)


def parse_job(body: Mapping[str, Any]) -> str:
    """Return the id of the plan that `POST jobs` asks to carry out."""
    return _word(body, "plan")


def _cell(cell: object) -> Mapping[str, str]:
    match cell:
        case {"id": str() as name, "source": str() as source}:
            return {"id": name, "source": source}
        case _:
            raise _bad("A cell has no `id` and `source`.")


def _word(body: Mapping[str, Any], key: str) -> str:
    word = body.get(key)
    if not isinstance(word, str):
        raise _bad(f"`{key}` is missing.")
    return word


def _bad(message: str) -> Problem:
    return Problem("bad-request", message, "The README shows what requests look like.")
