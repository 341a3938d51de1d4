"""Names conda's channels as people do, without the credentials that their URLs can hold."""

from __future__ import annotations

import re

from ...facts.text import clean

#: conda's place for a token, which is a password: `https://host/t/TOKEN/channel`.
_TOKEN = re.compile(r"^t/[^/\s]+/?|/t/[^/\s]+(?=/|\s|$)")
_SUBDIR = re.compile(r"/(?:noarch|(?:linux|osx|win|zos|emscripten|wasi|freebsd)-[a-z0-9]+)$")

#: Hosts whose channels are known by their path alone.
_HOSTS = ("conda.anaconda.org/", "prefix.dev/", "repo.prefix.dev/")
_MIRRORED = ("bioconda", "conda-forge")
_ANACONDAS = re.compile(r"(?:repo\.anaconda\.com|repo\.continuum\.io)/(pkgs/.+)")


def name(channel: str) -> str:
    """Return `conda-forge`, `pkgs/main` and the like; an unknown URL without credentials."""
    plain = without_credentials(channel)
    scheme, separator, rest = plain.rpartition("://")
    if separator and scheme.lower() in ("http", "https"):
        rest = _SUBDIR.sub("", rest)
        for host in _HOSTS:
            short = rest.removeprefix(host)
            # Elsewhere than at its own place a name would be another's, but for those that are mirrored.
            if short not in ("", rest) and (host == _HOSTS[0] or short in _MIRRORED):
                return short
        if match := _ANACONDAS.fullmatch(rest):
            return match[1]
    return _SUBDIR.sub("", plain)


def identity(channel: str) -> str:
    """Return a channel's name, `defaults` for all of Anaconda's own (C-CONDAMETA)."""
    short = name(channel)
    return "defaults" if short == "defaults" or re.match(r"pkgs/\w+$", short) else short


def without_credentials(channel: str) -> str:
    """Return a channel, or a spec with one, without user, password, token and query."""
    before, separator, after = _TOKEN.sub("", channel.strip()).partition("://")
    scheme, rest = (before, after) if separator else ("", before)
    authority = rest.split("/", 1)[0]
    if "@" in rest and ("@" in authority or ":" in authority or not separator):
        # A password can hold anything, a `/` and a `@`, too.
        rest = rest[rest.rfind("@") + 1 :]
    rest = re.split(r"[?#]", rest, maxsplit=1)[0]
    return clean((scheme + separator + rest).rstrip("/"), 400)
