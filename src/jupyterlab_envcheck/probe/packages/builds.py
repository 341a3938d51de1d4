"""Tells what frameworks were built for, and with which BLAS, without importing them.

torch, numpy and scipy say it in a file of their own, which is read as text; the others in the names
of what is installed with them; conda's packages in their build strings.
"""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace

from ...facts import Build, Package
from ...facts.text import clean
from ..small_files import Unfit, beginning
from .literals import Untold, assigned, assignments, below, source, strings, texts

#: Bytes.
_MOST_HEADER = 16_384
_MOST_SHOWN = 300  #: characters

#: torch's own BLAS, where it brings none as a file; what it is if not MKL, the header does not say.
_TORCH_MKL = re.compile(rb"#define AT_MKL_ENABLED\(\) 1\b")

_JAX_PLUGIN = re.compile(r"jax-(cuda|rocm|oneapi|metal)(\d*)(?:-plugin)?")
_CUPY = re.compile(r"cupy-(?:(cuda)(\d+)x?|(rocm)-([\d-]+))")
_CUDNN = re.compile(r"nvidia-cudnn-cu(\d+)")
_TOOLKIT = re.compile(r"(1\d|\d)(\d?)")
_LOCAL_CUDA = re.compile(r"\+cuda(\d+)")

_TENSORFLOWS = {
    "tensorflow": None,
    "tf-nightly": None,
    "tensorflow-cpu": "cpu",
    "tensorflow-intel": "cpu",
    "tensorflow-macos": "cpu",
    "tensorflow-gpu": "cuda",
    "tensorflow-rocm": "rocm",
}

#: What conda channels call the packages whose build strings tell.
_CONDA_NAMES = frozenset(
    {
        *("pytorch", "pytorch-cpu", "pytorch-gpu", "libtorch"),
        *("tensorflow", "tensorflow-base", "tensorflow-cpu", "tensorflow-gpu"),
        *("jaxlib", "cupy", "cupy-core"),
    }
)
_CONDA_FLAVOURS = tuple(
    (flavour, re.compile(rf"(?:^|_)(?:{words})(?=_|py|h[0-9a-f]{{5}}|$)"))
    for flavour, words in (
        ("metal", "(?:gpu_)?mps"),
        ("cuda", r"(?:gpu_)?cuda_?(\d+(?:\.\d+)?)?|gpu"),
        ("rocm", r"rocm_?(\d+(?:\.\d+)?)?"),
        ("xpu", "xpu"),
        ("cpu", "cpu"),
    )
)


def of_files(packages: Sequence[Package], folder: str) -> tuple[list[Package], dict[str, str]]:
    """Return the packages of a folder with what their files tell, and why some do not."""
    unknown: dict[str, str] = {}
    told = list(packages)
    for number, package in enumerate(packages):
        reader = _READERS.get(package.name)
        if reader is not None:
            try:
                build = reader(package, folder)
            except Untold as untold:
                unknown[f"{package.name}.build"] = str(untold)
            else:
                told[number] = replace(package, build=build)
    return told, unknown


def of_names(packages: Sequence[Package]) -> tuple[list[Package], dict[str, str]]:
    """Return what Python sees with what the names beside them tell, and why some are not known."""
    names = {package.name for package in packages}
    unknown: dict[str, str] = {}
    told = list(packages)
    for number, package in enumerate(packages):
        build = None
        if package.name == "jax":
            build = _jax(names, packages)
        elif package.name in _TENSORFLOWS:
            build = _tensorflow(package.name, names)
            if build is None:
                unknown[f"{package.name}.build"] = (
                    "it may use CUDA libraries of the system: none are installed beside it"
                )
        elif package.name.startswith("cupy"):
            build = _cupy(package.name)
            if build is None:
                unknown[f"{package.name}.build"] = "its name does not tell for which CUDA it is"
        if build is not None:
            told[number] = replace(package, build=build)
    return told, unknown


def flavour_of_conda_build(name: str, build: str) -> Build | None:
    """Return what a conda package's build string tells: "cuda126_mkl_py312h…", "cpu_generic_…"."""
    if name not in _CONDA_NAMES:
        return None
    blas = "mkl" if "mkl" in build.split("_") else None
    for flavour, pattern in _CONDA_FLAVOURS:
        found = pattern.search(build)
        if found is not None:
            version = found[1] if pattern.groups else None
            return _build(flavour, _toolkit(version or ""), blas=blas)
    return None


def _torch(package: Package, folder: str) -> Build:
    told = assigned(source(folder, "torch/version.py"))
    if "cuda" not in told:
        raise Untold("torch/version.py does not say")
    blas, details = _torch_blas(package, folder)
    for flavour, keys in (("cuda", ("cuda",)), ("rocm", ("rocm", "hip")), ("xpu", ("xpu",))):
        version = next((told[key] for key in keys if told.get(key)), None)
        if version is not None:
            return _build(flavour, _word(version), blas=blas, details=details)
    # For macOS there is one build alone, and it can use Metal.
    apple = os.path.exists(os.path.join(folder, "torch", "lib", "libtorch_cpu.dylib"))
    return _build("metal" if apple else "cpu", blas=blas, details=details)


