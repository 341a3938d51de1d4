"""Looks at a Python from the inside, in a child of its own: `child` asks it, `trial` tries imports.

The text of this file is sent after that of script.py, runs in the same namespace, and is held to
the same laws. It is apart because a kernel would have to compile it at every look.
"""

# Its floor is Python 3.8, and it is held to its own laws by tests/probe.
# ruff: noqa: FBT001, PLC0415, S110, SIM105, TC004, UP031

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .script import causes, described, framed, mapped, part, path, version


def child(request: dict[str, Any], start: str, end: str) -> None:
    """Answer a parent on standard output, part by part: what is imported may end this process."""
    names = [name for name in request["names"] if "." not in name]
    stand_on(request.get("affinity"))
    emit(
        part(
            executable=lambda: sys.executable,
            prefix=lambda: sys.prefix,
            base_prefix=lambda: sys.base_prefix,
            version=version,
            implementation=lambda: sys.implementation.name,
            path=own_path,
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
    file, has_numpy = request["threadpoolctl"], is_found("numpy")
    emit(part(numpy=lambda: numpy(has_numpy)), start, end)
    emit(part(pools=lambda: pools_of_numpy(has_numpy, file), mapped=mapped), start, end)
    emit(part(scipy=lambda: scipy("scipy" in names)), start, end)
    emit(part(all_pools=lambda: pools_of_numpy(has_numpy, file)), start, end)
    os._exit(0)  # what numpy leaves for the end of a process is not asked for, and can hang


def trial(request: dict[str, Any], start: str, end: str) -> None:
    """Import names one after another, each announced before, for it may end this process."""
    stand_on(request.get("affinity"))
    refusal = refuse(frozenset(request["refused"]))
    for name in request["names"]:
        emit({"result": "success", "trying": name}, start, end)
        emit({"result": "success", "trying": name}, start, end, 2)  # what is printed next is its
        emit(attempt(name, refusal), start, end)
    emit(part(pools=lambda: pools(request["threadpoolctl"]), mapped=mapped), start, end)
    os._exit(0)


def refuse(refused: frozenset[str]) -> type[ImportError]:
    """Let the import of some packages fail, though they are found; return with what error."""

    class Refused(ImportError):
        pass

    class Loader:
        def create_module(self, spec: Any) -> None:
            raise Refused(spec.name)

        def exec_module(self, module: Any) -> None:
            pass

    class Finder:
        @staticmethod
        def find_spec(name: str, path: Any = None, target: Any = None) -> Any:
            if name in refused:
                for finder in sys.meta_path:
                    look: Any = getattr(finder, "find_spec", None)
                    spec = look(name, path, target) if look and finder is not Finder else None
                    if spec is not None:
                        spec.loader = Loader()
                        return spec
            return None

    finder: Any = Finder
    sys.meta_path.insert(0, finder)
    return Refused


def attempt(name: str, refusal: type[ImportError]) -> dict[str, Any]:
    """Import a name; return how that went."""
    import importlib

    told = {"result": "success", "tried": name, "state": "imported", "error": None}
    try:
        importlib.import_module(name)
    except BaseException as error:  # noqa: BLE001 - pytest's Skipped is no Exception, either
        told.update(state="failed", error=described(error))
        for cause in causes(error):
            if isinstance(cause, refusal):
                told.update(state="refused", error=str(cause))
        if isinstance(error, SystemExit):
            told.update(state="exited")
        elif isinstance(error, ModuleNotFoundError) and (name + ".").startswith(
            str(error.name) + "."
        ):
            told.update(state="absent")
    return told


def stand_on(cpus: list[int] | None) -> None:
    """Run on the kernel's own CPUs: OpenBLAS makes as many threads as it may run on."""
    if cpus and hasattr(os, "sched_setaffinity"):
        try:
            os.sched_setaffinity(0, cpus)
        except OSError:  # not in this container's share; its own CPUs are as good a guess
            pass


def emit(reply: dict[str, Any], start: str, end: str, to: int = 1) -> None:
    """Write a reply at once, past whatever became of sys.stdout."""
    rest = ("\n" + framed(reply, start, end) + "\n").encode("ascii")
    while rest:
        rest = rest[os.write(to, rest) :]


def own_path() -> list[str]:
    """Return sys.path without the empty folder: an empty entry of PYTHONPATH means where one stands."""
    here = os.getcwd()
    return [entry for entry in path() if entry != here]


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


def imported(name: str, is_there: bool | None) -> dict[str, Any]:
    """Import a module, and return its package's version, or its failure in full."""
    import importlib

    told = {"state": "absent", "version": None, "error": None}
    if is_there is False:
        return told
    try:
        importlib.import_module(name)
    except Exception as error:  # noqa: BLE001 - an import can fail in any way
        told.update(state="failed", error=described(error))
        return told
    version = getattr(sys.modules[name.partition(".")[0]], "__version__", None)
    told.update(state="imported", version=version if type(version) is str else None)
    return told


def numpy(is_there: bool | None) -> dict[str, Any]:
    """Import numpy, and return what it was built with, too."""
    told = imported("numpy", is_there)
    told["blas"] = None
    if told["state"] == "imported" and getattr(sys.modules["numpy"], "__file__", None) is None:
        told.update(state="failed", error="ImportError: numpy is a folder without its __init__.py")
    if told["state"] == "imported":
        try:
            told["blas"] = built_with(sys.modules["numpy"])
        except Exception:  # noqa: BLE001 - what it was built with is the last of three witnesses
            pass
    return told


def scipy(is_wanted: bool) -> dict[str, Any]:
    """Import scipy.linalg; or, where nobody wants to know how that goes, only load SciPy's BLAS.

    The Python of scipy.linalg takes longer than all else in this process: numpy.testing, numpy.f2py.
    """
    is_there = is_found("scipy")
    told = imported("scipy", is_there)
    if told["state"] != "imported":
        return told
    blas = None if is_wanted else blas_of(sys.modules["scipy"])
    if blas is None:
        return imported("scipy.linalg", is_there)
    import importlib.util

    try:
        blas.loader.exec_module(importlib.util.module_from_spec(blas))
    except Exception as error:  # noqa: BLE001 - as of an import
        told.update(state="failed", error=described(error))
    return told


def blas_of(scipy: Any) -> Any:
    """Return the spec of what is linked to SciPy's BLAS, None where it is not where SciPy has it.

    None, too, where SciPy was built with a second one, of 64-bit integers.
    """
    from importlib.machinery import PathFinder

    folders = [os.path.join(folder, "linalg") for folder in getattr(scipy, "__path__", ())]
    if PathFinder.find_spec("scipy.linalg._fblas_64", folders) is not None:
        return None
    return PathFinder.find_spec("scipy.linalg._fblas", folders)


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


def pools_of_numpy(is_there: bool | None, file: str) -> list[dict[str, Any]]:
    """Return the thread pools that are live after importing numpy, and maybe more."""
    if is_there is False:
        return []
    if "numpy" not in sys.modules:
        raise LookupError("numpy cannot be imported")
    return pools(file)


def pools(file: str) -> list[dict[str, Any]]:
    """Return the thread pools of this process, as threadpoolctl tells of them."""
    try:
        names = [os.path.basename(path).lower() for path in mapped()]
    except Exception:  # noqa: BLE001 - then threadpoolctl looks by itself
        names = []
    if all(any(name.startswith(one) for name in names) for one in ("libiomp5", "libomp")):
        # https://github.com/joblib/threadpoolctl/blob/master/multiple_openmp.md
        raise LookupError("libiomp5 and libomp are both loaded: asking them could hang")
    return [
        {key: plain(value) for key, value in pool.items()}
        for pool in threadpoolctl(file).threadpool_info()
    ]


def plain(value: object) -> object:
    """Return what JSON can hold; FlexiBLAS has lists of its backends."""
    if type(value) in (list, tuple):
        listed: Any = value
        return [str(one) for one in listed]
    return value if type(value) in (int, type(None)) else str(value)


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
