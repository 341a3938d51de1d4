"""The server of the real flow: Galata's settings, and every request must be authenticated."""

import jupyterlab.galata

jupyterlab.galata.configure_jupyter_server(c)  # noqa: F821 - traitlets gives the file its `c`
c.ServerApp.root_dir = "."  # noqa: F821 - demo.py starts it in the folder of the notebooks
