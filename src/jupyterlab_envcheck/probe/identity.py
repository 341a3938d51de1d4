"""Reads what tells whose machine this is, so that it can be taken out of what is shown to strangers."""

from __future__ import annotations

import os
import platform
import re
import sys
from collections.abc import Iterable, Iterator, Mapping

from ..facts.redaction import Identity
from .secrets import secrets

_USERS = ("USER", "LOGNAME", "USERNAME", "LNAME", "SUDO_USER", "JUPYTERHUB_USER", "NB_USER")
#: Only where people's folders lie: a container's home can be /work.
_OWNER = re.compile(
    r"[\\/](?:homes?\d?|Users)[\\/](?:[^\\/]+[\\/])*([^\\/]+)[\\/]*$", re.IGNORECASE
)


def identity(*environs: Mapping[str, str], prefixes: Iterable[str] = ()) -> Identity:
    """Return homes, user names, host names and secrets of this process; asks no network.

    `environs` are what it has now and what it, or a kernel, was started with; `prefixes` are
    environments, which have settings of their own.
    """
    homes = {home for env in environs for home in _homes(env)}
    users = {env[name] for env in environs for name in _USERS if env.get(name)}
    users |= {found[1] for home in homes if (found := _OWNER.search(home))}
    hosts = {env[name] for env in environs for name in ("HOSTNAME", "COMPUTERNAME") if name in env}
    hosts.add(platform.node())
    if (account := _account()) is not None:
        users.add(account)
    return Identity(
        homes=tuple(sorted(homes)),
        users=tuple(sorted(users - {""})),
        hosts=tuple(sorted(hosts - {""})),
        secrets=secrets(environs, tuple(prefixes)),
    )


def _homes(env: Mapping[str, str]) -> Iterator[str]:
    for told in (env.get("HOME"), env.get("USERPROFILE"), os.path.expanduser("~")):
        if told and os.path.isabs(told):
            yield told
            yield os.path.realpath(told)


def _account() -> str | None:
    if sys.platform == "win32":
        return None
    import pwd  # noqa: PLC0415 - there is none on Windows

    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:  # containers run as users that nobody has named
        return None
