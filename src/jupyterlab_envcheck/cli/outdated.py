"""`outdated`: which packages have a newer release. It asks where they come from, and changes nothing."""

from __future__ import annotations

import argparse

from rich.text import Text

from .. import flow
from ..render.outdated import print_outdated
from ..render.sentences import headline
from .policy import administered
from .settling import Faces
from .status import DONE


def outdated(options: argparse.Namespace, faces: Faces | None = None) -> int:
    """List the packages of the target's environment of which there is a newer release."""
    faces = faces or Faces(options)
    subject, target = faces.find(options.target)
    with faces.busy("Looking at the environment…"):
        report = flow.report_on(subject, target)
    with faces.busy("Asking where the packages come from…"):
        found = flow.outdated(subject, report, policy=administered().policy)
    faces.write(found)
    if faces.as_json:
        return DONE
    faces.console.print(Text(headline(report), style="bold"))
    print_outdated(found, faces.console, target=options.target)
    return DONE
