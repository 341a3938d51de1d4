"""Finds in variables and settings what is secret, so that it can be hidden wherever else it stands.

Rather too much than too little: what is taken for a secret is only hidden, never shown.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from itertools import islice
from urllib.parse import quote, unquote

from .names import OF_A_SECRET, is_of_a_secret, is_personal
from .text import without_controls

LEAST = 6  #: characters; what is shorter stands everywhere by chance
_LEAST_LINE = 8  #: characters of one line of many

#: What is set to switch something on or off.
SWITCHES = frozenset({"true", "false", "disabled", "enabled", "default", "required", "optional"})
#: Endings of names whose values are paths, there or not.
_OF_PATHS = ("FILE", "PATH", "DIR", "SOCK")
#: What desktops and conda say of themselves is long, and nobody's secret.
_TOLD = re.compile(r"(?:XDG_|CONDA_).*|.*SESSION")

#: A URL up to the end of its word. People write passwords with `@`, `/` and `#` in them.
_URL = re.compile(r"://([^\s\"'<>|]+)")
_CONDA = re.compile(r"/t/([^/\s\"']+)(?:/|$)", re.MULTILINE)
_QUERY = re.compile(rf"[?&#]{OF_A_SECRET}=([^&\s\"']+)")
#: In TOML, INI, YAML, JSON and Python: `key = "…"`, `key: …`.
_KEY = re.compile(rf"(?<![\w.-]){OF_A_SECRET}[\"']?\s*+[:=]\s*+")
_MOST = 4_000  #: found in one text; what has more is no settings
#: Bounded: in a file of one line each key would else have the whole rest of it for a value.
_QUOTED = (
    re.compile(r"u?\"((?:[^\"\\\n]|\\.){0,4000})"),
    re.compile(r"u?'((?:[^'\\\n]|\\.|''){0,4000})"),
)
_BARE = (
    re.compile(r"([^\n]{1,300})"),  # a password may hold anything
    re.compile(r"([^\s,;}\]]{1,1000})"),
)
_NETRC = re.compile(r"\b(login|password|account)\s++(?:\"((?:[^\"\\\n]|\\.)*)\"|(\S+))")
#: What looks like chance: long, and of letters and digits both.
_CHANCE = re.compile(r"(?=[^\d\s]*\d)(?=[\d\W_]*[A-Za-z])[\w+=.~-]{20,}")
_BACKSLASH = re.compile(r"\\(.)")
_LINES = re.compile(r"\n|\r|\\n|\\r")


def secrets_in(text: str) -> frozenset[str]:
    """Return the secrets in settings: of pip, uv, conda, netrc, Jupyter and the like."""
    return frozenset(_spelt(islice(_in(text), _MOST)))


def secret_values(
    variables: Mapping[str, str], is_there: Callable[[str], bool] = lambda _: False
) -> frozenset[str]:
    """Return the secrets among the values of environment variables.

    `is_there` tells whether a value that looks like a path is one.
    """
    return frozenset(_spelt(_of(variables, is_there)))


def _in(text: str) -> Iterator[str]:
    yield from _in_urls(text)
    for what, quoted, bare in _NETRC.findall(text):
        if what != "login" or _CHANCE.fullmatch(bare):
            yield from _read(quoted or bare)
    for key in _KEY.finditer(text):
        yield from _values(text, key.end())


def _values(text: str, start: int) -> Iterator[str]:
    for pattern in _QUOTED:
        if value := pattern.match(text, start):
            yield from _read(value[1])
    for pattern in _BARE:
        value = pattern.match(text, start)
        if value is not None and value[1].strip().lower() not in SWITCHES:
            yield value[1].strip()


def _read(written: str) -> Iterator[str]:
    """Yield what stands in quotation marks as it is written, and as JSON, YAML and Python read it."""
    if written.lower() in SWITCHES:
        return
    yield written
    yield written.replace("''", "'")
    yield _BACKSLASH.sub(r"\1", written)
    with suppress(ValueError):
        yield json.loads(f'"{written}"')


def _of(variables: Mapping[str, str], is_there: Callable[[str], bool]) -> Iterator[str]:
    for name, value in variables.items():
        yield from _in_urls(value)
        if value.lower() in SWITCHES or _is_path(name, value, is_there):
            continue
        is_chance = _CHANCE.fullmatch(value) and not _TOLD.fullmatch(name.upper())
        if is_chance or is_of_a_secret(name):
            yield value


def _is_path(name: str, value: str, is_there: Callable[[str], bool]) -> bool:
    """Return whether a value is a path: keys of AWS begin with a slash, too."""
    if not value.startswith(("/", "~")):
        return False
    return name.upper().endswith(_OF_PATHS) or is_there(value)


def _in_urls(text: str) -> Iterator[str]:
    for rest in _URL.findall(text):
        user, at, _ = rest.rpartition("@")
        if at:
            yield from _of_user(user)
    yield from _CONDA.findall(text)
    yield from _QUERY.findall(text)


def _of_user(user: str) -> Iterator[str]:
    """Yield what is secret before the `@` of a URL: a token can stand in the name's place."""
    name, _, password = user.partition(":")
    if password:
        yield from (user, password)
    is_token = len(password) < LEAST or password == "x-oauth-basic" or _CHANCE.fullmatch(name)  # noqa: S105
    if is_token and is_personal(name):
        yield name


def _spelt(found: Iterator[str]) -> Iterator[str]:
    """Yield each as it is, as URLs have it, as it is shown, and of many lines each."""
    for secret in found:
        whole = (secret, unquote(secret), without_controls(secret))
        yield from (one for one in whole if len(one) >= LEAST)
        if len(secret) >= LEAST:
            # Half of a pair of surrogates is nothing that a URL can have.
            written = secret.encode("utf-8", "replace").decode("utf-8")
            yield from (quote(written), quote(written, safe=""))
        lines = _LINES.split(secret)
        if len(lines) > 1:
            yield from (line.strip() for line in lines if len(line.strip()) >= _LEAST_LINE)
