"""A report with much to show: conda, two BLAS, many pools, GPUs, and parts that are unknown."""

from __future__ import annotations

from dataclasses import replace

from golden_scenes import report
from jupyterlab_envcheck.facts import Condarc, DirectUrl, Library, Module
from make_facts import (
    ENVIRONMENT,
    JUPYTER,
    MACHINE,
    PROCESS,
    conda,
    conda_record,
    make_facts,
    package,
    section,
)
from make_gpus import driver, gpu, gpus

PREFIX = "/home/ada/miniforge3/envs/climate"
SITE = f"{PREFIX}/lib/python3.13/site-packages"

MKL = Library(
    library="mkl",
    version="2025.3",
    path=f"{PREFIX}/lib/libmkl_rt.so.2",
    owner="mkl",
    threads=32,
    layer="intel",
    architecture=None,
)
GOMP = Library(
    library="libgomp",
    version=None,
    path=f"{SITE}/scikit_learn.libs/libgomp-a34b3233.so.1.0.0",
    owner="scikit-learn",
    threads=4,
    layer=None,
    architecture=None,
)
UNSAID = replace(GOMP, library="libomp", path=f"{PREFIX}/lib/libomp.so", owner=None, threads=None)

CONDARC = Condarc(
    files=("/home/ada/.condarc",),
    channels=("conda-forge", "defaults"),
    default_channels=None,
    channel_priority="strict",
    solver="libmamba",
    pkgs_dirs=("/home/ada/miniforge3/pkgs",),
)
RECORDS = (
    conda_record("numpy", "2.5.5", distributions=("numpy-2.5.5.dist-info",)),
    conda_record("pandas", "2.4.1", distributions=("pandas-2.4.1.dist-info",)),
    conda_record("mkl", "2025.3", channel="defaults"),
    conda_record("openssl", "3.6.1"),
)


def _module(name: str, version: str, installed: str) -> Module:
    return Module(
        name=name,
        version=version,
        file=f"{SITE}/{name}/__init__.py",
        distribution=name,
        installed=installed,
    )


_BESIDE = make_facts(
    environment=replace(
        ENVIRONMENT, kind="conda", prefix=PREFIX, python=f"{PREFIX}/bin/python", owner="conda"
    ),
    packages=(
        package(
            "climate-tools",
            "0.3.dev2",
            editable=True,
            direct_url=DirectUrl(url="file:///home/ada/climate-tools", commit=None, local=True),
            requires=("pandas", "numpy"),
        ),
        package("numpy", "2.5.5", installer="conda"),
        package("pandas", "2.4.1", installer="conda", requires=("numpy>=1.26", "python-dateutil")),
        package("python-dateutil", "2.9.0", installer="uv", imports=("dateutil",)),
        package("scikit-learn", "1.9.1", imports=("sklearn",), requires=("numpy>=1.24",)),
        package("unlabelled", None, installer=None, form="egg-info"),
    ),
    blas=(MKL,),
    thread_pools=(MKL, GOMP, UNSAID),
    machine=replace(
        MACHINE, cpus=replace(MACHINE.cpus, logical=32, physical=16, affinity=32, cgroup=3.5)
    ),
    process=replace(
        PROCESS,
        modules=(_module("numpy", "2.4.6", "2.5.5"), _module("pandas", "2.4.1", "2.4.1")),
        pools=(replace(MKL, threads=4), GOMP),
    ),
    jupyter=replace(JUPYTER, same_environment=False),
)

RICH = replace(
    _BESIDE,
    conda=section(
        conda(
            *RECORDS, requested=("python", "pandas"), root="/home/ada/miniforge3", config=CONDARC
        ),
        "conda-meta",
        terms="an answer about Anaconda's terms cannot be read: permission denied",
    ),
    gpus=section(
        gpus(
            gpu("NVIDIA L4", "8.9", memory=24 * 2**30, memory_used=3 * 2**30, uuid="GPU-aaaa"),
            gpu("NVIDIA H100 80GB HBM3", "9.0", memory=None, uuid="GPU-bbbb"),
            is_=driver("580.95.05", "13.0"),
        ),
        "the driver's library (NVML)",
        **{"devices.1.memory_used": "the driver's library reports Insufficient Permissions"},
        **{"devices.1.memory": "the driver's library reports Insufficient Permissions"},
    ),
)

ENVIRONMENT_SCENES = {"report-rich": report(RICH, 9)}
