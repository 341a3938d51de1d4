"""Finds the lines of cells that set variables which libraries read while they load."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator, Mapping

from ...facts import Setting
from ...facts.text import clean
from .wanted import Names

#: Libraries that load NumPy, and with it its BLAS.
_NUMPY = frozenset(
    {"numpy", "scipy", "pandas", "sklearn", "matplotlib", "pylab", "seaborn", "xarray", "skimage"}
    | {"statsmodels", "numexpr", "numba", "jax", "tensorflow", "cupy", "cv2", "h5py", "netCDF4"}
    | {"dask.array", "dask.dataframe", "geopandas", "shapely", "astropy", "pymc", "xgboost"}
    | {"lightgbm", "bokeh.plotting", "plotnine", "pywt", "umap", "tables", "patsy", "keras"}
)
_OPENMP = _NUMPY | {"torch", "torchvision", "faiss", "spacy", "transformers"}

#: Which libraries read a variable once, while they load.
_READERS: Mapping[str, Collection[str]] = {
    "OMP_NUM_THREADS": _OPENMP,
    "OMP_THREAD_LIMIT": _OPENMP,
    "KMP_AFFINITY": _OPENMP,
    "KMP_DUPLICATE_LIB_OK": _OPENMP,
    "OPENBLAS_NUM_THREADS": _NUMPY,
    "OPENBLAS_DEFAULT_NUM_THREADS": _NUMPY,
    "OPENBLAS_CORETYPE": _NUMPY,
    "GOTO_NUM_THREADS": _NUMPY,
    "BLIS_NUM_THREADS": _NUMPY,
    "VECLIB_MAXIMUM_THREADS": _NUMPY,
    "MKL_NUM_THREADS": _OPENMP,
    "MKL_DYNAMIC": _OPENMP,
    "MKL_THREADING_LAYER": _OPENMP,
    "MKL_INTERFACE_LAYER": _OPENMP,
    "NPY_DISABLE_CPU_FEATURES": _NUMPY,
    "NUMEXPR_NUM_THREADS": {"numexpr", "tables"},
    "NUMEXPR_MAX_THREADS": {"numexpr", "tables"},
    "NUMBA_NUM_THREADS": {"numba", "umap", "datashader"},
    "NUMBA_THREADING_LAYER": {"numba", "umap", "datashader"},
    "POLARS_MAX_THREADS": {"polars"},
    "RAYON_NUM_THREADS": {"tokenizers"},
    "LOKY_MAX_CPU_COUNT": (),  # read at each use
}
_ENV_MAGIC = re.compile(r"%(?:set_)?env[ \t]+(\w+)(?:[ \t]*=[ \t]*|[ \t]+)(\S.*)")
#: These magics load matplotlib, which loads NumPy.
_PLOTTING = re.compile(r"%(?:matplotlib|pylab)\b(?!.*(?:--list|-l\b))")
_LONGEST = 200


def loads(escape: str) -> str | None:
    """Return the library that a line for IPython imports."""
    return "matplotlib" if _PLOTTING.match(escape) else None


def in_escape(text: str, names: Names, cell: str, line: int) -> Iterator[Setting]:
    """Yield what `%env` and `%set_env` set; with a name alone they show it."""
    match = _ENV_MAGIC.fullmatch(text.rstrip())
    if match is not None:
        value = None if re.search(r"[${]", match[2]) else match[2]
        yield from _setting(match[1], value, names, cell, line)


def in_statement(node: ast.AST, names: Names, cell: str, line: int) -> Iterator[Setting]:
    """Yield what an assignment sets: `os.environ[…] = …`, and `os.environ |= {…}`."""
    match node:
        case ast.Assign(targets=targets, value=value):
            for target in targets:
                match target:
                    case ast.Subscript(value=mapping, slice=ast.Constant(value=str(name))) if (
                        _is_environ(mapping, names)
                    ):
                        yield from _setting(name, _literal(value), names, cell, line)
        case ast.AugAssign(target=ast.expr() as mapping, op=ast.BitOr(), value=ast.Dict() as value):
            if _is_environ(mapping, names):
                yield from _in_dict(value, names, cell, line)


def in_call(call: ast.Call, names: Names, cell: str, line: int) -> Iterator[Setting]:
    """Yield what a call sets: `os.environ.setdefault` and `update`, `os.putenv`."""
    match names.dotted(call.func), call.args:
        case (
            ("os.environ.setdefault" | "os.putenv"),
            [ast.Constant(value=str(name)), ast.expr() as value, *_],
        ):
            yield from _setting(name, _literal(value), names, cell, line)
        case "os.environ.update", given:
            for one in given:
                if isinstance(one, ast.Dict):
                    yield from _in_dict(one, names, cell, line)
            for keyword in call.keywords:
                if keyword.arg is not None:
                    yield from _setting(keyword.arg, _literal(keyword.value), names, cell, line)


def _in_dict(node: ast.Dict, names: Names, cell: str, line: int) -> Iterator[Setting]:
    for key, value in zip(node.keys, node.values, strict=True):
        match key:
            case ast.Constant(value=str(name)):
                yield from _setting(name, _literal(value), names, cell, line)


def _setting(
    variable: str, value: str | None, names: Names, cell: str, line: int
) -> Iterator[Setting]:
    readers = _READERS.get(variable)
    if readers is None:
        return
    yield Setting(
        variable=variable,
        value=clean(value, _LONGEST) if value is not None else None,
        cell=clean(cell, 100),
        line=line,
        after=next((name for name in names.loaded if name in readers), None),
    )


def _literal(node: ast.expr) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def _is_environ(node: ast.expr, names: Names) -> bool:
    return names.dotted(node) == "os.environ"
