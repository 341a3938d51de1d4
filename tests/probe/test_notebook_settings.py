"""Which variables cells set, too late or in time, and which workers they start."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from jupyterlab_envcheck.facts import Parallel, Setting
from jupyterlab_envcheck.probe import notebook
from jupyterlab_envcheck.probe.notebook import Read


def read(*sources: object) -> Read:
    return notebook.read([{"id": f"c{n}", "source": source} for n, source in enumerate(sources)])


def settings(*sources: object) -> tuple[Setting, ...]:
    return read(*sources).settings


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("import os\nos.environ['OMP_NUM_THREADS'] = '4'", "4"),
        ("import os\nos.environ['OMP_NUM_THREADS'] = str(n)", None),
        ("import os as o\no.environ['OMP_NUM_THREADS'] = '4'", "4"),
        ("from os import environ\nenviron['OMP_NUM_THREADS'] = '4'", "4"),
        ("os.environ['OMP_NUM_THREADS'] = '4'", "4"),
        ("os.environ.setdefault('OMP_NUM_THREADS', '4')", "4"),
        ("os.putenv('OMP_NUM_THREADS', '4')", "4"),
        ("os.environ.update({'OMP_NUM_THREADS': '4', **more})", "4"),
        ("os.environ.update(OMP_NUM_THREADS='4', **more)", "4"),
        ("os.environ |= {'OMP_NUM_THREADS': '4'}", "4"),
        ("%env OMP_NUM_THREADS=4", "4"),
        ("%env OMP_NUM_THREADS 4", "4"),
        ("%env OMP_NUM_THREADS = 4", "4"),
        ("%set_env OMP_NUM_THREADS=4", "4"),
        ("%env OMP_NUM_THREADS=$n", None),
        ("%env OMP_NUM_THREADS={n}", None),
        ("get_ipython().run_line_magic('env', 'OMP_NUM_THREADS=4')", "4"),
        ("x = !ls\n%env OMP_NUM_THREADS=4", "4"),
        ("if True:\n    os.environ['OMP_NUM_THREADS'] = '4'", "4"),
    ],
)
def test_setting(source: str, value: str | None) -> None:
    (setting,) = settings(source)
    assert (setting.variable, setting.value) == ("OMP_NUM_THREADS", value)
    assert setting.after is None


def test_settings_in_one_line() -> None:
    (one, other) = settings("os.environ['MKL_NUM_THREADS'] = os.environ['OMP_NUM_THREADS'] = '1'")
    assert {one.variable, other.variable} == {"MKL_NUM_THREADS", "OMP_NUM_THREADS"}


@pytest.mark.parametrize(
    "source",
    [
        "# os.environ['OMP_NUM_THREADS'] = '4'",
        "x = \"os.environ['OMP_NUM_THREADS'] = '4'\"",
        "os.environ['HOME'] = '/'",
        "os.environ[name] = '4'",
        "print(os.environ['OMP_NUM_THREADS'])",
        "x = os.environ['OMP_NUM_THREADS']",
        "%env OMP_NUM_THREADS",
        "%env",
        "!export OMP_NUM_THREADS=4",
        "config['OMP_NUM_THREADS'] = '4'",
        "config.environ['OMP_NUM_THREADS'] = '4'",
        "os.environ |= more",
        "del os.environ['OMP_NUM_THREADS']",
    ],
)
def test_setting_where_there_is_none(source: str) -> None:
    assert settings(source) == ()


@pytest.mark.parametrize(
    ("sources", "after"),
    [
        (["import numpy", "%env OMP_NUM_THREADS=1"], "numpy"),
        (["import numpy\n%env OMP_NUM_THREADS=1"], "numpy"),
        (["from scipy.linalg import svd", "%env MKL_NUM_THREADS=1"], "scipy"),
        (["import torch, pandas", "%env OMP_NUM_THREADS=1"], "torch"),
        (["import torch, pandas", "%env OPENBLAS_NUM_THREADS=1"], "pandas"),
        (["import torch", "%env OPENBLAS_NUM_THREADS=1"], None),
        (["%env OMP_NUM_THREADS=1\nimport numpy"], None),
        (["import requests", "%env OMP_NUM_THREADS=1"], None),
        (["try:\n import numpy\nexcept ImportError: 0", "%env OMP_NUM_THREADS=1"], None),
        (["def f():\n import numpy", "%env OMP_NUM_THREADS=1"], None),
        (["class A:\n import numpy", "%env OMP_NUM_THREADS=1"], "numpy"),
        (["%matplotlib inline", "%env OMP_NUM_THREADS=1"], "matplotlib"),
        (["x = !ls\n%matplotlib inline", "%env OMP_NUM_THREADS=1"], "matplotlib"),
        (["%matplotlib --list", "%env OMP_NUM_THREADS=1"], None),
        (["import dask", "%env OMP_NUM_THREADS=1"], None),
        (["import dask.array", "%env OMP_NUM_THREADS=1"], "dask.array"),
        (["import numpy", "%env NUMEXPR_MAX_THREADS=1"], None),
        (["import numpy, numexpr", "%env NUMEXPR_MAX_THREADS=1"], "numexpr"),
        (["import polars", "%env POLARS_MAX_THREADS=1"], "polars"),
        (["import numpy, numba", "%env NUMBA_NUM_THREADS=1"], "numba"),
        (["import joblib, sklearn", "%env LOKY_MAX_CPU_COUNT=1"], None),
        (["import numpy", "import", "%env OMP_NUM_THREADS=1"], "numpy"),
    ],
)
def test_setting_after(sources: list[str], after: str | None) -> None:
    (setting,) = settings(*sources)
    assert setting.after == after


def test_setting_place() -> None:
    (setting,) = settings("import a", "%%time\n\n%env OMP_NUM_THREADS=1")
    assert (setting.cell, setting.line) == ("c1", 3)


def test_setting_is_clean_and_bounded() -> None:
    (setting,) = settings("%env OMP_NUM_THREADS=\u202e" + "9" * 5_000)
    assert setting.value is not None
    assert len(setting.value) == 200
    assert "\u202e" not in setting.value


def parallels(*sources: object) -> list[tuple[str, str]]:
    return [(one.kind, one.text) for one in read(*sources).parallels]


_JOBLIB = "from joblib import Parallel, delayed, parallel_config\n"
_SKLEARN = "from sklearn.ensemble import RandomForestClassifier as RFC\n"
_DASK = "from dask.distributed import Client, LocalCluster\n"


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ("import multiprocessing\nmultiprocessing.Pool(4)", "processes"),
        ("import multiprocessing as mp\nwith mp.Pool() as p: pass", "processes"),
        ("from multiprocessing import Pool\nPool(processes=4)", "processes"),
        ("import multiprocessing as mp\nmp.get_context('spawn').Pool(4)", "processes"),
        ("import multiprocessing as mp\nc = mp.get_context('spawn')\nc.Pool(4)", "processes"),
        (
            "from concurrent.futures import ProcessPoolExecutor as E\nE(max_workers=4)",
            "processes",
        ),
        ("import concurrent.futures\nconcurrent.futures.ThreadPoolExecutor()", "threads"),
        ("from multiprocessing.pool import ThreadPool\nThreadPool(4)", "threads"),
        ("from multiprocessing.dummy import Pool\nPool(4)", "threads"),
        (_JOBLIB + "Parallel(n_jobs=4)(delayed(f)(x) for x in y)", "joblib"),
        (_JOBLIB + "Parallel(4)(delayed(f)(x) for x in y)", "joblib"),
        (_JOBLIB + "Parallel(n_jobs=-1, backend='threading')(y)", "joblib-threads"),
        (_JOBLIB + "Parallel(n_jobs=n, prefer='threads')(y)", "joblib-threads"),
        (_JOBLIB + "Parallel(n_jobs=2, require='sharedmem')(y)", "joblib-threads"),
        (_JOBLIB + "with parallel_config('threading', n_jobs=2): pass", "joblib-threads"),
        (_SKLEARN + "RFC(n_jobs=-1)", "joblib"),
        (_SKLEARN + "model.set_params(n_jobs=4)", "joblib"),
        (_DASK + "Client()", "dask"),
        (_DASK + "LocalCluster(n_workers=2)", "dask"),
        (_DASK + "Client(processes=False)", "dask-threads"),
        ("import dask\nx.compute(scheduler='threads')", "dask-threads"),
        ("import dask\nx.compute(scheduler='processes')", "dask"),
        ("import dask\ndask.config.set(scheduler='threads')", "dask-threads"),
        ("import dask.array as da\nda.ones(3).sum().compute()", "dask-threads"),
        ("from dask import delayed\ndelayed(f)(1).compute()", "dask-threads"),
    ],
)
def test_parallel(source: str, kind: str) -> None:
    assert [found for found, _ in parallels(source)] == [kind]


@pytest.mark.parametrize(
    "source",
    [
        "# Pool(4)",
        "x = 'multiprocessing.Pool(4)'",
        "from multiprocessing import Pool",
        "import multiprocessing\nmultiprocessing.Pool(1)",
        "from concurrent.futures import ThreadPoolExecutor\nThreadPoolExecutor(max_workers=1)",
        "from psycopg_pool import Pool\nPool(4)",
        "import psycopg_pool as p, multiprocessing\np.Pool(4)",
        _JOBLIB + "Parallel()(y)",
        _JOBLIB + "Parallel(n_jobs=1)(y)",
        _JOBLIB + "Parallel(n_jobs=None)(y)",
        _SKLEARN + "RFC(n_jobs=1)",
        _SKLEARN + "RFC(n_jobs=None)",
        "model(n_jobs=4)",
        _SKLEARN + "import lightgbm\nlightgbm.LGBMClassifier(n_jobs=4)",
        _SKLEARN + "from xgboost import XGBClassifier\nXGBClassifier(n_jobs=4)",
        "x.compute()",
        "import dask\nx.compute()",
        "import dask.bag\nx.compute()",
        "import dask.array\nx.compute(scheduler='synchronous')",
        "import dask.array\nx.compute(scheduler=s)",
        "import dask\ndask.config.set({'x': 1})",
        _DASK + "import dask.array\nx.compute()",
        "from redis import Client\nClient()",
    ],
)
def test_parallel_where_there_is_none(source: str) -> None:
    assert parallels(source) == []


def test_parallel_place_and_text() -> None:
    (found,) = read(
        "import a", "%%time\nfrom multiprocessing import Pool\nPool(4, login, ('hunter2',))"
    ).parallels
    assert found == Parallel(kind="processes", cell="c1", line=3, text="Pool(4, login, …)")


@pytest.mark.parametrize(
    ("call", "text"),
    [
        ("Client('tls://ada:hunter2@host', processes=False)", "Client(…, processes=False)"),
        ("Client(n_workers=2, security=s)", "Client(n_workers=2, …)"),
        ("LocalCluster(threads_per_worker=k)", "LocalCluster(threads_per_worker=k)"),
    ],
)
def test_parallel_text_tells_only_what_counts(call: str, text: str) -> None:
    assert [shown for _, shown in parallels(_DASK + call)] == [text]


_PIECES = [
    "os.environ",
    "['OMP_NUM_THREADS']",
    "=",
    "'4'",
    "\n",
    "%env ",
    "MKL_NUM_THREADS",
    "Pool",
    "(",
    ")",
    "n_jobs=",
    "import numpy",
    "import dask.array",
    ".compute()",
    "|=",
    "{",
    "}",
    ":",
    "1",
    "from multiprocessing import Pool",
    "get_ipython().",
    "update",
    "run_line_magic",
    ",",
    "  ",
]


@given(st.lists(st.sampled_from(_PIECES) | st.text(max_size=6), max_size=14))
def test_settings_and_parallels_of_any_text(pieces: list[str]) -> None:
    found = read("".join(pieces))
    for setting in found.settings:
        assert setting.variable.isupper()
        assert setting.line >= 1
    for parallel in found.parallels:
        assert parallel.text.isprintable()
