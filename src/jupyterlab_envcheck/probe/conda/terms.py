"""Tells whether Anaconda's terms were accepted, by the files that conda-anaconda-tos leaves.

One file an answer, `FOLDER/<hash of the channel>/<time of the terms>.json`. Of several on one
channel the one about the newest terms counts, and of those the first in the plugin's order.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

import msgspec

from ...facts import Terms
from .. import homes
from ..plain_files import content, why_not
from . import root as conda_root
from .channels import without_credentials

_MOST_READ = 1_048_576  #: bytes; the terms' text is in the file
_MOST_FILES = 500

_PLUGIN = re.compile(r"conda-anaconda-tos-\d[^/\\]*\.json")

#: By these the plugin knows that nobody is there to be asked; a "false" in one says that somebody is.
_CI = (
    "APPVEYOR",
    "BITRISE_IO",
    "BUDDY",
    "BUILDKITE",
    "CI",
    "CIRCLECI",
    "CIRRUS_CI",
    "CONCOURSE_CI",
    "DRONE",
    "GITHUB_ACTIONS",
    "GITLAB_CI",
    "SAIL_CI",
    "SEMAPHORE",
    "TF_BUILD",
    "TRAVIS",
    "WERCKER",
    "WOODPECKER_CI",
)
_CI_IF_SET = (
    "BAMBOO_BUILDKEY",
    "CODEBUILD_BUILD_ID",
    "HEROKU_TEST_RUN_ID",
    "JENKINS_URL",
    "TEAMCITY_VERSION",
)

_TRUE = frozenset({"true", "yes", "on", "y", "1"})


class _Answer(msgspec.Struct):
    """What the plugin writes, but for the text of the terms."""

    base_url: str
    tos_accepted: bool
    version: datetime | float  #: of the terms


def read(prefix: str, root: str | None, env: Mapping[str, str]) -> tuple[Terms, dict[str, str]]:
    """Return what was answered, and why what is unknown is so."""
    unknown: dict[str, str] = {}
    newest: dict[str, tuple[float, bool]] = {}
    for path in _files(prefix, root, env):
        try:
            answer = msgspec.json.decode(content(path, _MOST_READ), type=_Answer)
        except FileNotFoundError:
            continue
        except OSError as error:
            unknown["terms"] = f"an answer about Anaconda's terms cannot be read: {why_not(error)}"
            continue
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            continue  # the plugin, too, takes such a file for none
        channel = without_credentials(answer.base_url)
        version = _seconds(answer.version)
        if channel and (channel not in newest or version > newest[channel][0]):
            newest[channel] = (version, answer.tos_accepted)
    if root is None:
        unknown["terms.asked"] = "no conda was found that made this environment"
    terms = Terms(
        asked=None if root is None else _asks(root, env),
        accepted=tuple(sorted(channel for channel, (_, yes) in newest.items() if yes)),
        rejected=tuple(sorted(channel for channel, (_, yes) in newest.items() if not yes)),
    )
    return terms, unknown


def answered_by_environment(env: Mapping[str, str]) -> bool:
    """Tell whether the plugin takes the terms for accepted without asking anybody."""
    if env.get("CONDA_PLUGINS_AUTO_ACCEPT_TOS", "").strip().lower() in _TRUE:
        return True
    told = [env[variable].strip().lower() for variable in _CI if env.get(variable)]
    if not all(word in _TRUE for word in told):
        return False
    return bool(told) or any(env.get(variable) for variable in _CI_IF_SET)


def _asks(root: str, env: Mapping[str, str]) -> bool:
    return conda_root.has_package(root, _PLUGIN) and not answered_by_environment(env)


def _files(prefix: str, root: str | None, env: Mapping[str, str]) -> Iterator[str]:
    """Yield the files of answers in the plugin's order: the first of equals wins."""
    places = ["C:/ProgramData/conda/tos"]
    if sys.platform != "win32":
        places = ["/etc/conda/tos", "/var/lib/conda/tos"]
    places += [os.path.join(root, "conda-meta", "tos")] if root is not None else []
    for written in ("$XDG_CONFIG_HOME/conda/tos", "~/.config/conda/tos", "~/.conda/tos"):
        place = homes.expand(written, env)
        places += [place] if place is not None else []
    places.append(os.path.join(prefix, "conda-meta", "tos"))
    named = homes.expand(env.get("CONDATOS", ""), env)
    places += [named] if named and os.path.isabs(named) else []
    for place in dict.fromkeys(places):
        for channel in _names(place):
            for file in _names(os.path.join(place, channel)):
                if file.endswith(".json"):
                    yield os.path.join(place, channel, file)


def _names(folder: str) -> list[str]:
    try:
        return sorted(os.listdir(folder))[:_MOST_FILES]
    except (OSError, ValueError):
        return []


def _seconds(version: datetime | float) -> float:
    if isinstance(version, float):
        return version
    return (version if version.tzinfo is not None else version.replace(tzinfo=UTC)).timestamp()
