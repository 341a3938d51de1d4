"""What a new kernelspec says, how it is called, and how it differs from the one it is made from."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from ..facts.text import clean
from ..problems import Problem
from .model import NewKernelspec
from .request import OwnKernelspec

MOST_VARIABLES = 50
LONGEST_VALUE = 1_000

_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,99}")

#: Settings of thread pools, BLAS libraries and GPUs. A list of what may be set, for what runs code or
#: leads a program to other files is without end: BROWSER, OMP_TOOL_LIBRARIES, https_proxy, TMPDIR, …
_SETTINGS = re.compile(
    r"[A-Z][A-Z0-9_]*_(?:NUM|MAX|MAXIMUM)_THREADS"
    r"|OMP_(?:DYNAMIC|MAX_ACTIVE_LEVELS|NESTED|PLACES|PROC_BIND|SCHEDULE|STACKSIZE|THREAD_LIMIT"
    r"|WAIT_POLICY)"
    r"|KMP_(?:AFFINITY|BLOCKTIME|INIT_AT_FORK|SETTINGS|STACKSIZE|TOPOLOGY_METHOD)"
    r"|GOMP_(?:CPU_AFFINITY|SPINCOUNT|STACKSIZE)"
    r"|MKL_(?:CBWR|DYNAMIC|ENABLE_INSTRUCTIONS|INTERFACE_LAYER|THREADING_LAYER|VERBOSE)"
    r"|OPENBLAS_(?:CORETYPE|VERBOSE)|BLIS_ARCH_TYPE|FLEXIBLAS"
    r"|CUDA_(?:DEVICE_MAX_CONNECTIONS|DEVICE_ORDER|LAUNCH_BLOCKING|VISIBLE_DEVICES)"
    r"|(?:GPU_DEVICE_ORDINAL|HIP_VISIBLE_DEVICES|ROCR_VISIBLE_DEVICES|ZE_AFFINITY_MASK)"
    r"|NPY_(?:DISABLE|ENABLE)_CPU_FEATURES"
)
#: What their values are made of; nothing that names a file.
_SETTING = re.compile(r"[A-Za-z0-9_,:;+{}()= -]*")
#: What keeps Python away from other files than its own.
_HARMLESS = frozenset({("PYTHONNOUSERSITE", "1"), ("PYTHONPATH", ""), ("PYTHONHOME", "")})

_THREADS = re.compile(r".+_(?:NUM|MAX|MAXIMUM)_THREADS")

#: What a kernel's name ends with that was made from here before, or that says nothing to people.
_ENDING = re.compile(r" \((?:ipykernel|\d+ threads?|settings)\)(?: \d+)?$")

_HINT = "Give names such as OMP_NUM_THREADS, and numbers or words for them."


def parse_variables(given: Mapping[str, str]) -> dict[str, str]:
    """Return variables that a kernelspec may be given; raise `Problem` for any other.

    They are for settings of threads, BLAS libraries and GPUs, by numbers and words.
    """
    if not 0 < len(given) <= MOST_VARIABLES:
        message = f"{len(given)} variables are not what one kernelspec is given."
        raise Problem("bad-variable", message, f"Name 1 to {MOST_VARIABLES} of them.")
    for name, value in given.items():
        why = _why_not(name, value)
        if why is not None:
            shown = clean(name, 60).replace("\n", " ").strip()
            raise Problem("bad-variable", f"“{shown}” {why}.", _HINT)
    return dict(given)


def _why_not(name: str, value: str) -> str | None:
    if not _VARIABLE.fullmatch(name):
        return "is not a name that a variable can have"
    if len(value) > LONGEST_VALUE or not value.isprintable():
        return f"has a value that is no line of at most {LONGEST_VALUE} characters"
    if (name, value) in _HARMLESS:
        return None
    if not _SETTINGS.fullmatch(name):
        return "is none of the settings of threads, BLAS libraries and GPUs that are set from here"
    if not _SETTING.fullmatch(value):
        return "has a value that could name a file, and only numbers and words are set from here"
    return None


def for_python(python: str, display_name: str) -> dict[str, Any]:
    """Return the kernel.json of an environment that has ipykernel."""
    return {
        "argv": [python, "-m", "ipykernel_launcher", "-f", "{connection_file}"],
        "display_name": display_name,
        "language": "python",
        "metadata": {"debugger": True},
    }


def with_variables(
    own: OwnKernelspec, variables: Mapping[str, str], *, python: str, display_name: str
) -> dict[str, Any]:
    """Return the kernel.json of `own` with variables in its `env`.

    A bare `python` would mean the server's own one to Jupyter, wherever the kernelspec lies; and
    `{resource_dir}` would be another folder.
    """
    spec = dict(own.spec)
    argv = [str(word).replace("{resource_dir}", own.folder) for word in spec.get("argv", ())]
    if argv and re.fullmatch(r"python(?:[23](?:\.\d+)?)?", argv[0]):
        argv[0] = python
    env = spec.get("env")
    # Jupyter fills `$NAME` in; a dollar that is meant is written twice.
    new = {name: value.replace("$", "$$") for name, value in variables.items()}
    return {
        **spec,
        "argv": argv,
        "display_name": display_name,
        "env": {**(env if isinstance(env, Mapping) else {}), **new},
    }


def labels_for(own: OwnKernelspec, variables: Mapping[str, str]) -> tuple[str, str]:
    """Return name and display name for `own` with variables: proj-4-threads, proj (4 threads)."""
    threads = {value for name, value in variables.items() if _THREADS.fullmatch(name)}
    what = "settings"
    if len(threads) == 1 and (number := min(threads)).isdecimal():
        what = f"{number} thread" if number == "1" else f"{number} threads"
    stem = re.sub(r"-(?:\d+-threads?|settings)(?:-\d+)?$", "", own.name)
    shown = _ENDING.sub("", own.display_name)
    return f"{stem}-{what.replace(' ', '-')}", f"{shown} ({what})"


def free_label(wanted: str, taken: Collection[str]) -> str:
    """Return a display name that no other kernel has."""
    number, free = 1, wanted
    while free in taken:
        number += 1
        free = f"{wanted} {number}"
    return free


def new_kernelspec(
    name: str,
    spec: Mapping[str, Any],
    *,
    folder: str,
    resources: str | None,
    own: OwnKernelspec | None = None,
) -> NewKernelspec:
    """Return a kernelspec as it will be written, with what differs from `own`."""
    diff: Sequence[str] = [f"+{line}" for line in _lines(spec)]
    if own is not None:
        before, after = map(_lines, _without_what_stays(own.spec, spec))
        old, new = (f"{each}/kernel.json" for each in (own.folder, folder))
        diff = list(difflib.unified_diff(before, after, old, new, lineterm=""))
    return NewKernelspec(
        name=name,
        display_name=str(spec["display_name"]),
        folder=folder,
        text=json.dumps(spec, indent=1) + "\n",
        diff=tuple(diff),
        resources=resources,
    )


def _without_what_stays(
    old: Mapping[str, Any], new: Mapping[str, Any]
) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """Return both without the values of variables that stay: some are keys and tokens."""
    before, after = old.get("env"), new.get("env")
    if not isinstance(before, Mapping) or not isinstance(after, Mapping):
        return old, new
    stay = dict.fromkeys((name for name in before if before[name] == after.get(name)), "…")
    return {**old, "env": {**before, **stay}}, {**new, "env": {**after, **stay}}


def _lines(spec: Mapping[str, Any]) -> list[str]:
    return [clean(line) for line in json.dumps(spec, indent=1, ensure_ascii=False).splitlines()]
