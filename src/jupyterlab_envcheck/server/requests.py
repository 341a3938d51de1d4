"""What a request may ask: JSON bodies read into typed wishes, or refused with a sentence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from ..problems import Problem

_MOST_CELLS = 20_000
_MOST_MISSING = 50
_LONGEST_NAME = 100
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
    missing: tuple[str, ...]  #: modules of which an import failed, whatever imports them
    refresh: bool


@dataclass(frozen=True, kw_only=True)
class CrashRequest:
    """Find out why a kernel died."""

    whom: Whom
    cell: Mapping[str, str]
    before: tuple[str, ...]  #: sources of the cells that ran before in that kernel


Without = Literal["lines", "builds"]  #: as plan.restoring.Without, which would load much, too

_Change = Literal["install", "remove", "update", "reinstall"]
_CHANGES: tuple[_Change, ...] = get_args(_Change)


@dataclass(frozen=True, kw_only=True)
class PlanRequest:
    """Make a plan from a wish, whose words are not yet looked at."""

    whom: Whom
    kind: _Change | Literal["create", "restore", "register", "set-environment"]
    specs: tuple[str, ...] = ()
    build: tuple[str, ...] = ()
    installer: str = "auto"
    name: str | None = None
    python: str | None = None
    channels: tuple[str, ...] = ()  #: create; restore: in the place of the file's
    text: str = ""  #: restore: of an environment.yml, or a requirements.txt
    without: tuple[Without, ...] = ()  #: restore: what of the file may be left out
    pins: tuple[str, ...] = ()  #: of an action
    prefix: str | None = None  #: register: of an environment that the last report names
    variables: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class BackRequest:
    """Make a plan back to the versions of before a job."""

    job: str


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
        missing=_missing(body),
        refresh=body.get("refresh") is True,
    )


def _missing(body: Mapping[str, Any]) -> tuple[str, ...]:
    given = body.get("missing", [])
    if not isinstance(given, list) or len(given) > _MOST_MISSING:
        raise _bad(f"`missing` is not a list of at most {_MOST_MISSING} names.")
    for name in given:
        if not isinstance(name, str) or not name.isidentifier() or len(name) > _LONGEST_NAME:
            raise _bad("`missing` has what is not the name of a top-level module.")
    return tuple(given)


def parse_crash(body: Mapping[str, Any]) -> CrashRequest:
    """Return what `POST crash` asks."""
    before = body.get("before", [])
    if not isinstance(before, list) or len(before) > _MOST_CELLS:
        raise _bad(f"`before` is not a list of at most {_MOST_CELLS} cells.")
    return CrashRequest(
        whom=parse_whom(body),
        cell=_cell(body.get("cell")),
        before=tuple(_cell(cell)["source"] for cell in before),
    )


def parse_plan(body: Mapping[str, Any]) -> PlanRequest | ActionRequest | BackRequest:
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
    if kind == "back":
        return BackRequest(job=_word(wish, "job", "wish.job"))
    return _of_kind(kind, parse_whom(body), wish)


def _of_kind(kind: object, whom: Whom, wish: Mapping[str, Any]) -> PlanRequest:
    match kind:
        case "create":
            return PlanRequest(
                whom=whom,
                kind="create",
                name=_word(wish, "name", "wish.name"),
                specs=_words(wish, "specs", least=0),
                build=_words(wish, "build", least=0),
                python=_word_or_none(wish, "python"),
                channels=_words(wish, "channels", least=0),
                installer=_word_or_none(wish, "installer") or "auto",
            )
        case "restore":
            return PlanRequest(
                whom=whom,
                kind="restore",
                name=_word_or_none(wish, "name"),
                text=_word(wish, "text", "wish.text"),
                without=_without(wish),
                channels=_words(wish, "channels", least=0),
                installer=_word_or_none(wish, "installer") or "auto",
            )
        case "register":
            return PlanRequest(
                whom=whom,
                kind="register",
                prefix=_word(wish, "prefix", "wish.prefix"),
                name=_word_or_none(wish, "name"),
            )
        case "set-environment":
            return PlanRequest(whom=whom, kind="set-environment", variables=_variables(wish))
        case "install" | "remove" | "update" | "reinstall":
            return PlanRequest(
                whom=whom,
                kind=kind,
                specs=_words(wish, "specs", least=1),
                build=_words(wish, "build", least=0),
                installer=_word_or_none(wish, "installer") or "auto",
            )
        case _:
            known = ", ".join((*_CHANGES, "create", "restore", "register", "set-environment"))
            raise _bad(f"`wish.kind` is none of {known} and back.")


def parse_job(body: Mapping[str, Any]) -> str:
    """Return the id of the plan that `POST jobs` asks to carry out."""
    return _word(body, "plan")


def _cell(cell: object) -> Mapping[str, str]:
    match cell:
        case {"id": str() as name, "source": str() as source}:
            return {"id": name, "source": source}
        case _:
            raise _bad("A cell has no `id` and `source`.")


def _word(body: Mapping[str, Any], key: str, shown: str | None = None) -> str:
    word = body.get(key)
    if not isinstance(word, str):
        raise _bad(f"`{shown or key}` is missing.")
    return word


def _word_or_none(wish: Mapping[str, Any], key: str) -> str | None:
    word = wish.get(key)
    if word is not None and not isinstance(word, str):
        raise _bad(f"`wish.{key}` is not a word.")
    return word


def _words(wish: Mapping[str, Any], key: str, *, least: int) -> tuple[str, ...]:
    words = wish.get(key, [])
    if (
        not isinstance(words, list)
        or not least <= len(words) <= _MOST_SPECS
        or not all(isinstance(word, str) for word in words)
    ):
        raise _bad(f"`wish.{key}` is not a list of {least} to {_MOST_SPECS} package names.")
    return tuple(words)


def _without(wish: Mapping[str, Any]) -> tuple[Without, ...]:
    words = wish.get("without", [])
    known = get_args(Without)
    if not isinstance(words, list) or not all(word in known for word in words):
        raise _bad(f"`wish.without` is not a list of {' and '.join(known)}.")
    return tuple(words)


def _variables(wish: Mapping[str, Any]) -> Mapping[str, str]:
    variables = wish.get("variables")
    if not isinstance(variables, dict) or not all(isinstance(v, str) for v in variables.values()):
        raise _bad("`wish.variables` is not an object of names and texts.")
    return variables


def _bad(message: str) -> Problem:
    return Problem(
        "bad-request",
        message,
        "Reload the page: the panel may be of another version than the server.",
    )
