"""`python -m jupyterlab_envcheck` is `jupyter envcheck`."""

from __future__ import annotations

import sys

from .cli import main

sys.exit(main())
