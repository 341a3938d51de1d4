"""Facts as literals: a healthy venv, of which a test changes what it is about."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from jupyterlab_envcheck.facts import (
    Conda,
    CondaRecord,
    Cpus,
    Environment,
    Facts,
    Gpus,
    Import,
    ImportName,
    Interpreter,
    Jupyter,
    Library,
    Machine,
    MappedLibrary,
    Module,
    Notebook,
    Package,
    Process,
    PythonRelease,
    Quota,
    Section,
    Table,
    Venv,
)
from jupyterlab_envcheck.probe import knowledge

AT = "2026-11-21T09:00:00+00:00"
TODAY = date(2026, 11, 21)

KNOWLEDGE = replace(
    knowledge.load(),
    pythons=Table(
        source="https://github.com/python/peps",
        as_of=date(2026, 8, 22),
        rows={
            "3.6": PythonRelease(released=date(2016, 12, 23), end_of_life=date(2021, 12, 23)),
            "3.9": PythonRelease(released=date(2020, 10, 5), end_of_life=date(2025, 10, 31)),
            "3.11": PythonRelease(released=date(2022, 10, 24), end_of_life=date(2027, 10, 31)),
            "3.13": PythonRelease(released=date(2024, 10, 7), end_of_life=date(2029, 10, 31)),
            "3.15": PythonRelease(released=date(2026, 10, 1), end_of_life=date(2031, 10, 31)),
        },
    ),
    imports=Table(
        source="curated",
        as_of=date(2026, 11, 21),
        rows={
            "sklearn": ImportName(pypi="scikit-learn", conda="scikit-learn"),
            "numpy": ImportName(pypi="numpy", conda="numpy"),
            "requests": ImportName(pypi="requests", conda="requests"),
            "xesmf": ImportName(pypi=None, conda="xesmf"),
        },
    ),
)

INTERPRETER = Interpreter(
    executable="/home/ada/climate/bin/python",
    prefix="/home/ada/climate",
    base_prefix="/usr",
    version="3.13.1",
    implementation="cpython",
    found="the running process's command line and the kernel's own word agree",
    stdlib="/usr/lib/python3.13",
    site_packages=("/home/ada/climate/lib/python3.13/site-packages",),
    path=("/usr/lib/python3.13", "/home/ada/climate/lib/python3.13/site-packages"),
    user_site=None,
    markers={
        "implementation_name": "cpython",
        "implementation_version": "3.13.1",
        "os_name": "posix",
        "platform_machine": "x86_64",
        "platform_python_implementation": "CPython",
        "platform_release": "6.1",
        "platform_system": "Linux",
        "platform_version": "1",
        "python_full_version": "3.13.1",
        "python_version": "3.13",
        "sys_platform": "linux",
    },
    on_path={"pip": "/home/ada/climate/bin/pip"},
    variables={},
)

ENVIRONMENT = Environment(
    kind="venv",
    name="climate",
    prefix="/home/ada/climate",
    python="/home/ada/climate/bin/python",
    writable=True,
    owner="pip",
    tool="/home/ada/climate/bin/python",
    project=None,
    user="ada",
    has_pip=True,
    externally_managed=False,
    venv=Venv(
        home="/usr/bin",
        home_exists=True,
        version="3.13.1",
        system_site=False,
        base_kind="system",
    ),
    leftovers=(),
    overlaps=(),
    shadows=(),
    free=200_000_000_000,
)

OPENBLAS_FILE = (
    "/home/ada/climate/lib/python3.13/site-packages/numpy.libs/libscipy_openblas64_-1.so"
)
OPENBLAS = Library(
    library="openblas",
    version="0.3.30",
    path=OPENBLAS_FILE,
    owner="numpy",
    threads=4,
    layer="pthreads",
    architecture="Haswell",
)

MACHINE = Machine(
    system="Linux",
    architecture="x86_64",
    emulated=False,
    vendor="GenuineIntel",
    microarchitecture="icelake",
    container=None,
    cpus=Cpus(
        logical=8,
        physical=4,
        affinity=8,
        cgroup=4.0,
        quotas=(Quota(group="/user.slice", cpus=4.0),),
        usable=4,
        limited_by="a CPU quota",
    ),
    caches=(),
)

PROCESS = Process(
    pid=4242,
    state="idle",
    command=("/home/ada/climate/bin/python", "-m", "ipykernel_launcher"),
    cwd="/home/ada/notebooks",
    started="2026-11-21T08:30:00+00:00",
    threads=12,
    memory=150_000_000,
    variables={},
    libraries=(MappedLibrary(library="openblas", path=OPENBLAS_FILE, owner="numpy"),),
    modules=(
        Module(
            name="numpy",
            version="2.5.5",
            file="/home/ada/climate/lib/python3.13/site-packages/numpy/__init__.py",
            distribution="numpy",
            installed="2.5.5",
        ),
    ),
    user_variables=7,
    pools=(OPENBLAS,),
    pools_thread="MainThread",
)

JUPYTER = Jupyter(
    prefix="/home/ada/miniforge3",
    python="/home/ada/miniforge3/bin/python",
    name="base",
    kind="conda-base",
    same_environment=False,
    kernelspecs=(),
    environments=(),
    finds_conda_kernels=False,
    labextensions={},
    navigator=None,
)


def package(name: str, version: str | None, **changes: Any) -> Package:
    """Return an installed package, by pip, in the healthy venv."""
    given: dict[str, Any] = {
        "installer": "pip",
        "location": INTERPRETER.site_packages[0],
        "metadata": f"{name.replace('-', '_')}-{version}.dist-info",
        "form": "dist-info",
        "editable": False,
        "requested": False,
        "direct_url": None,
        "requires": (),
        "imports": (name.replace("-", "_"),),
        "compiled": False,
        "bundles": (),
        "build": None,
    }
    return Package(name=name, version=version, **{**given, **changes})


def conda(*records: CondaRecord, requested: tuple[str, ...] = (), **changes: Any) -> Conda:
    """Return what conda knows of an environment of its own."""
    given: dict[str, Any] = {
        "variants": {},
        "pinned": (),
        "frozen": False,
        "root": None,
        "config": None,
        "terms": None,
    }
    return Conda(records=records, requested=requested, **{**given, **changes})


def conda_record(name: str, version: str = "1.0", build: str = "0", **changes: Any) -> CondaRecord:
    """Return conda's record of a package from conda-forge."""
    given: dict[str, Any] = {
        "channel": "conda-forge",
        "subdir": "linux-64",
        "depends": (),
        "distributions": (),
        "size": 1_000_000,
        "missing": (),
    }
    return CondaRecord(name=name, version=version, build=build, **{**given, **changes})


