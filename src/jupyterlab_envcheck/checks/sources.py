"""Whose advice the checks give: pages that more than one check cites."""

from __future__ import annotations

from ..recommendations import Source

NUMPY_GUIDE = "https://numpy.org/install/"

NUMPY_ENVIRONMENTS = Source(
    title="NumPy installation guide, Reproducible installs",
    url=NUMPY_GUIDE,
    passage="Give each project an environment of its own, so that one can be rebuilt or thrown away "
    "without harm to the others.",
)
NUMPY_BLAS = Source(
    title="NumPy installation guide, Accelerated linear algebra libraries",
    url=NUMPY_GUIDE,
    passage="Which BLAS library NumPy uses decides its speed, its size on disk and how many threads "
    "it starts; by default it often starts one for every CPU core.",
)
PEP_668 = Source(
    title="PEP 668, Marking Python base environments as externally managed",
    url="https://peps.python.org/pep-0668/",
    passage="Where the operating system's own package manager looks after a Python, other "
    "installers leave it alone and work in virtual environments.",
)
UV_JUPYTER = Source(
    title="uv, Using uv with Jupyter",
    url="https://docs.astral.sh/uv/guides/integration/jupyter/",
    passage="An environment made by uv has no pip unless it is asked for; uv installs into it from "
    "outside when told which environment is meant.",
)
IPYTHON_PIP = Source(
    title="IPython, Built-in magic commands: %pip",
    url="https://ipython.readthedocs.io/en/stable/interactive/magics.html#magic-pip",
    passage="%pip runs the pip of the interpreter that the cell itself runs in.",
)
