"""The server that the browser tests start: Galata's settings, and the front end as it was built."""

import os
import tempfile
from pathlib import Path

import jupyterlab.galata

jupyterlab.galata.configure_jupyter_server(c)  # noqa: F821 - traitlets gives the file its `c`

c.ServerApp.port = int(os.environ.get("ENVCHECK_UI_PORT", "8899"))  # noqa: F821

# An extension is found in a folder with its name, whether or not the package is installed.
built = Path(__file__).resolve().parent.parent / "src/jupyterlab_envcheck/labextension"
extensions = Path(tempfile.mkdtemp(prefix="envcheck-ui-"))
(extensions / "jupyterlab-envcheck").symlink_to(built, target_is_directory=True)
c.LabServerApp.extra_labextensions_path = [  # noqa: F821
    str(Path(jupyterlab.galata.__file__).parent),
    str(extensions),
]

# What kernels can import that no package brings: a module that ends the process in the words of
# LLVM's OpenMP, as two runtimes do that meet.
modules = Path(tempfile.mkdtemp(prefix="envcheck-ui-"))
(modules / "omp_clash.py").write_text(
    "import os\n"
    "os.write(2, b'OMP: Error #15: Initializing libiomp5.so, but found libomp.so already "
    "initialized.\\n')\n"
    "os.abort()\n",
    encoding="utf-8",
)
os.environ["PYTHONPATH"] = str(modules)
