"""Takes out of text what tells whose it is: home folders, user and host names, secrets.

Rather too much than too little: what is redacted goes to strangers.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass, replace
from typing import Any, TypeVar, cast

from .names import OF_A_SECRET, is_of_a_secret, is_personal
from .secret import LEAST
from .text import clean

T = TypeVar("T")

HIDDEN = "****"
_CUT = "…"  #: what `clean` puts where it cuts
USER = "USER"
HOST = "HOST"

#: Shorter names stand within words by chance: "max" is not in max_threads, "alice" is in alice_2.
_LEAST_NAME = 5
_SEPARATOR = r"[\\/]+"
#: A character of a name, as it is and as Markdown has it.
_LETTER = r"(?:[^\\/\s\"':;,]|\\[*_\[\]<>|&#~$])"
#: Where systems keep people's folders. Another person's is as private as one's own. Windows' can
#: have spaces in them, where it can be told how far they go.
_HOMES = re.compile(
    rf"((?<![\\/]){_SEPARATOR}(?:home(?:s|\d|\\?\$)?|Users|Documents and Settings){_SEPARATOR})"
    rf"(?!Shared\b|Public\b|linuxbrew\b)(?:{_LETTER}{{1,60}}(?: {_LETTER}{{1,60}}){{0,3}}(?=[\\/\"'])|{_LETTER}+)",
    re.IGNORECASE,
)
_MAIL = re.compile(r"(?<![\w.+/-])[\w.+-]+@(?=[\w-]+\.[\w.-]*[A-Za-z])")
#: Not `google-auth==2.40.3` and `google-auth=2.40.3`, which are packages.
_NO_VERSION = r"(?!v?\d+(?:\.\w+)+(?:=\w+)?(?:[\"',;)\s]|$))"
#: `PIP_TOKEN=…`, `"api_key": "…"`, `--password …`, `Authorization: Bearer …`.
_ASSIGNED = re.compile(
    rf"(?P<name>(?<![\w.-]){OF_A_SECRET}[\"']?\s*+(?:=(?!=)|:)[ \t]*+){_NO_VERSION}"
    r"(?:\"(?:[^\"\\]|\\.)*+\"|'(?:[^'\\]|\\.)*+'|\S+)"
)
_OPTION = re.compile(rf"(?P<name>(?<![\w-])--?{OF_A_SECRET}\s++)\S+")
_IS_OPTION = re.compile(rf"--?{OF_A_SECRET}")
_BEARER = re.compile(
    r"(?P<name>\b(?:bearer|basic|authorization:\s*\w+)\s+)[\w.~+/=-]{8,}", re.IGNORECASE
)
#: Tokens that tell what they are: of GitHub, GitLab, PyPI, Hugging Face, OpenAI, Slack, AWS and
#: Anaconda; JSON Web Tokens.
_TOKEN = re.compile(
    r"\b(?:gh[pousr]_\w{20,}|github_pat_\w{20,}|glpat-[\w-]{16,}|pypi-[\w-]{16,}|hf_\w{16,}"
    r"|sk-[\w-]{16,}|xox[abprs]-[\w-]{10,}|(?:AKIA|ASIA)[0-9A-Z]{16}"
    r"|[a-z]{2}-[0-9a-f]{8}-[0-9a-f-]{27}|eyJ[\w-]{8,2000}\.[\w.-]{8,})"
)


#: Between single quotation marks shells have `'"'"'` or `'\''`, YAML `''`.
_SPELT = {"'": r"""(?:'"'"'|'\\''|''|\\?')"""}


@dataclass(frozen=True, kw_only=True)
class Identity:
    """What tells whose machine this is; `probe.identity` reads it."""

    homes: tuple[str, ...] = ()  #: folders, absolute
    users: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    #: What is known to be secret on this machine, whatever stands around it.
    secrets: frozenset[str] = field(default=frozenset(), repr=False)