def _torch_blas(package: Package, folder: str) -> tuple[str | None, str | None]:
    """Return torch's BLAS; MKL is linked into it and shows in no file's name."""
    brought = {bundled.library for bundled in package.bundles}
    named = next((name for name in ("mkl", "openblas", "blis", "armpl") if name in brought), None)
    if named is not None:
        return named, None
    try:
        header = beginning(os.path.join(folder, "torch/include/ATen/Config.h"), _MOST_HEADER)
    except (OSError, Unfit, ValueError):
        header = None
    found = _TORCH_MKL.search(header or b"")
    return ("mkl", found[0].decode().removeprefix("#define ")) if found else (None, None)


def _numpy_or_scipy(package: Package, folder: str) -> Build:
    file = f"{package.name}/__config__.py"
    tree = source(folder, file)
    for key, value in assignments(tree):
        if key == "CONFIG":
            config = value.args[0] if isinstance(value, ast.Call) and value.args else value
            named = strings(below(config, "Build Dependencies", "blas"))
            if "name" in named:
                details = named.get("openblas configuration")
                return _build(
                    None, blas=named["name"], blas_version=named.get("version"), details=details
                )
        if key == "blas_opt_info":
            build = _blas_opt_info(value)
            if build is not None:
                return build
    raise Untold(f"{file} does not say")


def _blas_opt_info(value: ast.expr) -> Build | None:
    """Return what numpy.distutils wrote, before numpy 1.26."""
    libraries = texts(below(value, "libraries"))
    arguments = texts(below(value, "extra_link_args"))
    if any("Accelerate" in argument for argument in arguments):
        return _build(None, blas="accelerate", details=" ".join(arguments))
    if not libraries:
        return None
    name = "mkl" if libraries[0].startswith("mkl") else libraries[0]
    return _build(None, blas=name, details=" ".join(dict.fromkeys(libraries)))


def _jax(names: Collection[str], packages: Sequence[Package]) -> Build:
    """Return what jax computes on: the newest plugin, for jax uses one; without any, the CPU."""
    plugins = [match for name in sorted(names) if (match := _JAX_PLUGIN.fullmatch(name))]
    for flavour, kind in (("cuda", "cuda"), ("rocm", "rocm"), ("xpu", "oneapi")):
        versions = [match[2] for match in plugins if match[1] == kind]
        if versions:
            return _build(flavour, _toolkit(max(versions, key=lambda v: (len(v), v))))
    if any(name in names for name in ("libtpu", "libtpu-nightly")):
        return _build("tpu")
    if any(match[1] == "metal" for match in plugins):
        return _build("metal")
    # Before there were plugins, jaxlib's version told: 0.4.13+cuda12.cudnn89.
    jaxlib = next((package.version or "" for package in packages if package.name == "jaxlib"), "")
    local = _LOCAL_CUDA.search(jaxlib)
    return _build("cuda", local[1]) if local else _build("cpu")


def _tensorflow(name: str, names: Collection[str]) -> Build | None:
    cudnn = next((match[1] for one in sorted(names) if (match := _CUDNN.fullmatch(one))), None)
    if "tensorflow-metal" in names:
        return _build("metal")
    flavour = _TENSORFLOWS[name]
    if flavour == "cuda" or (flavour is None and cudnn is not None):
        return _build("cuda", cudnn)
    return _build(flavour) if flavour is not None else None


def _cupy(name: str) -> Build | None:
    match = _CUPY.fullmatch(name)
    if match is None:
        return None
    if match[1]:
        return _build("cuda", _toolkit(match[2]))
    return _build("rocm", match[4].strip("-").replace("-", "."))


def _toolkit(digits: str) -> str | None:
    """Return the version of a toolkit that was written without its dot: "126" is 12.6, "92" 9.2."""
    match = _TOOLKIT.fullmatch(digits)
    if match is None:
        return digits or None
    return ".".join(filter(None, match.groups()))


def _build(
    flavour: str | None,
    version: str | None = None,
    *,
    blas: str | None = None,
    blas_version: str | None = None,
    details: str | None = None,
) -> Build:
    return Build(
        flavour=flavour,
        flavour_version=version,
        blas=_word(blas),
        blas_version=_word(blas_version),
        blas_details=clean(details, _MOST_SHOWN) if details else None,
    )


def _word(text: str | None) -> str | None:
    return (clean(text, 100) or None) if text else None


_READERS: Mapping[str, Callable[[Package, str], Build]] = {
    "numpy": _numpy_or_scipy,
    "scipy": _numpy_or_scipy,
    "torch": _torch,
}
