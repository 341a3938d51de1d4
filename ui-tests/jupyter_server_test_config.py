"""The server that the browser tests start: Galata's own settings, and a folder of its own."""

import os
import tempfile

from jupyterlab.galata import configure_jupyter_server

configure_jupyter_server(c)  # noqa: F821 - traitlets gives every configuration file its `c`

c.ServerApp.port = int(os.environ.get("ENVCHECK_UI_PORT", "8899"))  # noqa: F821
c.ServerApp.port_retries = 0  # noqa: F821 - the tests know one address
c.ServerApp.root_dir = os.environ.get("ENVCHECK_UI_ROOT") or tempfile.mkdtemp(prefix="envcheck-ui-")  # noqa: F821
