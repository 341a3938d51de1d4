"""How libraries are called by people."""

from __future__ import annotations

_NAMES = {
    "accelerate": "Apple Accelerate",
    "armpl": "Arm Performance Libraries",
    "atlas": "ATLAS",
    "blis": "BLIS",
    "flexiblas": "FlexiBLAS",
    "mkl": "Intel MKL",
    "nvpl": "NVIDIA NVPL",
    "openblas": "OpenBLAS",
    "reference": "the reference BLAS",
    "libgomp": "GNU OpenMP (libgomp)",
    "libiomp": "Intel OpenMP (libiomp5)",
    "libiomp5": "Intel OpenMP (libiomp5)",
    "libomp": "LLVM OpenMP (libomp)",
    "vcomp": "Microsoft OpenMP (vcomp)",
}


def library_name(library: str) -> str:
    """Return what people call a library: "OpenBLAS" for "openblas"."""
    return _NAMES.get(library, library)
