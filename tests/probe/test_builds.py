"""What packages were built for and with, read from their files."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st

from jupyterlab_envcheck.facts import Build
from jupyterlab_envcheck.facts.text import clean
from jupyterlab_envcheck.probe.packages import Folder, literals, read_folder, together
from jupyterlab_envcheck.probe.packages.builds import flavour_of_conda_build
from made_environments import dist_info


def build(
    flavour: str | None = None,
    version: str | None = None,
    blas: str | None = None,
    blas_version: str | None = None,
    details: str | None = None,
) -> Build:
    return Build(
        flavour=flavour,
        flavour_version=version,
        blas=blas,
        blas_version=blas_version,
        blas_details=details,
    )


def write(folder: Path, file: str, text: str) -> None:
    (folder / file).parent.mkdir(parents=True, exist_ok=True)
    (folder / file).write_text(text, encoding="utf-8")


def seen(folder: Path, *names: str, version: str = "1.0") -> tuple[dict[str, Build], Folder]:
    """Return the builds of what Python sees in a folder of `names`."""
    for name in names:
        dist_info(folder, name, version)
    found = together([read_folder(str(folder))])
    return {p.name: p.build for p in found.packages if p.build is not None}, found


TORCH = """from typing import Optional

__all__ = ['__version__', 'cuda', 'hip', 'rocm', 'xpu']
__version__ = '2.15.0'
debug = False
cuda: Optional[str] = CUDA
hip: Optional[str] = HIP
rocm: Optional[str] = ROCM
xpu: Optional[str] = XPU
"""


def version_py(cuda: str = "None", hip: str = "None", rocm: str = "None", xpu: str = "None") -> str:
    text = TORCH.replace("CUDA", cuda).replace("HIP", hip)
    return text.replace("ROCM", rocm).replace("XPU", xpu)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(version_py(), build("cpu"), id="cpu"),
        pytest.param(version_py(cuda="'13.2'"), build("cuda", "13.2"), id="cuda"),
        pytest.param(version_py(hip="'7.2.5-a'", rocm="'7.2'"), build("rocm", "7.2"), id="rocm"),
        pytest.param(version_py(xpu="'20260100'"), build("xpu", "20260100"), id="xpu"),
        pytest.param("cuda = '11.8'\nhip = None\n", build("cuda", "11.8"), id="older"),
        pytest.param("cuda = None\nhip = '6.0'\n", build("rocm", "6.0"), id="older rocm"),
        pytest.param("cuda = '\\x1b[31m12'\n", build("cuda", "12"), id="escapes"),
    ],
)
def test_torch(text: str, expected: Build, tmp_path: Path) -> None:
    write(tmp_path, "torch/version.py", text)
    assert seen(tmp_path, "torch") == ({"torch": expected}, seen(tmp_path)[1])
    assert seen(tmp_path)[1].unknown == {}


def test_torch_static_mkl(tmp_path: Path) -> None:
    write(tmp_path, "torch/version.py", version_py())
    header = "torch/include/ATen/Config.h"
    write(
        tmp_path,
        header,
        "#pragma once\n#define AT_MKLDNN_ENABLED() 1\n#define AT_MKL_ENABLED() 1\n",
    )
    assert seen(tmp_path, "torch")[0]["torch"] == build(
        "cpu", blas="mkl", details="AT_MKL_ENABLED() 1"
    )
    write(tmp_path, header, "#define AT_MKLDNN_ENABLED() 1\n#define AT_MKL_ENABLED() 0\n")
    assert seen(tmp_path)[0]["torch"] == build("cpu")


def test_torch_that_brings_its_blas(tmp_path: Path) -> None:
    write(tmp_path, "torch/version.py", version_py())
    dist_info(tmp_path, "torch", RECORD="torch/lib/libopenblas.so.0,,\ntorch/__init__.py,,\n")
    assert seen(tmp_path)[0]["torch"] == build("cpu", blas="openblas")


def test_torch_for_macos(tmp_path: Path) -> None:
    write(tmp_path, "torch/version.py", version_py())
    write(tmp_path, "torch/lib/libtorch_cpu.dylib", "")
    assert seen(tmp_path, "torch")[0]["torch"] == build("metal")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        pytest.param("version = 1\n", "does not say", id="says nothing"),
        pytest.param("cuda = read()\n", "does not say", id="not literal"),
        pytest.param("cuda = (((", "SyntaxError", id="cut"),
        pytest.param("cuda = " + "(" * 60_000, "SyntaxError", id="nested"),
        pytest.param("cuda = " + "-" * 60_000 + "1", "MemoryError", id="signs"),
        pytest.param("cuda = a" + ".a" * 30_000, "RecursionError", id="attributes"),
        pytest.param("cuda = '12'\n#" + "x" * 10_000_000, "is 10 MB long", id="huge"),
        pytest.param("cuda = '12'\0", "parsed", id="NUL"),
    ],
)
def test_torch_untold(text: str, why: str, tmp_path: Path) -> None:
    write(tmp_path, "torch/version.py", text)
    builds, found = seen(tmp_path, "torch")
    assert builds == {}
    assert why in found.unknown["torch.build"]
    assert found.unknown["torch.build"].startswith("torch/version.py ")


def test_torch_without_its_files(tmp_path: Path) -> None:
    assert seen(tmp_path, "torch")[1].unknown == {"torch.build": "torch/version.py is not there"}


NUMPY = """
CONFIG = _cleanup(
    {
        "Compilers": {"c": {"name": "gcc", "args": r"-O2, -g"}},
        "Build Dependencies": {
            "blas": {
                "name": "scipy-openblas",
                "found": bool("True".lower().replace("false", "")),
                "version": "0.3.31.188.0",
                "lib directory": r"C:\\build\\lib",
                "openblas configuration": r"OpenBLAS 0.3.31.188.0  USE64BITINT Haswell",
            },
            "lapack": {"name": "other"},
        },
        "SIMD Extensions": {"baseline": __cpu_baseline__, **more},
    }
)
"""


@pytest.mark.parametrize("name", ["numpy", "scipy"])
def test_numpy_and_scipy(name: str, tmp_path: Path) -> None:
    write(tmp_path, f"{name}/__config__.py", NUMPY)
    assert seen(tmp_path, name)[0] == {
        name: build(
            blas="scipy-openblas",
            blas_version="0.3.31.188.0",
            details="OpenBLAS 0.3.31.188.0  USE64BITINT Haswell",
        )
    }


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            "blas_info={'libraries': ['blas', 'blas']}\n"
            "blas_opt_info={'define_macros': [('NO_ATLAS_INFO', 1)], 'libraries': ['blas', 'blas']}",
            build(blas="blas", details="blas"),
            id="Debian 12",
        ),
        pytest.param(
            "blas_opt_info={'libraries': ['mkl_rt', 'pthread']}",
            build(blas="mkl", details="mkl_rt pthread"),
            id="mkl",
        ),
        pytest.param(
            "blas_opt_info={'extra_link_args': ['-Wl,-framework', '-Wl,Accelerate']}",
            build(blas="accelerate", details="-Wl,-framework -Wl,Accelerate"),
            id="accelerate",
        ),
        pytest.param(
            'CONFIG = {"Build Dependencies": {"blas": {"name": "blas", "found": True}}}',
            build(blas="blas"),
            id="conda-forge",
        ),
        pytest.param("blas_opt_info={}", None, id="none"),
        pytest.param('CONFIG = _cleanup(load("x"))', None, id="not literal"),
        pytest.param('CONFIG = _cleanup({"Build Dependencies": {"blas": {"name": x}}})', None),
    ],
)
def test_numpy_of_others(text: str, expected: Build | None, tmp_path: Path) -> None:
    write(tmp_path, "numpy/__config__.py", text)
    builds, found = seen(tmp_path, "numpy")
    assert builds.get("numpy") == expected
    unknown = {"numpy.build": "numpy/__config__.py does not say"}
    assert found.unknown == ({} if expected is not None else unknown)


def test_numpy_of_this_environment() -> None:
    import numpy as np  # noqa: PLC0415 - what it says of itself is what must come out

    told = np.show_config(mode="dicts")
    assert told is not None
    blas = told["Build Dependencies"]["blas"]
    folder = read_folder(str(Path(np.__file__).parents[1]))
    (ours,) = (package.build for package in folder.packages if package.name == "numpy")
    assert ours == build(
        blas=blas["name"],
        blas_version=blas["version"],
        details=blas["openblas configuration"],
    )


@pytest.mark.parametrize(
    ("beside", "expected"),
    [
        ((), build("cpu")),
        (("jax-cuda12-plugin", "jax-cuda12-pjrt"), build("cuda", "12")),
        (("jax-cuda12-plugin", "jax-cuda13-plugin"), build("cuda", "13")),
        (("jax-rocm60-plugin",), build("rocm", "6.0")),
        (("jax-rocm7-plugin",), build("rocm", "7")),
        (("jax-oneapi-plugin",), build("xpu")),
        (("jax-metal",), build("metal")),
        (("libtpu",), build("tpu")),
        (("jax-something",), build("cpu")),
    ],
)
def test_jax(beside: tuple[str, ...], expected: Build, tmp_path: Path) -> None:
    assert seen(tmp_path, "jax", "jaxlib", *beside)[0] == {"jax": expected}


def test_jax_before_plugins(tmp_path: Path) -> None:
    dist_info(tmp_path, "jaxlib", "0.4.13+cuda12.cudnn89")
    assert seen(tmp_path, "jax")[0] == {"jax": build("cuda", "12")}


def test_jax_plugin_in_another_folder(tmp_path: Path) -> None:
    dist_info(tmp_path / "user", "jax-cuda13-plugin")
    dist_info(tmp_path / "site", "jax")
    found = together(read_folder(str(tmp_path / name)) for name in ("user", "site"))
    assert found.packages[0].build == build("cuda", "13")


@pytest.mark.parametrize(
    ("name", "beside", "expected"),
    [
        ("tensorflow", ("nvidia-cudnn-cu12",), build("cuda", "12")),
        ("tensorflow", ("tensorflow-metal",), build("metal")),
        ("tensorflow", (), None),
        ("tensorflow-cpu", ("nvidia-cudnn-cu12",), build("cpu")),
        ("tensorflow-intel", (), build("cpu")),
        ("tensorflow-macos", (), build("cpu")),
        ("tensorflow-rocm", (), build("rocm")),
        ("tensorflow-gpu", (), build("cuda")),
        ("cupy-cuda12x", (), build("cuda", "12")),
        ("cupy-cuda112", (), build("cuda", "11.2")),
        ("cupy-rocm-5-0", (), build("rocm", "5.0")),
        ("cupy", (), None),
        ("tensorflow-estimator", (), build("nothing")),
        ("cupyx-of-another", (), None),
    ],
)
def test_tensorflow_and_cupy(
    name: str, beside: tuple[str, ...], expected: Build | None, tmp_path: Path
) -> None:
    builds, found = seen(tmp_path, name, *beside)
    if expected == build("nothing"):
        assert (builds, found.unknown) == ({}, {})
    else:
        assert builds.get(name) == expected
        assert found.unknown.keys() == ({f"{name}.build"} if expected is None else set())


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("pytorch", "cuda126_mkl_py312_h1234567_300", build("cuda", "12.6", "mkl")),
        ("pytorch", "cuda130_generic_py313_h1234567_200", build("cuda", "13.0")),
        ("pytorch", "cuda112py39h1234567_1", build("cuda", "11.2")),
        ("pytorch", "cuda_py312_0", build("cuda")),
        ("pytorch", "cuda_mkl_py312_0", build("cuda", None, "mkl")),
        ("pytorch", "cpu_generic_py312_h1234567_0", build("cpu")),
        ("libtorch", "cpu_mkl_h1234567_100", build("cpu", None, "mkl")),
        ("pytorch", "py3.11_cuda12.1_cudnn8.9.2_0", build("cuda", "12.1")),
        ("pytorch", "py3.11_cpu_0", build("cpu")),
        ("pytorch", "gpu_cuda118py311h1234567_0", build("cuda", "11.8")),
        ("pytorch", "gpu_mps_py311h1234567_0", build("metal")),
        ("tensorflow-base", "gpu_py39h1234567_0", build("cuda")),
        ("pytorch", "rocm64_py312_0", build("rocm", "6.4")),
        ("pytorch", "xpu_py312_0", build("xpu")),
        ("jaxlib", "cpu_py312h1234567_0", build("cpu")),
        ("pytorch", "py312h1234567_0", None),
        ("numpy", "cuda126_py312", None),
        ("pytorch", "", None),
    ],
)
def test_flavour_of_conda_build(name: str, text: str, expected: Build | None) -> None:
    assert flavour_of_conda_build(name, text) == expected


@given(st.text(max_size=60))
def test_flavour_of_conda_build_any_text(text: str) -> None:
    found = flavour_of_conda_build("pytorch", text)
    version = found.flavour_version if found is not None else None
    assert version is None or clean(version) == version


@settings(max_examples=50)
@given(st.binary(max_size=200), st.sampled_from(["torch/version.py", "numpy/__config__.py"]))
def test_builds_any_files(tmp_path_factory: pytest.TempPathFactory, text: bytes, file: str) -> None:
    folder = tmp_path_factory.mktemp("any")
    name = file.partition("/")[0]
    (folder / name).mkdir()
    (folder / file).write_bytes(text)
    builds, found = seen(folder, name)
    assert builds.keys() ^ {key.removesuffix(".build") for key in found.unknown} == {name}


@given(st.dictionaries(st.text(), st.text() | st.none() | st.integers()))
def test_literals_found_again(value: dict[str, object]) -> None:
    import ast  # noqa: PLC0415

    tree = ast.parse(f"CONFIG = {{'a': {{'b': {value!r}}}}}")
    ((name, found),) = literals.assignments(tree)
    assert name == "CONFIG"
    under = literals.below(found, "a", "b")
    assert literals.strings(under) == {k: v for k, v in value.items() if isinstance(v, str)}
