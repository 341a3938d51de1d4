"""Looks at a Python from the inside: in a child of its own, or `live` in the user's kernel.

The text of this file is sent to the Python that is looked at. Its laws, each with a test: only the
standard library; nothing of ours; syntax and library of Python 3.8; defining it does nothing. In
`live` it imports only `json`, `os` and `sys`, which every kernel has loaded, and changes nothing.

A fact that cannot be read is null and its reason is in `unknown`; the rest still comes.
"""

from __future__ import annotations

import json
import os
import sys

TYPE_CHECKING = False  # importing typing for it would leave a trace in a kernel
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

LONGEST = 20_000  # characters of an error: numpy's longest is about 2,500


def child(request: dict[str, Any], start: str, end: str) -> None:
    """Answer a parent on standard output, in two parts: importing numpy may end this process."""
    names = [name for name in request["names"] if "." not in name]
    stand_on(request.get("affinity"))
    emit(
        part(
            executable=lambda: sys.executable,
            prefix=lambda: sys.prefix,
            base_prefix=lambda: sys.base_prefix,
            version=version,
            implementation=lambda: sys.implementation.name,
            path=path,
            stdlib=lambda: scheme("stdlib"),
            site_packages=lambda: list(dict.fromkeys([scheme("purelib"), scheme("platlib")])),
            user_site=user_site,
            markers=markers,
            stdlib_names=stdlib_names,
            found=lambda: {name: is_found(name) for name in names},
        ),
        start,
        end,
    )
    found_numpy = is_found("numpy")
    emit(part(numpy=lambda: numpy(found_numpy)), start, end)
    scipy = "scipy.linalg" if request.get("scipy") else None
    emit(part(pools=lambda: pools(found_numpy, scipy, request["threadpoolctl"])), start, end)
    os._exit(0)  # what numpy leaves for the end of a process is not asked for, and can hang


def stand_on(cpus: list[int] | None) -> None:
    """Run on the kernel's own CPUs: OpenBLAS makes as many threads as it may run on."""
    if cpus and hasattr(os, "sched_setaffinity"):
        try:
            os.sched_setaffinity(0, cpus)
        except OSError:  # not in this container's share; its own CPUs are as good a guess
            pass


def live() -> dict[str, Any]:
    """Return what the running kernel says of itself, without a trace."""
    return part(
        executable=lambda: sys.executable,
        prefix=lambda: sys.prefix,
        version=version,
        path=path,
        modules=modules,
    )


def part(**readers: Callable[[], object]) -> dict[str, Any]:
    """Return what the readers read, each by itself."""
    facts: dict[str, object] = {}
    unknown: dict[str, str] = {}
    for name, read in readers.items():
        try:
            facts[name] = read()
        except Exception as error:  # noqa: BLE001 - a Python that is broken can fail in any way
            facts[name] = None
            unknown[name] = described(error)
    return {"result": "success", "facts": facts, "unknown": unknown}


def framed(reply: dict[str, Any], start: str, end: str) -> str:
    """Return the reply between marks, for sitecustomize and packages print, too."""
    return start + json.dumps(reply) + end


def emit(reply: dict[str, Any], start: str, end: str) -> None:
    """Write a reply at once, past whatever became of sys.stdout."""
    rest = ("\n" + framed(reply, start, end) + "\n").encode("ascii")
    while rest:
        rest = rest[os.write(1, rest) :]


def described(error: Exception) -> str:
    """Return an error as Python shows its last lines."""
    return ("%s: %s" % (type(error).__name__, error))[:LONGEST]


def version() -> str:
    """Return the version of Python in numbers; PyPy's own version is another."""
    return "%d.%d.%d" % sys.version_info[:3]


def path() -> list[str]:
    """Return sys.path without the folder the process happens to stand in."""
    return [entry for entry in sys.path if type(entry) is str and entry]


def scheme(name: str) -> str:
    """Return one of sysconfig's folders, of the scheme installers use."""
    import sysconfig

    return sysconfig.get_path(name)


def user_site() -> str | None:
    """Return the user's own site-packages, where this Python looks there."""
    import site

    return site.getusersitepackages() if site.ENABLE_USER_SITE else None