class Redaction:
    """Redacts for one identity: text, and all text in a report, a plan, a job or their JSON."""

    def __init__(self, identity: Identity) -> None:
        self._homes = [
            re.compile(
                rf"(?<![\\/]){_SEPARATOR.join(map(_spelled, parts))}(?![\w.-])", re.IGNORECASE
            )
            for home in sorted(identity.homes, key=len, reverse=True)
            if len(parts := re.split(_SEPARATOR, home.rstrip("\\/"))) > 1
        ]
        secrets = sorted(identity.secrets, key=len, reverse=True)
        self._secrets = re.compile("|".join(map(_spelled, secrets))) if secrets else None
        self._begun = _by_beginning(secrets)
        self._ended = _by_beginning(secret[::-1] for secret in secrets)
        self._names = [
            *((_whole(name), HOST) for name in _personal(identity.hosts)),
            *((_whole(name), USER) for name in _personal(identity.users)),
        ]

    def text(self, text: str) -> str:
        """Return `text` without homes (`~` instead), names and secrets."""
        shown = self._without_secrets(text)
        shown = self._without_secrets(clean(shown, limit=max(len(shown), 1)))
        for home in self._homes:
            shown = home.sub("~", shown)
        shown = _HOMES.sub(rf"\g<1>{USER}", shown)
        for pattern in (_ASSIGNED, _OPTION, _BEARER):
            shown = pattern.sub(rf"\g<name>{HIDDEN}", shown)
        shown = _MAIL.sub(f"{HIDDEN}@", _TOKEN.sub(HIDDEN, shown))
        for name, instead in self._names:
            shown = name.sub(instead, shown)
        return shown

    def _without_secrets(self, text: str) -> str:
        if self._secrets is None:
            return text
        shown = self._secrets.sub(HIDDEN, text)
        if _CUT in shown:
            *cut, end = shown.split(_CUT)
            shown = _CUT.join([*(_without_half(one, self._begun) for one in cut), end])
        return _without_half(shown[::-1], self._ended)[::-1]

    def of(self, data: T) -> T:
        """Return a copy of `data` with all its text redacted.

        Dataclasses, mappings, lists, tuples and sets are gone through. Keys that are plain names stay:
        they are those of a format.
        """
        return cast("T", _changed(data, self.text, self._key))

    def without_secrets(self, data: T) -> T:
        """Return a copy of `data` without the secrets of this machine, and else as it is."""
        return cast("T", _changed(data, self._without_secrets, self._without_secrets))

    def _key(self, key: str) -> str:
        is_plain = key.replace(".", "_").isidentifier()
        return self._without_secrets(key) if is_plain else self.text(key)


def _changed(data: Any, change: Callable[[str], str], of_key: Callable[[str], str]) -> Any:
    if isinstance(data, str):
        # An enumeration of ours says what it says.
        return change(data) if type(data) is str else data
    if is_dataclass(data) and not isinstance(data, type):
        told = {one.name: _changed(getattr(data, one.name), change, of_key) for one in fields(data)}
        return replace(data, **told)
    if isinstance(data, Mapping):
        return {
            of_key(key) if isinstance(key, str) else key: HIDDEN
            if _is_kept_under(key, value)
            else _changed(value, change, of_key)
            for key, value in data.items()
        }
    if isinstance(data, (list, tuple)):
        # The value of an option can be the next word.
        words = zip(("", *data), data, strict=False)
        return type(data)(
            HIDDEN
            if type(one) is str and isinstance(before, str) and _IS_OPTION.fullmatch(before)
            else _changed(one, change, of_key)
            for before, one in words
        )
    if isinstance(data, (set, frozenset)):
        return type(data)(_changed(one, change, of_key) for one in data)
    return data


def _is_kept_under(key: object, value: object) -> bool:
    """Return whether a mapping holds a secret under a key: `{"MY_TOKEN": "…"}`."""
    if type(key) is not str or type(value) is not str or len(value) < LEAST:
        return False
    return is_of_a_secret(key) and re.match(_NO_VERSION, value) is not None


def _by_beginning(secrets: Iterable[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for secret in secrets:
        found.setdefault(secret[:LEAST], []).append(secret)
    return found


def _without_half(text: str, secrets: Mapping[str, Sequence[str]]) -> str:
    """Hide what `text` ends with if a secret begins with it: the other half was cut off.

    `secrets` are by their first letters, `LEAST` of them.
    """
    for start in range(len(text) - LEAST + 1):
        begun = secrets.get(text[start : start + LEAST], ())
        left = len(text) - start
        if any(left <= len(secret) and secret.startswith(text[start:]) for secret in begun):
            return text[:start] + HIDDEN
    return text


def _personal(names: Iterable[str]) -> list[str]:
    """Return the names that tell somebody, longest first; of a host's full name its first part, too."""
    every = {part for name in names for part in (name, name.partition(".")[0])}
    return sorted(filter(is_personal, every), key=lambda name: (-len(name), name))


def _whole(name: str) -> re.Pattern[str]:
    """Return what finds a name but not the same letters within a word."""
    letter = r"[^\W\d_]" if len(name) >= _LEAST_NAME else r"\w"
    return re.compile(rf"(?<!{letter}){_spelled(name)}(?!{letter})", re.IGNORECASE)


def _spelled(text: str) -> str:
    """Return what finds a text as it is, and as JSON and Markdown, shells and YAML have it."""
    return "".join(_SPELT.get(c, c if c.isalnum() else rf"\\?{re.escape(c)}") for c in text)
