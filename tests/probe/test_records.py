"""What RECORD tells: names, native code, and files that two claim."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st

from jupyterlab_envcheck.facts import Bundled, Overlap
from jupyterlab_envcheck.facts.text import clean
from jupyterlab_envcheck.probe.packages import read_folder, records
from jupyterlab_envcheck.probe.packages.records import Claim, Record, overlaps
from jupyterlab_envcheck.probe.small_files import Unfit
from made_environments import dist_info


def read(folder: Path, text: bytes) -> Record:
    (folder / "RECORD").write_bytes(text)
    found = records.read(str(folder / "RECORD"))
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("text", "imports"),
    [
        pytest.param(b"numpy/__init__.py,sha256=x,1\nnumpy-2.4.dist-info/RECORD,,\n", ("numpy",)),
        pytest.param(b"six.py,sha256=x,1\n__pycache__/six.cpython-311.pyc,,\n", ("six",)),
        pytest.param(b"_cffi.cpython-313-x86_64-linux-gnu.so,,\n", ("_cffi",), id="extension"),
        pytest.param(b"fast.cp313-win_amd64.pyd,,\nslow.pyd,,\n", ("fast", "slow"), id="Windows"),
        pytest.param(b"a.abi3.so,,\nb.abi3t.so,,\nc.so,,\n", ("a", "b", "c"), id="stable ABI"),
        pytest.param(b"yaml/__init__.py,,\r\n_yaml/__init__.py,,\r\n", ("_yaml", "yaml")),
        pytest.param(b"win32\\lib\\a.py,,\n..\\..\\Scripts\\a.exe,,\n", ("win32",), id="backslash"),
        pytest.param(b'"a/b, c.py",sha256=x,1\n"d.py",,\n', ("a", "d"), id="quoted"),
        pytest.param(b"\xef\xbb\xbfa/b.py,,\n", ("a",), id="BOM"),
        pytest.param("größe/x.py,,\n".encode(), ("größe",), id="not English"),
        pytest.param("größe/x.py,,\n".encode("latin-1"), (), id="latin-1"),
        pytest.param("a/x.py,,\n".encode("utf-16"), (), id="utf-16"),
        pytest.param(b"../../bin/tool,,\n/etc/passwd,,\nC:/x/y.py,,\n", (), id="elsewhere"),
        pytest.param(b"a.libs/x.so,,\na.data/x.py,,\na-stubs/x.pyi,,\ntool.exe,,\n", ()),
        pytest.param(b"a.pth,,\nLICENSE,,\nREADME.md,,\n1st/x.py,,\n", (), id="no modules"),
        pytest.param(b"", (), id="empty"),
    ],
)
def test_read_imports(text: bytes, imports: tuple[str, ...], tmp_path: Path) -> None:
    assert read(tmp_path, text).imports == imports


@pytest.mark.parametrize(
    ("text", "compiled", "bundles"),
    [
        (b"a/b.py,,\na/c.sources.py,,\na.soft/b.py,,\n", False, ()),
        (b"a/_b.cpython-313-x86_64-linux-gnu.so,sha256=x,9\n", True, ()),
        (b"a/_b.abi3.so,,\n", True, ()),
        (b"a/_b.so,,\n", True, ()),
        (b"a\\_b.pyd,,\r\n", True, ()),
        (b"a/lib/liba.so,,\na/lib/libb.so.12,,\n", False, ()),
        (
            b"numpy.libs/libscipy_openblas64_-32a4b2a6.so,sha256=x,9\n",
            False,
            (("openblas", "numpy.libs/libscipy_openblas64_-32a4b2a6.so"),),
        ),
        (
            b"torch/lib/libgomp-a.so.1,,\r\ntorch/_C.cpython-313-darwin.so,,",
            True,
            (("libgomp", "torch/lib/libgomp-a.so.1"),),
        ),
        (b"torch\\lib\\libiomp5md.dll,,\n", False, (("libiomp5", "torch/lib/libiomp5md.dll"),)),
        (b'"a,b/libomp.dylib",,\n', False, (("libomp", "a,b/libomp.dylib"),)),
        (b"../../../libmkl_rt.so.2,,\n", False, (("mkl", "../../../libmkl_rt.so.2"),)),
        (b"/opt/libmkl_rt.so.2,,\nD:\\mkl_rt.2.dll,,\n", False, ()),
        (
            b"nvidia/cublas/lib/libcublas.so.12,,\n",
            False,
            (("cuda", "nvidia/cublas/lib/libcublas.so.12"),),
        ),
        (b"a/libomp.so\x1b[31m,,\na/libomp\x1b[31m.so,,\n", False, (("libomp", "a/libomp.so"),)),
    ],
)
def test_read_native(
    text: bytes,
    compiled: bool,  # noqa: FBT001
    bundles: tuple[tuple[str, str], ...],
    tmp_path: Path,
) -> None:
    found = read(tmp_path, text)
    assert found.compiled is compiled
    assert found.bundles == tuple(Bundled(library=name, path=path) for name, path in bundles)


def test_read_many_libraries(tmp_path: Path) -> None:
    text = b"".join(b"a/libgomp-%d.so.1,,\n" % number for number in range(100_000))
    assert len(read(tmp_path, text).bundles) == 50


def test_read_numpy_of_this_environment() -> None:
    import numpy as np  # noqa: PLC0415 - only to find it

    folder = Path(np.__file__).parents[1]
    (record,) = folder.glob("numpy-*.dist-info/RECORD")
    found = records.read(str(record))
    assert found is not None
    assert (found.imports, found.compiled) == (("numpy",), True)
    assert [bundled.library for bundled in found.bundles] == ["openblas"]
    assert (folder / found.bundles[0].path).is_file()


def test_read_huge(tmp_path: Path) -> None:
    with (tmp_path / "RECORD").open("wb") as file:
        file.truncate(200_000_000)
    with pytest.raises(Unfit, match=r"200 MB long, and is not read above 16 MB"):
        records.read(str(tmp_path / "RECORD"))


def test_read_more_files_than_anyone_has(tmp_path: Path) -> None:
    with pytest.raises(Unfit, match="more than 200,000 files"):
        read(tmp_path, b"a\n" * 1_000_000)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(b"a" * 15_000_000, id="one line"),
        pytest.param(b".so.1" * 3_000_000, id="nearly libraries"),
        pytest.param(b".so." + b"1" * 1_000_000, id="a long version"),
        pytest.param(b'"' * 15_000_000, id="quotes"),
    ],
)
def test_read_takes_linear_time(text: bytes, tmp_path: Path) -> None:
    (tmp_path / "RECORD").write_bytes(text)
    began = time.process_time()
    records.read(str(tmp_path / "RECORD"))
    assert time.process_time() - began < 5, "a second at most, were it not for slow machines"


def test_overlaps_of_one_import_name(tmp_path: Path) -> None:
    for name in ("opencv-python", "opencv-python-headless"):
        own = name.replace("-", "_")
        lines = f"cv2/__init__.py,sha256={own},1\ncv2/a.py,sha256=x,1\ncv2/{own}.py,,\n"
        dist_info(tmp_path, own, RECORD=lines + f"cv2/__pycache__/a.nbi,,\n{own}.libs/a.so,,\n")
    assert read_folder(str(tmp_path)).overlaps == (
        Overlap(
            packages=("opencv-python", "opencv-python-headless"),
            files=2,
            example="cv2/__init__.py",
        ),
    )


def test_overlaps_of_a_module(tmp_path: Path) -> None:
    dist_info(tmp_path, "six", RECORD="six.py,sha256=x,1\n__pycache__/six.pyc,,\n")
    dist_info(tmp_path, "seven", RECORD='"six.py",sha256=y,1\r\n__pycache__/six.pyc,,\r\n')
    (found,) = read_folder(str(tmp_path)).overlaps
    assert (found.packages, found.files, found.example) == (("seven", "six"), 1, "six.py")


def test_overlaps_none_in_a_namespace(tmp_path: Path) -> None:
    for name in ("cublas", "cudnn", "cufft"):
        lines = f"nvidia/__init__.py,sha256=e,0\nnvidia/{name}/__init__.py,,\n../../bin/{name},,\n"
        dist_info(tmp_path, f"nvidia_{name}", RECORD=lines + "../../bin/same,,\n")
    assert read_folder(str(tmp_path)).overlaps == ()


def test_overlaps_none_with_what_it_replaced(tmp_path: Path) -> None:
    dist_info(tmp_path, "a", "1.0", age=50, RECORD="a/b.py,,\n")
    dist_info(tmp_path, "a", "2.0", RECORD="a/b.py,,\na/b.py,,\n")
    found = read_folder(str(tmp_path))
    assert found.overlaps == ()
    assert len(found.leftovers) == 1


def test_overlaps_paths_that_lead_out(tmp_path: Path) -> None:
    for name in ("one", "two"):
        lines = f"shared/{name}.py,,\nshared/../../../etc/x,,\n../shared/x.py,,\n/shared/y.py,,\n"
        dist_info(tmp_path, name, RECORD=lines)
    assert read_folder(str(tmp_path)).overlaps == ()


def test_overlaps_most_files_first(tmp_path: Path) -> None:
    for name, files in (("a", 9), ("b", 3), ("c", 5)):
        dist_info(tmp_path, name, RECORD="".join(f"shared/{n}.py,,\n" for n in range(files)))
    found = read_folder(str(tmp_path)).overlaps
    assert [(*one.packages, one.files) for one in found] == [
        ("a", "c", 5),
        ("a", "b", 3),
        ("b", "c", 3),
    ]


def test_overlaps_hostile_folder(tmp_path: Path) -> None:
    lines = "".join(f"shared/{n}.py,,\n" for n in range(100)).encode()
    (tmp_path / "RECORD").write_bytes(lines)
    claims = [
        Claim(name=f"p{n}", path=str(tmp_path / "RECORD"), tops=frozenset([b"shared"]))
        for n in range(3_000)
    ]
    began = time.process_time()
    found, why = overlaps(claims)
    assert time.process_time() - began < 10, "a second, were it not for slow machines"
    assert len(found) == 50
    assert why == "of files that share a folder only the first 200,000 were compared"


def test_overlaps_record_gone_meanwhile() -> None:
    claim = Claim(name="a", path="/nowhere/RECORD", tops=frozenset([b"a"]))
    assert overlaps([claim, claim]) == ((), None)


@given(st.binary(max_size=300))
def test_read_any_bytes(tmp_path_factory: pytest.TempPathFactory, text: bytes) -> None:
    found = read(tmp_path_factory.getbasetemp(), text)
    shown = [*found.imports, *(bundled.path for bundled in found.bundles)]
    assert [clean(one) for one in shown] == shown
    assert all(map(str.isidentifier, found.imports))


LINES = st.lists(
    st.sampled_from(["a/b.py", "a/c.py", "a/__init__.py", "b.py", "../a", "a/x.pyc", '"a/,.py"']),
    max_size=8,
)


@settings(max_examples=50)
@given(st.lists(LINES, max_size=4))
def test_overlaps_as_sets_tell(
    tmp_path_factory: pytest.TempPathFactory, files: list[list[str]]
) -> None:
    folder = tmp_path_factory.mktemp("records")
    claims = []
    for number, paths in enumerate(files):
        place = folder / str(number)
        place.write_text("".join(f"{path},sha256={number},1\n" for path in paths))
        found = records.read(str(place))
        assert found is not None
        claims.append(Claim(name=str(number), path=str(place), tops=found.tops))
    sets = [{p for p in paths if not p.startswith("..") and p != "a/x.pyc"} for paths in files]
    expected = {
        (str(one), str(other)): len(sets[one] & sets[other])
        for one in range(len(sets))
        for other in range(one + 1, len(sets))
        if sets[one] & sets[other]
    }
    found_pairs, why = overlaps(claims)
    assert why is None
    assert {pair.packages: pair.files for pair in found_pairs} == expected