def markers() -> dict[str, str]:
    """Return the environment markers of PEP 508."""
    import platform

    kind = sys.implementation.version
    release = "%d.%d.%d" % kind[:3]
    if kind[3] != "final":
        release += kind[3][0] + str(kind[4])
    return {
        "implementation_name": sys.implementation.name,
        "implementation_version": release,
        "os_name": os.name,
        "platform_machine": platform.machine(),
        "platform_python_implementation": platform.python_implementation(),
        "platform_release": platform.release(),
        "platform_system": platform.system(),
        "platform_version": platform.version(),
        "python_full_version": platform.python_version(),
        "python_version": "%d.%d" % sys.version_info[:2],
        "sys_platform": sys.platform,
    }


def stdlib_names() -> list[str] | None:
    """Return the names of the standard library; Python tells from 3.10 on."""
    names = getattr(sys, "stdlib_module_names", None)
    return sorted(names) if names is not None else None


def is_found(name: str) -> bool | None:
    """Tell whether a top-level name could be imported; asking does not import it."""
    import importlib.util

    if name in sys.modules:
        return True
    try:
        return importlib.util.find_spec(name) is not None
    except (ImportError, ValueError, AttributeError):  # a finder that is itself broken
        return None


def numpy(is_there: bool | None) -> dict[str, Any]:
    """Import numpy, and return what it was built with, or its failure in full."""
    if is_there is False:
        return {"state": "absent", "version": None, "error": None, "blas": None}
    try:
        import numpy
    except Exception as error:  # noqa: BLE001 - an import can fail in any way
        return {"state": "failed", "version": None, "error": described(error), "blas": None}
    return {
        "state": "imported",
        "version": numpy.__version__,
        "error": None,
        "blas": built_with(numpy),
    }


def built_with(numpy: Any) -> dict[str, str | None]:
    """Return name and version of the BLAS numpy was built with, in its dictionary of today."""
    config = getattr(numpy, "__config__", None)
    today = getattr(config, "CONFIG", None)  # since numpy 1.26
    if today is not None:
        blas = today["Build Dependencies"]["blas"]
        return {"name": blas.get("name"), "version": blas.get("version")}
    before = getattr(config, "blas_opt_info", None) or {}
    libraries = before.get("libraries") or [None]
    return {"name": libraries[0], "version": None}


def pools(is_there: bool | None, also: str | None, file: str) -> list[dict[str, Any]]:
    """Return the thread pools that are live after importing numpy, and `also` if it is a name."""
    import importlib

    if is_there is False:
        return []
    importlib.import_module("numpy")
    if also is not None:
        importlib.import_module(also)
    mapped = memory_map()
    if "libiomp5" in mapped and "libomp." in mapped:
        # https://github.com/joblib/threadpoolctl/blob/master/multiple_openmp.md
        raise RuntimeError("libiomp5 and libomp are both loaded: asking them could hang")
    return [
        {
            key: value if type(value) in (int, type(None)) else str(value)
            for key, value in pool.items()
        }
        for pool in threadpoolctl(file).threadpool_info()
    ]


def memory_map() -> str:
    """Return the text of what is mapped into this process; empty where there is no /proc."""
    try:
        with open("/proc/self/maps", encoding="utf-8", errors="replace") as maps:
            return maps.read()
    except OSError:
        return ""


def threadpoolctl(file: str) -> Any:
    """Return the environment's own threadpoolctl, else the one lying at `file`."""
    import importlib.util

    try:
        return importlib.import_module("threadpoolctl")
    except ImportError:
        spec: Any = importlib.util.spec_from_file_location("threadpoolctl", file)
        module = importlib.util.module_from_spec(spec)
        sys.modules["threadpoolctl"] = module  # its dataclasses look their module up there
        spec.loader.exec_module(module)
        return module


def modules() -> dict[str, list[str | None]]:
    """Return version and file of imported top-level modules but for the standard library's.

    Read through the type's own slot: a lazy module would load at the touch of an attribute.
    """
    slots: Any = type(sys).__dict__
    dictionary = slots["__dict__"]
    standard: frozenset[str] = getattr(sys, "stdlib_module_names", frozenset())
    seen: dict[str, list[str | None]] = {}
    for name, module in list(sys.modules.items()):
        if type(name) is not str or "." in name or name in standard or name == "__main__":
            continue
        try:
            attributes = dictionary.__get__(module)
        except TypeError:  # not a module: anything may stand in sys.modules
            continue
        told = attributes.get("__version__")
        file = attributes.get("__file__")
        seen[name] = [told if type(told) is str else None, file if type(file) is str else None]
    return seen