def imported(name: str, *, found: bool | None = True, optional: bool = False) -> Import:
    """Return an import in the notebook's first cell."""
    return Import(
        name=name,
        cell="c1",
        line=1,
        optional=optional,
        found=found,
        tried=False,
        error=None,
        local=None,
        elsewhere=(),
    )


PACKAGES = (
    package("ipykernel", "7.4.0", requires=("traitlets>=5.4", "pyzmq>=25")),
    package("numpy", "2.5.5"),
    package("pyzmq", "27.1.0"),
    package("traitlets", "5.14.3"),
)

NOTEBOOK = Notebook(
    imports=(imported("numpy"),),
    cells=2,
    unreadable=(),
    installs=(),
    settings=(),
    parallels=(),
    project=None,
    local=(),
)


def section(value: Any, source: str, /, **unknown: str) -> Section[Any]:
    """Return a value in its envelope."""
    return Section(source=source, at=AT, value=value, unknown=unknown)


def make_facts(**changes: Any) -> Facts:
    """Return the facts of a healthy venv; `changes` replaces values (None: unknown) by section."""
    healthy: dict[str, Section[Any]] = {
        "interpreter": section(INTERPRETER, "asked the interpreter in a child process"),
        "environment": section(ENVIRONMENT, "files of the environment"),
        "packages": section(PACKAGES, "metadata files in site-packages"),
        "conda": section(None, "conda-meta", value="this is no conda environment"),
        "blas": section((OPENBLAS,), "asked numpy in a child process"),
        "thread_pools": section((OPENBLAS,), "asked threadpoolctl in a child process"),
        "machine": section(MACHINE, "/proc and /sys"),
        "gpus": section(Gpus(devices=(), nvidia=None), "the system's files"),
        "process": section(PROCESS, "the process, seen from outside"),
        "jupyter": section(JUPYTER, "the server's own interpreter"),
        "notebook": section(NOTEBOOK, "the notebook's cells"),
    }
    for name, value in changes.items():
        known = healthy.get(name)
        if known is not None:
            unknown = {"value": "it could not be read"} if value is None else {}
            healthy[name] = replace(known, value=value, unknown=unknown)
    others = {name: value for name, value in changes.items() if name not in healthy}
    given: dict[str, Any] = {
        **healthy,
        "now": TODAY,
        "knowledge": KNOWLEDGE,
        "fingerprint": "f1",
        **others,
    }
    return Facts(**given)
