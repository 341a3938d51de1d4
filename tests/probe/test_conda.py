"""What conda's files tell of an environment."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

import conda_zoo
from conda_channel import needs_channel
from conda_world import make_conda_base, make_conda_env, record_file, records as written_records
from jupyterlab_envcheck.facts import Conda, CondaRecord
from jupyterlab_envcheck.facts.text import clean
from jupyterlab_envcheck.probe import conda
from jupyterlab_envcheck.probe.conda import (
    channels as conda_channels,
    environment,
    history as conda_history,
    root as conda_root,
)


@pytest.fixture(autouse=True)
def forgotten() -> Iterator[None]:
    conda.forget()
    yield
    conda.forget()


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    return {"HOME": str(tmp_path / "home")}


def write(file: Path, text: str = "") -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")


def put_record(prefix: Path, file_name: str = "six-1.17.0-py_0.json", **fields: Any) -> Path:
    """Write a record as conda 26.7 does, with `fields` changed, and its files."""
    files = [
        "lib/python3.13/site-packages/six.py",
        "lib/python3.13/site-packages/six-1.17.0.dist-info/METADATA",
        "lib/python3.13/site-packages/__pycache__/six.cpython-313.pyc",
    ]
    record = {
        "name": "six",
        "version": "1.17.0",
        "build": "py_0",
        "channel": "https://conda.anaconda.org/conda-forge/noarch",
        "subdir": "noarch",
        "url": "https://conda.anaconda.org/conda-forge/noarch/six-1.17.0-py_0.conda",
        "depends": ["python >=3.9"],
        "files": files,
        "paths_data": {
            "paths_version": 1,
            "paths": [{"_path": "six.py", "size_in_bytes": n} for n in (34_703, 1_658)],
        },
        **fields,
    }
    place = prefix / "conda-meta" / file_name
    write(place, json.dumps({name: value for name, value in record.items() if value is not None}))
    for file in files[:2]:
        write(prefix / file)
    return place


def read(prefix: Path, env: dict[str, str]) -> tuple[Conda, dict[str, str]]:
    found, unknown = conda.read(str(prefix), env)
    assert found is not None
    return found, unknown


def test_read_a_record(tmp_path: Path, env: dict[str, str]) -> None:
    put_record(tmp_path)
    found, unknown = read(tmp_path, env)
    assert found.records == (
        CondaRecord(
            name="six",
            version="1.17.0",
            build="py_0",
            channel="conda-forge",
            subdir="noarch",
            depends=("python >=3.9",),
            distributions=("six-1.17.0.dist-info",),
            size=36_361,
            missing=(),
        ),
    )
    assert set(unknown) == {"root", "terms.asked"}


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ('{"name": "six", "files": ["a', "damaged: Input data was truncated"),
        ('{"files": [1, 2]}', "damaged: Expected `str`, got `int`"),
        ("[]", "damaged: Expected `object`, got `array`"),
        ("\0", "damaged: "),
        ('{"files": ["\\ud800"]}', "damaged: "),
    ],
)
def test_read_damaged_record_keeps_its_name(
    written: str, why: str, tmp_path: Path, env: dict[str, str]
) -> None:
    put_record(tmp_path)
    write(tmp_path / "conda-meta" / "numpy-2.5.1-py313h1_0.json", written)
    found, unknown = read(tmp_path, env)
    numpy, six = found.records
    assert (numpy.name, numpy.version, numpy.build) == ("numpy", "2.5.1", "py313h1_0")
    assert (numpy.channel, numpy.depends, numpy.size, numpy.missing) == (None,) * 4
    assert why in unknown["numpy"]
    assert six.channel == "conda-forge"


def test_read_record_that_is_no_file(tmp_path: Path, env: dict[str, str]) -> None:
    meta = tmp_path / "conda-meta"
    (meta / "folder-1-0.json").mkdir(parents=True)
    os.mkfifo(meta / "pipe-1-0.json")
    (meta / "loop-1-0.json").symlink_to("loop-1-0.json")
    with (meta / "huge-1-0.json").open("wb") as file:
        file.truncate(30_000_001)
    found, unknown = read(tmp_path, env)
    assert [record.name for record in found.records] == ["folder", "huge", "loop", "pipe"]
    assert {
        name: why.partition(":")[2]
        for name, why in unknown.items()
        if "-" not in name and ":" in why
    } == {
        "folder": " it is no regular file",
        "pipe": " it is no regular file",
        "loop": " Too many levels of symbolic links",
        "huge": " it is 30 MB long, and is not read above 30 MB",
    }


def test_read_old_record_without_sizes(tmp_path: Path, env: dict[str, str]) -> None:
    put_record(tmp_path, paths_data=None, channel=None, depends=None, subdir=None)
    found, unknown = read(tmp_path, env)
    assert found.records[0].channel == "conda-forge"  # by its URL
    assert (found.records[0].size, found.records[0].depends) == (None, None)
    assert unknown["six.size"] == unknown["six.depends"] == "its record does not say"


def test_missing(tmp_path: Path, env: dict[str, str]) -> None:
    put_record(tmp_path)
    site = tmp_path / "lib" / "python3.13" / "site-packages"
    assert read(tmp_path, env)[0].records[0].missing == ()  # bytecode is no loss
    (site / "six.py").unlink()
    assert read(tmp_path, env)[0].records[0].missing == ("lib/python3.13/site-packages/six.py",)
    (site / "six.py").symlink_to("nowhere")
    assert read(tmp_path, env)[0].records[0].missing == ()


def test_missing_at_most_20(tmp_path: Path, env: dict[str, str]) -> None:
    put_record(tmp_path, files=[f"gone/{n}" for n in range(30)])
    assert read(tmp_path, env)[0].records[0].missing == tuple(f"gone/{n}" for n in range(20))


def test_missing_looks_nowhere_else(tmp_path: Path, env: dict[str, str]) -> None:
    files = ["../elsewhere", "/etc/nothing", "a/../../b", "C:/x", "nul\0l", "x/../y"]
    put_record(tmp_path, files=files)
    assert read(tmp_path, env)[0].records[0].missing == ()


def test_missing_in_a_folder_that_cannot_be_looked_into(
    tmp_path: Path, env: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.listdir

    def listdir(path: str) -> list[str]:
        if path.endswith("closed"):
            raise PermissionError(13, "Permission denied")
        return real(path)

    put_record(tmp_path, files=["closed/a", "open/b"])
    monkeypatch.setattr(os, "listdir", listdir)
    found, unknown = read(tmp_path, env)
    assert found.records[0].missing is None
    assert unknown["six.missing"] == "closed cannot be looked into: Permission denied"


def test_read_again_sees_changes(tmp_path: Path, env: dict[str, str]) -> None:
    file = put_record(tmp_path)
    first = read(tmp_path, env)[0].records
    assert read(tmp_path, env)[0].records is first
    put_record(tmp_path, depends=["python >=3.9", "numpy"])
    assert read(tmp_path, env)[0].records[0].depends == ("python >=3.9", "numpy")
    file.unlink()
    assert read(tmp_path, env)[0].records == ()


def test_read_not_conda(tmp_path: Path, env: dict[str, str]) -> None:
    assert conda.read(str(tmp_path), env) == (None, {})
    (tmp_path / "conda-meta").write_text("a file")
    assert conda.read(str(tmp_path), env) == (None, {})
    assert conda.read("a\0b", env) == (
        None,
        {"value": "conda-meta cannot be read: its path is no path"},
    )


def test_read_names_only(tmp_path: Path, env: dict[str, str]) -> None:
    for name in ("_openmp_mutex-4.5-2_gnu.json", "nonsense.json", "-1-0.json", "notes.txt"):
        write(tmp_path / "conda-meta" / name, "{}")
    found, _ = read(tmp_path, env)
    assert [record.name for record in found.records] == ["_openmp_mutex"]


def test_variants(tmp_path: Path, env: dict[str, str]) -> None:
    for name in (
        "libblas-3.11.0-5_hd7b6a1c_openblas",
        "libcblas-3.9.0-22_linux64_mkl",
        "liblapack-3.11.0-5_h1234567_newaccelerate",
        "blas-1.0-mkl",
        "blas-devel-3.9.0-8_1234abc",
        "_openmp_mutex-4.5-2_kmp_llvm",
        "liblapacke-3.9.0-0",
        "numpy-2.5.1-py313_openblas",
    ):
        write(tmp_path / "conda-meta" / f"{name}.json", "{}")
    assert read(tmp_path, env)[0].variants == {
        "libblas": "openblas",
        "libcblas": "mkl",
        "liblapack": "newaccelerate",
        "blas": "mkl",
        "blas-devel": "1234abc",
        "_openmp_mutex": "llvm",
    }


def test_pinned_and_frozen(tmp_path: Path, env: dict[str, str]) -> None:
    put_record(tmp_path)
    found, _ = read(tmp_path, env)
    assert (found.pinned, found.frozen) == ((), False)
    pinned = "# by hand\nnumpy 2.*  # see the ticket\n\nhttps://u:pw@h/t/tk-1/c::six\n"
    write(tmp_path / "conda-meta" / "pinned", pinned)
    write(tmp_path / "conda-meta" / "frozen")
    found, _ = read(tmp_path, env)
    assert (found.pinned, found.frozen) == (("numpy 2.*", "https://h/c::six"), True)


def test_history_that_cannot_be_read(tmp_path: Path, env: dict[str, str]) -> None:
    (tmp_path / "conda-meta" / "history").mkdir(parents=True)
    found, unknown = read(tmp_path, env)
    assert found.requested == ()
    assert unknown["requested"] == "conda-meta/history cannot be read: it is no regular file"


# --- its conda ------------------------------------------------------------------------------------


def make_root(prefix: Path) -> Path:
    for file in ("condabin/conda", "bin/conda", "conda-meta/conda-26.7.0-py313_0.json"):
        write(prefix / file, "{}")
    write(prefix / "conda-meta" / "history")
    return prefix


def test_root(tmp_path: Path, env: dict[str, str]) -> None:
    root = make_root(tmp_path / "my conda")
    assert read(root, env)[0].root == str(root)
    put_record(root / "envs" / "proj")
    assert read(root / "envs" / "proj", env)[0].root == str(root)
    away = tmp_path / "away"
    put_record(away)
    assert read(away, env)[0].root is None
    write(away / "conda-meta" / "history", f"# cmd: {root}/bin/conda create -p x\n")
    assert read(away, env)[0].root == str(root)
    write(away / "conda-meta" / "history", "# cmd: /gone/bin/conda create\n")
    found, unknown = read(away, env)
    assert (found.root, "names a conda" in unknown["root"]) == (None, True)
    assert read(away, {**env, "CONDA_EXE": f"{root}/bin/conda"})[0].root == str(root)
    assert read(away, {**env, "MAMBA_ROOT_PREFIX": str(root)})[0].root == str(root)
    assert read(away, {**env, "CONDA_EXE": "conda"})[0].root is None


@pytest.mark.parametrize(
    ("line", "program"),
    [
        ("# cmd: /opt/conda/bin/conda create -y", "/opt/conda/bin/conda"),
        ("# cmd: /opt/my conda/bin/mamba install", "/opt/my conda/bin/mamba"),
        (
            "# cmd: C:\\Program Files\\c\\Scripts\\conda.exe create",
            "C:\\Program Files\\c\\Scripts\\conda.exe",
        ),
        ("# cmd: C:\\c\\Scripts\\conda-script.py create", "C:\\c\\Scripts\\conda-script.py"),
        ("# cmd: micromamba create", None),
        ("# cmd: conda install --password /x/bin/conda", None),
        ("# cmd: /opt/conda/bin/condax create", None),
    ],
)
def test_history_programs(line: str, program: str | None) -> None:
    assert conda_root.commands(f"==> x <==\n{line}\n") == ((program,) if program else ())


# --- channels and history -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("https://conda.anaconda.org/conda-forge/linux-64", "conda-forge"),
        ("https://conda.anaconda.org/conda-forge/", "conda-forge"),
        ("https://conda.anaconda.org/conda-forge/label/dev/noarch", "conda-forge/label/dev"),
        ("https://prefix.dev/conda-forge", "conda-forge"),
        ("conda-forge", "conda-forge"),
        ("pypi", "pypi"),
        ("defaults", "defaults"),
        ("pkgs/main", "defaults"),
        ("https://repo.anaconda.com/pkgs/main/linux-64", "defaults"),
        ("https://repo.continuum.io/pkgs/free/osx-arm64", "defaults"),
        ("file:///srv/channel/linux-64", "file:///srv/channel"),
        ("https://mirror.example/api/conda-forge/win-64", "https://mirror.example/api/conda-forge"),
        ("https://u:p@conda.anaconda.org/t/tk-1/conda-forge/noarch", "conda-forge"),
        ("https://conda.example/t/tk-1/private/noarch", "https://conda.example/private"),
        ("https://u:p/a@b@conda.example/x?token=1#f", "https://conda.example/x"),
        ("u:p@conda.example/t/tk/x", "conda.example/x"),
        ("t/tk-1/x", "x"),
        ("https://conda.example/@scope/x", "https://conda.example/@scope/x"),
    ],
)
def test_channel(written: str, shown: str) -> None:
    assert conda_channels.identity(written) == shown


def test_requested() -> None:
    assert conda_history.requested(
        "==> 2026-01-01 10:00:00 <==\n"
        "# cmd: /opt/conda/bin/conda install numpy --password secret\n"
        "+conda-forge/linux-64::numpy-2.1.0-py313h1_0\n"
        "# update specs: ['python=3.13', 'conda-forge::NumPy[version=\">=2\"]', \"scipy\"]\n"
        "# remove specs: ['scipy']\n"
        "# update specs: pandas,six\n"
        "# update specs: ['https://u:secret@h/t/secret/c::rich', 'https://u:secret@h/x-1-0.conda']\n"
        "# update specs: https://u:a,secret,b@h/c::attrs\n"
        "# update specs: ['https://u:a::secret@h/c/numpy']\n"
    ) == ("numpy", "pandas", "python", "rich", "six")


@settings(deadline=None)
@given(st.text(max_size=300), st.text(max_size=60))
def test_any_text(history: str, name: str) -> None:
    for text in (history, f"# update specs: {history}", f"# update specs: ['{name}']"):
        assert all(clean(found) == found for found in conda_history.requested(text))
    conda_root.commands(f"# cmd: /{history}")
    assert all(clean(spec) == spec for spec in environment.pinned(history))
    found = conda.record(name)
    assert found is None or (found.name and found.version and found.build)
    for shown in (conda_channels.identity(history), conda_channels.without_credentials(name)):
        assert clean(shown) == shown


@settings(deadline=None)
@given(
    st.text("abc:/@.?#-", max_size=30),
    st.sampled_from(["https://user:{}@host.example/c", "https://host.example/t/{}/c"]),
)
def test_channel_hides_any_secret(secret: str, url: str) -> None:
    hidden = f"S3CRET{secret}S3CRET"
    if "/t/" in url:
        hidden = hidden.replace("/", "")
    assert "S3CRET" not in conda_channels.identity(url.format(hidden))


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.one_of(
        st.binary(max_size=200),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.text(max_size=8),
            lambda inner: (
                st.lists(inner, max_size=3)
                | st.dictionaries(
                    st.sampled_from(
                        ["files", "depends", "channel", "subdir", "url", "paths_data", "paths"]
                    ),
                    inner,
                    max_size=5,
                )
            ),
            max_leaves=12,
        ).map(lambda value: json.dumps(value).encode()),
    )
)
def test_any_record(tmp_path: Path, env: dict[str, str], written: bytes) -> None:
    file = tmp_path / "conda-meta" / "a-1-0.json"
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(written)
    conda.forget()
    found, unknown = read(tmp_path, env)
    (record,) = found.records
    for field in ("channel", "subdir", "depends", "distributions", "size", "missing"):
        assert getattr(record, field) is not None or unknown.get("a") or unknown[f"a.{field}"]
    assert all(clean(text) == text for text in (record.channel or "", *(record.depends or ())))


# --- real ones ------------------------------------------------------------------------------------


@needs_channel
def test_real_environment(tmp_path: Path, env: dict[str, str]) -> None:
    prefix = tmp_path / "envs" / "stats"
    make_conda_env(prefix, "python", "six", "libblas * *_openblas")
    found, unknown = read(prefix, env)
    theirs = written_records(prefix)
    assert {r.name: (r.version, r.build) for r in found.records} == {
        name: (record["version"], record["build"]) for name, record in theirs.items()
    }
    assert all(record.missing == () for record in found.records)
    assert found.variants["libblas"] == "openblas"
    assert {"python", "six", "libblas"} == set(found.requested)
    (six,) = (record for record in found.records if record.name == "six")
    assert six.distributions == (f"six-{six.version}.dist-info",)
    sizes = [path["size_in_bytes"] for path in theirs["six"]["paths_data"]["paths"]]
    assert (six.size, six.depends) == (sum(sizes), tuple(theirs["six"]["depends"]))
    assert not [name for name in unknown if "." in name and name != "terms.asked"]
    lost = conda_zoo.lose_file(prefix, "six")
    (six,) = (record for record in read(prefix, env)[0].records if record.name == "six")
    assert six.missing == (lost,)


@needs_channel
def test_real_base_is_its_own_root(tmp_path: Path, env: dict[str, str]) -> None:
    make_conda_base(tmp_path / "conda")
    assert read(tmp_path / "conda", env)[0].root == str(tmp_path / "conda")


@needs_channel
def test_secrets_do_not_show(tmp_path: Path, env: dict[str, str]) -> None:
    prefix = tmp_path / "envs" / "stats"
    make_conda_env(prefix, "six", "packaging")
    conda_zoo.plant_secrets(prefix, "six")
    with (prefix / ".condarc").open("a") as file:
        file.write(
            "conda_token: hunter2-token\nproxy_servers:\n  https: http://u:hunter2-proxy@h\n"
        )
    found, unknown = read(prefix, env)
    shown = repr((found, unknown, environment._kept.get(str(prefix))))
    for secret in (*conda_zoo.SECRETS, "hunter2"):
        assert secret not in shown
    assert record_file(prefix, "six").exists()
    (six,) = (record for record in found.records if record.name == "six")
    assert six.channel == "https://conda.example/private"
    assert found.config is not None
    assert found.config.channels == ("https://conda.example/private", "https://conda.example/other")
