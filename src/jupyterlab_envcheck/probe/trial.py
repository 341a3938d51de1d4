"""Tries whether packages can be imported, in a child: what fails to load fails here first.

They are imported one after another, numpy before all others, for it is there first in nearly every
notebook, and what comes second has to get along with it. An import can end the process: then the
rest is tried in a new one.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from ..facts import Library, parse
from ..problems import Problem
from .child import Ended
from .interpreter import Answers, answers, unanswered

#: Seconds, for all of them. pandas, matplotlib and scikit-learn take 3 from a warm disk.
TIMEOUT = 30.0

#: Of the time that is left, how much a child may take unless it is the last: one that hangs must
#: leave some for the others.
_SHARE = 0.6

#: How many children are started: each but the first because the one before was ended.
_MOST_CHILDREN = 3

#: Frameworks that take seconds to import, and memory of a GPU at once or soon after.
GPU_FRAMEWORKS = frozenset(
    {
        "cudf",
        "cuml",
        "cupy",
        "cupyx",
        "fastai",
        "flax",
        "jax",
        "jaxlib",
        "keras",
        "lightning",
        "mlx",
        "mxnet",
        "paddle",
        "pycuda",
        "pytorch_lightning",
        "rmm",
        "tensorflow",
        "tensorrt",
        "torch",
        "torchaudio",
        "torchvision",
        "triton",
        "vllm",
    }
)

State = Literal["imported", "absent", "failed", "exited", "ended", "late", "untried"]


@dataclass(frozen=True, kw_only=True)
class Tried:
    """What became of importing one name."""

    #: "absent": there is none of that name. "failed": an error was raised. "exited": by sys.exit.
    #: "ended": the process died of a signal, or at the package's own word. "late": it was not done
    #: in time. "untried": it was not imported, and nothing is known.
    state: State
    error: str | None = None  #: in full why it could not be imported, or in words why not tried

    @property
    def tried(self) -> bool:
        """Tell whether its import came to an end, good or bad."""
        return self.state not in ("late", "untried")


@dataclass(frozen=True, kw_only=True)
class Trial:
    """What became of importing names in a fresh process; None is unknown, for the reason given."""

    states: Mapping[str, Tried]  #: by name, in the order of trying; numpy first
    pools: tuple[Library, ...] | None  #: after importing all that can be imported
    mapped: tuple[str, ...] | None  #: raw paths of the native libraries there were then
    unknown: Mapping[str, str] = field(default_factory=dict)
    short_of_time: bool = False  #: another time more may be known


def try_imports(
    python: str,
    *,
    env: Mapping[str, str] | None = None,
    names: Iterable[str] = (),
    affinity: Sequence[int] = (),
    timeout: float = TIMEOUT,
) -> Trial:
    """Import `names` in a child of `python`, and tell what became of each; never fails."""
    wanted = list(dict.fromkeys(["numpy", *names]))
    heavy = [name for name in wanted if name.partition(".")[0] in GPU_FRAMEWORKS]
    states = {name: _untried("importing it takes seconds, and memory of a GPU") for name in heavy}
    left = [name for name in wanted if name not in states]
    deadline, why = time.monotonic() + timeout, "the time for trying was over"
    last: Mapping[str, Any] | None = None
    for chance in range(1, _MOST_CHILDREN + 1):
        seconds = deadline - time.monotonic()
        if seconds <= 0:
            break
        request = {
            "entry": "trial",
            # Again those that can be imported, too: their thread pools are asked for at the end.
            "names": left,
            "refused": sorted(GPU_FRAMEWORKS),
            "affinity": list(affinity),
        }
        limit = seconds if chance == _MOST_CHILDREN else _SHARE * seconds
        try:
            told = answers(python, request, env, limit)
        except Problem as problem:
            why = problem.message
            break
        if not told.replies:
            why = unanswered(python, told.ended).message
            break
        states.update(_tried(told, left))
        last = told.replies[-1]
        culprit = parse.trying(last)
        if culprit not in left:
            why = f"after the last import, Python {told.ended}"
            break
        states[culprit] = _dead(told.ended, told.printed.get(culprit, ""))
        left.remove(culprit)
        why = f"Python was ended {chance} times"
    missing = {name: _untried(why) for name in left if name not in states}
    pools, unknown = parse.libraries(last), parse.unknown(last)
    mapped = None if "mapped" in unknown else parse.mapped(last) or None
    gaps = {name: why for name, value in (("pools", pools), ("mapped", mapped)) if value is None}
    states.update(missing)
    return Trial(
        states={name: states[name] for name in wanted},
        pools=pools,
        mapped=mapped,
        unknown={name: unknown.get(name, why) for name, why in gaps.items()},
        short_of_time=time.monotonic() >= deadline
        or any(tried.state == "late" for tried in states.values()),
    )


def _tried(told: Answers, names: Sequence[str]) -> dict[str, Tried]:
    tried: dict[str, Tried] = {}
    for reply in told.replies:
        attempt = parse.attempt(reply)
        if attempt is None or attempt.name not in names:
            continue
        match attempt.state:
            case "imported" | "absent":
                tried[attempt.name] = Tried(state=attempt.state, error=attempt.error)
            case "failed" | "exited":
                error = _with(attempt.error, told.printed.get(attempt.name, ""))
                tried[attempt.name] = Tried(state=attempt.state, error=error)
            case "refused":
                tried[attempt.name] = _untried(
                    f"it imports {attempt.error}, which takes seconds, and memory of a GPU"
                )
    return tried


def _dead(ended: Ended, printed: str) -> Tried:
    return Tried(
        state="late" if ended.timed_out else "ended",
        error=_with(f"while importing it, Python {ended}", printed),
    )


def _with(error: str | None, printed: str) -> str | None:
    """Return an error with what was printed before it, which often says more: numpy's on its ABI."""
    return f"{error}\n{printed}" if error and printed else error


def _untried(why: str) -> Tried:
    return Tried(state="untried", error=why)
