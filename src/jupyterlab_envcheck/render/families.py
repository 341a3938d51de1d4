"""What the families of checks are about, in a word: as the panel calls them."""

from __future__ import annotations

_NAMES = {
    "blas": "BLAS",
    "gpu": "GPU",
    "installing": "packages",
    "jupyter": "Jupyter",
    "navigator": "Navigator",
    "reproducibility": "files of the project",
    "support": "Python",
}


def family_name(family: str) -> str:
    """Return what people call a family of checks."""
    return _NAMES.get(family, family)
