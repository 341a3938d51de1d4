"""Looks at a Python from the inside: `live` in the user's kernel, and what a child needs, too.

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

#: The libraries with a thread pool: name, kind, how their files' names begin, and whether asking
#: them changes nothing. The others start at the first question, and settle their threads for good.
POOLS = (
    ("openblas", "blas", ("libopenblas", "libscipy_openblas", "openblas"), True),
    ("libgomp", "openmp", ("libgomp",), True),
    ("mkl", "blas", ("libmkl_rt", "libmkl_core", "mkl_rt", "mkl_core"), False),
    ("blis", "blas", ("libblis",), False),
    ("flexiblas", "blas", ("libflexiblas",), False),
    ("libiomp5", "openmp", ("libiomp5",), False),
    ("libomp", "openmp", ("libomp",), False),
    ("vcomp", "openmp", ("vcomp",), False),
)


def live() -> dict[str, Any]:
    """Return what the running kernel says of itself, without a trace."""
    unasked: dict[str, str] = {}
    reply = part(
        executable=lambda: sys.executable,
        prefix=lambda: sys.prefix,
        version=version,
        path=path,
        modules=modules,
        variables=variables,
        pools=lambda: live_pools(unasked),
        thread=thread,
    )
    reply["unknown"].update(unasked)
    return reply


def part(**readers: Callable[[], object]) -> dict[str, Any]:
    """Return what the readers read, each by itself."""
    facts: dict[str, object] = {}
    unknown: dict[str, str] = {}
    for name, read in readers.items():
        try:
            facts[name] = read()
        except Exception as error:  # noqa: BLE001 - a Python that is broken can fail in any way
            facts[name] = None
            unknown[name] = reason(error)
    return {"result": "success", "facts": facts, "unknown": unknown}


def framed(reply: dict[str, Any], start: str, end: str) -> str:
    """Return the reply between marks, for sitecustomize and packages print, too."""
    return start + json.dumps(reply) + end


def reason(error: Exception) -> str:
    """Return why a fact is unknown; a bare LookupError of ours says it in its own words."""
    return str(error) if type(error) is LookupError else described(error)


def described(error: BaseException) -> str:
    """Return an error as Python shows its last lines, with what it came from."""
    said: list[str] = []
    for cause in causes(error):
        try:
            text = str(cause)
        except Exception:  # noqa: BLE001 - an error of a package's own can fail in any way
            text = "(an error that cannot be shown)"
        if not any(text in before for before in said):
            said.append("%s: %s" % (type(cause).__name__, text))
    return "\nbecause of ".join(said)[:LONGEST]


def causes(error: BaseException) -> list[BaseException]:
    """Return an error and the errors it came from."""
    chain: list[BaseException] = []
    cause: BaseException | None = error
    while cause is not None and len(chain) < 10:  # it can lead back to itself
        chain.append(cause)
        cause = cause.__cause__ or (None if cause.__suppress_context__ else cause.__context__)
    return chain


def version() -> str:
    """Return the version of Python in numbers; PyPy's own version is another."""
    return "%d.%d.%d" % sys.version_info[:3]


def path() -> list[str]:
    """Return sys.path without the folder the process happens to stand in."""
    return [entry for entry in sys.path if type(entry) is str and entry]


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


def variables() -> int:
    """Return how many variables of the user's are in the kernel, counted as IPython's %who does.

    A value is asked for nothing but its type: an object of the user's can do anything when touched.
    """
    shells: Any = sys.modules.get("IPython.core.interactiveshell")
    shell = shells and shells.InteractiveShell._instance
    if not shell:
        raise LookupError("the kernel has no shell of IPython's")
    hidden = shell.user_ns_hidden
    return sum(
        1
        for name, value in list(shell.user_ns.items())
        if type(name) is str
        and not name.startswith("_")
        and not issubclass(type(value), type(sys))
        and not (name in hidden and hidden[name] is value)
    )


def thread() -> str:
    """Return the name of this thread, which OpenMP's numbers are of."""
    threading: Any = sys.modules.get("threading")
    if threading is None:
        raise LookupError("threading is not loaded")
    return str(threading.current_thread().name)


