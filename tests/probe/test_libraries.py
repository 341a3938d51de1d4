"""Native libraries, named by where they lie."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from jupyterlab_envcheck.probe.libraries import classified, library, mapped_paths

DEBIAN = "/usr/lib/x86_64-linux-gnu"


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/x/numpy.libs/libscipy_openblas64_-32a4b2a6.so", "openblas"),
        ("/usr/lib/libopenblasp-r0.3.21.so", "openblas"),
        ("C:\\x\\libscipy_openblas.dll", "openblas"),
        (f"{DEBIAN}/openblas-pthread/libblas.so.3", "openblas"),
        (f"{DEBIAN}/openblas64-serial/libblas64.so.3", "openblas"),
        (f"{DEBIAN}/openblas/libblas.so.3", "openblas"),
        ("/opt/lib/libmkl_intel_thread.so.2", "mkl"),
        ("C:\\x\\mkl_rt.2.dll", "mkl"),
        ("/x/libblis.so.4", "blis"),
        (f"{DEBIAN}/blis-openmp/libblas.so.3", "blis"),
        ("/x/libflexiblas.so.3", "flexiblas"),
        ("/x/flexiblas/libflexiblas_netlib.so", "flexiblas"),
        ("/x/libnvpl_blas_core.so.0", "nvpl"),
        ("/x/libarmpl_lp64.so", "armpl"),
        ("/System/Library/Frameworks/Accelerate.framework/Versions/A/Accelerate", "accelerate"),
        (f"{DEBIAN}/blas/libblas.so.3.11.0", "reference"),
        (f"{DEBIAN}/atlas/libblas.so.3.10.3", "atlas"),
        ("/usr/lib64/libblas.so.3.12.0", "reference"),
        ("/x/lib/libcblas.so.3", "reference"),
        ("/x/lib/librefblas.so.3", "reference"),
        ("/x/lib/libblas.3.dylib", "reference"),
        ("libblas.so.3", "reference"),
        ("C:\\x\\Library\\bin\\libblas.dll", None),
        (f"{DEBIAN}/libgomp.so.1.0.0", "libgomp"),
        ("/x/torch/lib/libgomp-a34b3233.so.1", "libgomp"),
        ("/x/libomp.so", "libomp"),
        ("C:\\x\\libomp140.x86_64.dll", "libomp"),
        ("/x/libiomp5.so", "libiomp5"),
        ("C:\\x\\libiomp5md.dll", "libiomp5"),
        ("C:\\x\\vcomp140.dll", "vcomp"),
        ("/x/libtbb.so.12", "tbb"),
        ("/x/libcublas.so.12", "cuda"),
        ("/usr/lib/libcuda.so.1", "cuda"),
        ("/x/libblast.so", None),
        ("/x/openblas-pthread/libompl.so", None),
        ("/x/libcompress.so", None),
        ("", None),
    ],
)
def test_library(path: str, name: str | None) -> None:
    assert library(path) == name


def test_classified_each_once() -> None:
    paths = ["/x/libgomp.so.1", "/x/libm.so.6", "/x/libgomp.so.1", "/y/libgomp.so.1"]
    assert classified(paths) == [("libgomp", "/x/libgomp.so.1"), ("libgomp", "/y/libgomp.so.1")]


# --- /proc/PID/maps -------------------------------------------------------------------------------


@given(st.text(max_size=400))
def test_mapped_paths_any_text(maps: str) -> None:
    assert all(path.startswith("/") for path in mapped_paths(maps))


names = st.text(st.characters(exclude_characters="\0\n/\\", exclude_categories=["Cs"]), min_size=1)


@given(st.lists(names), st.booleans())
def test_mapped_paths_any_names(written: list[str], deleted: bool) -> None:  # noqa: FBT001
    suffix = " (deleted)" if deleted else ""
    paths = [f"/x/{name}/liba.so" for name in written]
    maps = "".join(f"7f00-7f01 r-xp 00000000 08:01 12    {path}{suffix}\n" for path in paths)
    assert list(mapped_paths(maps + maps)) == list(dict.fromkeys(paths))


def test_mapped_paths_what_is_no_file() -> None:
    maps = (
        "7f00-7f01 r-xp 00000000 08:01 1234   /my libs/libomp.so (deleted)\n"
        "7f02-7f03 rw-p 00000000 00:00 0 \n"
        "7f04-7f05 rw-p 00000000 00:00 0      [heap]\n"
        "7f04-7f05 rw-p 00000000 00:00 0      [anon:a/b]\n"
        "7f04-7f05 rw-p 00000000 00:00 0      /b]\n"
        "7f06-7f07 rw-p 00000000 00:00 1      anon_inode:[io_uring]\n"
    )
    assert list(mapped_paths(maps)) == ["/my libs/libomp.so", "/b]"]


@pytest.mark.skipif(sys.platform != "linux", reason="/proc/PID/maps")
def test_mapped_paths_of_a_real_file_with_a_newline_in_its_name(tmp_path: Path) -> None:
    import mmap  # noqa: PLC0415 - one test of many

    file = tmp_path / "a\n\rb \x0bc\x85.so"
    file.write_bytes(b"x" * 4096)
    with file.open("rb") as opened, mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ):
        maps = os.fsdecode(Path("/proc/self/maps").read_bytes())
        assert str(file) in list(mapped_paths(maps))
        file.unlink()
        maps = os.fsdecode(Path("/proc/self/maps").read_bytes())
        assert str(file) in list(mapped_paths(maps))
