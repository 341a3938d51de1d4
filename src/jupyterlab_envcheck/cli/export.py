"""`export`: an environment as an `environment.yml` or `requirements.txt`. It changes nothing in it."""

from __future__ import annotations

import argparse
import sys

from ..flow import report_on
from ..jobs.exporting import export as exported
from .new_file import write_new
from .settling import Faces
from .status import DONE


def export(options: argparse.Namespace, faces: Faces | None = None) -> int:
    """Write what the target's environment is made of, to a new file or as output."""
    faces = faces or Faces(options)
    text = exported(report_on(*faces.find(options.target)).facts).text
    if options.file is None:
        sys.stdout.write(text)
        return DONE
    write_new(options.file, text.encode())
    return DONE
