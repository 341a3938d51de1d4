"""Makes environments, and makes kernels of them."""