def mapped() -> list[str]:
    """Return the paths of the native libraries in this process; loads none.

    Linux tells in a file; elsewhere the system is asked by ctypes, where that is loaded already.
    The calls of macOS and Windows are written by their documentation.
    """
    system = sys.platform
    if system == "linux":
        with open("/proc/self/maps", encoding="utf-8", errors="surrogateescape") as maps:
            lines = maps.read().split("\n")
        # The numbers before a path hold no slash, and a library has a line for each of its parts.
        files = dict.fromkeys(line[line.find("/") :] for line in lines if "/" in line)
        ended = " (deleted)"
        paths = [path[: -len(ended)] if path.endswith(ended) else path for path in files]
        return [path for path in paths if ".so" in os.path.basename(path)]
    ctypes: Any = sys.modules.get("ctypes")
    if ctypes is None:
        raise LookupError("the system tells its libraries through ctypes, which is not loaded")
    if system == "darwin":
        libc = ctypes.CDLL(None)
        libc._dyld_get_image_name.restype = ctypes.c_char_p
        count = libc._dyld_image_count()
        return [os.fsdecode(libc._dyld_get_image_name(n) or b"") for n in range(count)]
    if system == "win32":
        kernel, address = ctypes.WinDLL("kernel32"), ctypes.c_void_p
        handles, needed = (address * 4096)(), ctypes.c_ulong()
        text = ctypes.create_unicode_buffer(32_768)
        this = address(-1)  # what GetCurrentProcess returns
        size = ctypes.sizeof(handles)
        if not kernel.K32EnumProcessModules(this, handles, size, ctypes.byref(needed)):
            raise LookupError("Windows does not tell the libraries of this process")
        count = min(needed.value, size) // ctypes.sizeof(address)
        return [
            text.value
            for handle in handles[:count]
            if kernel.GetModuleFileNameW(address(handle), text, len(text))
        ]
    raise LookupError("this system does not tell the libraries of a process")


def live_pools(unknown: dict[str, str]) -> list[dict[str, Any]]:
    """Return the thread pools of a live kernel; why a number is null goes into `unknown`.

    Not by threadpoolctl: importing it sets KMP_DUPLICATE_LIB_OK, and it asks all it finds. MKL,
    BLIS, libiomp5 and libomp start when they are asked, and a number of threads that the user sets
    after that comes too late. OpenBLAS and libgomp have settled when they are loaded.
    """
    found: list[dict[str, Any]] = []
    for file in mapped():
        base = os.path.basename(file).lower()
        for name, kind, beginnings, may_be_asked in POOLS:
            prefix = next((one for one in beginnings if base.startswith(one)), None)
            if prefix is None or (name == "mkl" and any(p["internal_api"] == name for p in found)):
                continue
            pool: dict[str, Any] = {
                "user_api": kind,
                "internal_api": name,
                "prefix": prefix,
                "filepath": file,
                "num_threads": None,
            }
            found.append(pool)
            if not may_be_asked:
                unknown["pools." + name] = (
                    "asking it in the kernel would start it, and settle its number of threads"
                )
    runtimes = {pool["internal_api"] for pool in found if pool["user_api"] == "openmp"}
    for pool in found:
        name = pool["internal_api"]
        if "pools." + name not in unknown:
            try:
                ask(pool, runtimes)
            except Exception as error:  # noqa: BLE001 - a native library can answer anything
                unknown["pools." + name] = reason(error)
    return found


def ask(pool: dict[str, Any], runtimes: set[str]) -> None:
    """Ask OpenBLAS or libgomp, which is loaded; it is not loaded again, nor held."""
    ctypes: Any = sys.modules.get("ctypes")
    if ctypes is None:
        raise LookupError("libraries are asked through ctypes, which the kernel has not loaded")
    if not hasattr(os, "RTLD_NOLOAD"):
        raise LookupError("this system has no way of asking a library without loading it")
    if not os.path.isfile(pool["filepath"]):
        raise LookupError("its file is no longer there")
    # A handle of our own: what is set on its functions is seen by nobody else. PyPy closes it
    # when it is collected.
    close: Any = getattr(sys.modules.get("_ctypes"), "dlclose", lambda handle: None)
    library = ctypes.CDLL(pool["filepath"], mode=os.RTLD_NOLOAD)
    try:
        if pool["internal_api"] == "libgomp":
            pool["num_threads"] = library.omp_get_max_threads()
        else:
            ask_openblas(pool, runtimes, library, ctypes)
    finally:
        close(library._handle)


def ask_openblas(pool: dict[str, Any], runtimes: set[str], library: Any, ctypes: Any) -> None:
    """Ask OpenBLAS, whose symbols are named in six ways."""
    affixes = [(one, other) for one in ("", "scipy_") for other in ("", "64_", "_64")]
    told = "openblas_get_num_threads"
    own = next((each for each in affixes if hasattr(library, each[0] + told + each[1])), None)
    if own is None:
        raise LookupError("it has no function that tells")

    def symbol(name: str) -> Any:
        return getattr(library, own[0] + name + own[1], None)

    parallel, corename = symbol("openblas_get_parallel"), symbol("openblas_get_corename")
    config, threads = symbol("openblas_get_config"), symbol(told)
    if config is not None:
        config.restype = ctypes.c_char_p
        words = config().decode("ascii", "replace").split()
        pool["version"] = words[1] if words[:1] == ["OpenBLAS"] and len(words) > 1 else None
    if corename is not None:
        corename.restype = ctypes.c_char_p
        pool["architecture"] = corename().decode("ascii", "replace")
    if parallel is not None:
        layer = {0: "disabled", 1: "pthreads", 2: "openmp"}.get(parallel())
        pool["threading_layer"] = layer
        if layer == "openmp":  # then it runs as many threads as the OpenMP runtime says
            if runtimes != {"libgomp"}:
                raise LookupError("it runs on an OpenMP runtime that asking would start")
            threads = library.omp_get_max_threads
    pool["num_threads"] = threads()
