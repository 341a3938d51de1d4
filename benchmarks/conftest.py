"""What the benchmarks look at: an environment with some 150 real distributions."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))

pytest_plugins = ["pytest_jupyter.jupyter_server"]

PACKAGES = (
    "ipykernel", "jupyterlab", "notebook", "ipywidgets", "numpy", "scipy", "pandas", "matplotlib",
    "scikit-learn", "scikit-image", "seaborn", "statsmodels", "sympy", "networkx", "xarray", "dask",
    "bokeh", "plotly", "altair", "sqlalchemy", "openpyxl", "pytest", "ruff", "flask", "pip",
    "jsonschema[format]", "nbclassic", "jupyter-lsp", "zarr", "h5py",
)  # fmt: skip


@pytest.fixture(scope="session")
def python(pytestconfig: pytest.Config) -> Path:
    """The interpreter of that environment, kept between runs in build/.

    Its bytecode is there, as in any environment that was used once.
    """
    from environments import make_uv_venv  # noqa: PLC0415 - a module of the tests

    folder = Path(pytestconfig.rootpath) / "build" / "benchmark-env"
    interpreter = folder / "bin" / "python"
    return (
        interpreter
        if interpreter.exists()
        else make_uv_venv(folder, "--compile-bytecode", *PACKAGES)
    )
