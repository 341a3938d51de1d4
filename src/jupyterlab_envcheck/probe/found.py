"""What the ways to know have brought, before it is told; and the envelope it is told in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar

from ..facts import Cache, Conda, Gpus, Interpreter, Section
from ..facts.parse import Places
from ..facts.text import clean, is_shown_as_it_is
from ..problems import Problem
from .packages import Folder
from .process import Outside
from .trial import Trial

T = TypeVar("T")

#: The field under which the reason stands where a whole section is unknown.
WHOLE = "value"


@dataclass(frozen=True, kw_only=True)
class Found:
    """All that is known of a subject."""

    reply: Mapping[str, Any] | None  #: the child's
    problem: Problem | None  #: why there is none
    told: Interpreter | None  #: what the reply says of the interpreter, as it is shown
    places: Places | None  #: the same reply's paths, raw
    prefix: str | None  #: raw, as are the next
    site_packages: tuple[str, ...]
    folder: Folder
    leftovers: tuple[str, ...]
    state: str  #: of the folders of its path: changes with what is installed
    fingerprint: str | None  #: of what is installed, taken before it was read
    process: Outside | None
    conda: tuple[Conda | None, Mapping[str, str]]
    gpus: tuple[Gpus | None, Mapping[str, str], str]
    caches: tuple[tuple[Cache, ...], Mapping[str, str]]
    trial: Trial | None  #: of the notebook's compiled imports; None where there are none

    @property
    def why(self) -> str:
        """Why what only a child can tell is not known."""
        return self.problem.message if self.problem is not None else "its answer could not be read"

    def hidden(self, python: str) -> str | None:
        """Why the environment of `python` is not told of; None where all its paths can be shown.

        A plan shows paths and a job uses them: where the two would differ there must be no plan.
        """
        told = (*self.places.path, self.places.executable) if self.places is not None else ()
        for path in filter(None, (python, self.prefix, *self.site_packages, *told)):
            if not is_shown_as_it_is(path):
                return (
                    f"the path {clean(path, 300)} cannot be shown as it is: it is very long, or has"
                    " characters that control a terminal or turn the direction of writing. What is"
                    " shown would not be what is used"
                )
        return None

    @property
    def why_and_what_to_do(self) -> str:
        """The same with the hint; said once in a report, of the interpreter."""
        return f"{self.problem.message} {self.problem.hint}" if self.problem else self.why


def nowhere(
    problem: Problem | None,
    *,
    process: Outside | None = None,
    gpus: tuple[Gpus | None, Mapping[str, str], str] = (None, {}, ""),
) -> Found:
    """Return what is known where no environment is: a kernel elsewhere, or one that is not clear."""
    return Found(
        reply=None,
        problem=problem,
        told=None,
        places=None,
        prefix=None,
        site_packages=(),
        folder=Folder(),
        leftovers=(),
        state="",
        fingerprint=None,
        process=process,
        conda=(None, {}),
        gpus=gpus,
        caches=((), {}),
        trial=None,
    )


def section(source: str, value: T, unknown: Mapping[str, str] | None = None) -> Section[T]:
    """Return what is known, in its envelope."""
    return Section(source=clean(source), at=_now(), value=value, unknown=dict(unknown or {}))


def nothing(source: str, why: str) -> Section[Any]:
    """Return the envelope of what is wholly unknown."""
    return Section(source=clean(source), at=_now(), value=None, unknown={WHOLE: why})


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
