"""Reads why conda and its like failed: in their JSON, or in their words where there is none."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from ..facts.text import clean
from ..problems import Problem
from . import conda_failures as say, failures
from .conda_replies import answers_in, plain_channel, words_in

#: conda's exceptions by their names, or by what names of a kind begin with.
_KNOWN: tuple[tuple[str, Callable[[str, Mapping[str, Any]], Problem]], ...] = (
    (
        r"(PackagesNotFound|ResolvePackageNotFound|NoPackagesFound)",
        lambda _, told: _not_found(told),
    ),
    (
        r"PackageNotInstalled",
        lambda _, told: say.not_installed([str(told.get("package_name") or "")]),
    ),
    (r"CondaToS(NonInteractive|Rejected)", lambda _, told: _terms(_words(told))),
    (r"\w*UnsatisfiableError", lambda _, told: say.unsatisfiable(_why(_words(told)))),
    (r"SpecsConfigurationConflict", lambda _, told: say.pinned(_list(told, "pinned_specs"))),
    (r"CondaHTTPError|UnavailableInvalidChannel", lambda _, told: _of_a_channel(told)),
    (
        r"CondaSSLError|SSLError|ProxyError|OfflineError|Connect(ion|Timeout)|ReadTimeout",
        lambda _, __: say.unreachable(),
    ),
    (r"NoChannelsConfigured", lambda _, __: say.no_channels()),
    (r"AuthenticationError", lambda _, told: say.denied(_url(told))),
    (
        r"Channel(NotAllowed|Denied)|OperationNotAllowed|DisallowedPackage",
        lambda _, told: say.not_allowed(_first(_words(told))),
    ),
    (
        r"ConfigurationLoad",
        lambda _, told: say.bad_configuration(_text(told, "path"), _text(told, "reason")),
    ),
    (r"EnvironmentIsFrozen", lambda _, __: say.frozen()),
    (
        r"EnvironmentLocationNotFound|EnvironmentNameNotFound|DirectoryNotACondaEnvironment",
        lambda _, told: say.no_environment(
            _text(told, "location", "target_directory", "environment_name")
        ),
    ),
    (r"NoWritablePkgsDir", lambda _, told: say.nowhere_to_keep(_list(told, "pkgs_dirs"))),
    (
        r"(Environment)?NotWritable|NoWritableEnvsDir|CondaToSPermission",
        lambda _, told: say.not_writable(_text(told, "environment_location", "path")),
    ),
    (r"NoSpaceLeft", lambda _, __: failures.disk_full()),
    (r"(Checksum|MD5)Mismatch", lambda _, told: say.bad_file(_file(told))),
    (r"CondaVerification|InvalidArchive", lambda _, told: say.bad_file(_first(_words(told)))),
    (r"\w*ClobberError|LinkError|SafetyError", lambda _, t: say.in_the_way(_first(_words(t)))),
    (r"CorruptedEnvironment|CondaHistory", lambda _, t: say.damaged(_first(_words(t)))),
    (r"MissingDependency", lambda _, __: say.no_rattler()),
    (r"ArgumentError", lambda tool, told: say.too_old(tool, _first(_words(told)))),
    (r"RemoveError", lambda _, told: say.protected(_first(_words(told)))),
    (r"LockError", lambda tool, _: say.locked(tool)),
    (r"(Conda)?MemoryError", lambda tool, _: say.out_of_memory(tool)),
    (r"Invalid(Spec|VersionSpec|MatchSpec)", lambda _, t: say.bad_spec(_first(_words(t)))),
    (r"CondaSignalInterrupt|KeyboardInterrupt", lambda tool, _: say.ended(tool)),
)

_LISTED = re.compile(r"^\s+[-•*] (\S+)\s*$", re.MULTILINE)
#: libmamba's words for a file of a channel that did not come.
_TRANSFER = re.compile(r"Transfer finalized, status: ([45]\d\d) \[(\S+?)\]")
#: libmamba's words for what nobody has.
_NOBODY_HAS = re.compile(r"nothing provides requested (\S+(?: [^,;\n]*\S)?)")
_NO_SUCH = re.compile(r"[─\s](\S+(?: \S+)*?),? (?:which )?does not exist \(perhaps a (?:typo|miss)")
#: What lines of a solver tell of what is in the way; rattler's, libmamba's and conda's.
_TELLING = re.compile(
    r"\b(requires?|conflicts?|nothing provides|does not exist|not installable|constraint"
    r"|missing on the system|can(not)? be installed|no candidates|excluded)\b|->"
)


def explain(tool: str, text: str) -> Problem:
    """Return what went wrong."""
    answers = tuple(answers_in(text))
    words = "\n".join((words_in(text), *(line for told in answers for line in _logged(told))))
    for told in answers:
        found = _of_an_answer(tool, told, words)
        if found is not None:
            return found
    return say.bad_reply(tool) if answers and not words.strip() else _of_words(tool, words)


def _logged(told: Mapping[str, Any]) -> Iterator[str]:
    """Yield what mamba from 2.8.1 on logs: within its answer, and no more beside it (mamba#4202)."""
    records = told.get("log_history") or told.get("log_records")
    for record in records if isinstance(records, list) else ():
        yield str(record.get("message", "")) if isinstance(record, Mapping) else str(record)


def _of_an_answer(tool: str, told: Mapping[str, Any], words: str) -> Problem | None:
    """Return what an answer in JSON says; None where it is not about a failure."""
    errors = told.get("errors")
    if isinstance(errors, list) and errors and isinstance(errors[0], Mapping):
        return _of_an_answer(tool, errors[0], words)
    problems = told.get("solver_problems")
    if isinstance(problems, list):
        said = "\n".join(map(str, problems))
        # So mamba 2 calls what nobody has; which that is stands in its words alone.
        return _of_the_solver(f"{said}\n{words}" if "unsupported request" in said else said)
    name = told.get("exception_name")
    if not isinstance(name, str):
        return None
    known = (found(tool, told) for pattern, found in _KNOWN if re.match(pattern, name))
    return next(known, None) or _of_another(tool, told)


def _of_another(tool: str, told: Mapping[str, Any]) -> Problem:
    """Return what an exception says that is of Python's, or that conda has for many cases."""
    said = _words(told)
    if parts := re.search(r"Incompatible component merge:(.*)", said, re.DOTALL):
        return say.contradiction(re.findall(r"- '([^'\n\\]*)", parts[1]))
    if there := re.search(r"(?i)prefix already exists: ([^\n]+)", said):
        return say.exists(clean(there[1], 200))
    if re.search(r"(?i)\binvalid (package specification|spec\b)", said):
        return say.bad_spec(_first(said))
    known = failures.common(f"{said}\n{told.get('caused_by', '')}") or _of_the_network(said)
    return known or say.inner(tool, _first(said))


def _of_words(tool: str, text: str) -> Problem:
    """Return what lines for people say went wrong, for there is not always an answer."""
    if "Terms of Service ha" in text:
        return _terms(text)
    known = _of_a_transfer(text) or failures.common(text) or _of_the_network(text)
    if known:
        return known
    if "Could not solve for environment specs" in text or _NOBODY_HAS.search(text):
        return _of_the_solver(text)
    if there := _of_what_is_there(text):
        return there
    if option := re.search(
        r"unrecognized arguments?: .*|invalid choice: .*|The following arguments? w\w+ not expected.*",
        text,
    ):
        return say.too_old(tool, clean(option[0], 200))
    return failures.unknown(tool, text)


def _of_what_is_there(text: str) -> Problem | None:
    """Return what mamba misses: an environment, or a package in it."""
    if place := re.search(r"(?i)(?:no prefix found at|prefix does not exist at):? *(.+)", text):
        return say.no_environment(clean(place[1].strip(" '\"."), 200))
    gone = re.search(r"Package is not installed in prefix[\s\S]*?package name: (\S+)", text)
    return say.not_installed([gone[1]]) if gone else None


def _of_a_transfer(text: str) -> Problem | None:
    found = _TRANSFER.search(text)
    return _of_a_channel({"status_code": found[1], "url": found[2]}) if found else None


def _of_the_network(text: str) -> Problem | None:
    found = re.search(
        r"Download error \(\d+\)[^\[\n]*(?:\[(\S+)\])?|(?:Could|Unable) (?:not )?(?:to )?connect to"
        r"|Max retries exceeded|Failed to load subdir|error sending request|Connection refused",
        text,
    )
    return say.unreachable(_channel(found[1] or "")) if found else None


def _of_the_solver(text: str) -> Problem:
    missing = [*_NOBODY_HAS.findall(text), *_NO_SUCH.findall(text)]
    rest = [
        line
        for line in text.splitlines()
        if re.search(r"\b(requires?|conflicts?|constraint|incompatible with|would require)\b", line)
    ]
    if missing and not rest:
        return say.PackagesNotFound(_spec(wanted) for wanted in missing)
    return say.unsatisfiable(_why(text))


def _spec(wanted: str) -> str:
    """Return libmamba's `numpy =99 *`, `six =* *` or `six 3` as people write it."""
    name, *rest = wanted.strip("│├└─ ").split() or [wanted]
    version = next((word for word in rest if word not in ("*", "=*")), "")
    return f"{name}={version}" if re.match(r"\w", version) else name + version


def _not_found(told: Mapping[str, Any]) -> Problem:
    packages = _list(told, "packages") or tuple(_LISTED.findall(_words(told)))
    there = "InPrefix" in str(told.get("exception_name")) or "target environment" in _words(told)
    if there and not told.get("channel_urls"):
        return say.not_installed(packages)
    return say.PackagesNotFound(packages, map(_channel, _list(told, "channel_urls")))


def _terms(text: str) -> Problem:
    return say.TermsNotAccepted(map(_channel, _LISTED.findall(text)))


def _of_a_channel(told: Mapping[str, Any]) -> Problem:
    status, url = str(told.get("status_code", "")), _url(told)
    if status in ("401", "403", "407"):
        return say.denied(url)
    if status == "404":
        return say.no_channel(url)
    return say.unreachable(url)


def _why(text: str) -> str:
    """Return what is in the way, in the tool's own words, shortened."""
    lines = (" ".join(line.strip(" │├└─-\t").split()) for line in text.splitlines())
    telling = dict.fromkeys(line.rstrip(" .:;") for line in lines if _TELLING.search(line))
    return clean("; ".join([*telling][:4]) + "." if telling else "", 600)


def _words(told: Mapping[str, Any]) -> str:
    return str(told.get("message") or told.get("error") or "")


def _first(text: str) -> str:
    """Return the beginning of what was said, as one line that ends in a stop."""
    paragraph = next((part for part in re.split(r"\n\s*\n", text) if part.strip()), "nothing")
    return clean(" ".join(paragraph.split()), 300).rstrip(". ") + "."


def _text(told: Mapping[str, Any], *keys: str) -> str:
    found = next((str(told[key]) for key in keys if told.get(key)), "")
    return " ".join(clean(found, 300).split())


def _list(told: Mapping[str, Any], key: str) -> tuple[str, ...]:
    found = told.get(key)
    return tuple(map(_item, found)) if isinstance(found, list) else ()


def _item(told: object) -> str:
    """Return an entry of a list as text, of conda's channels without what lets one in."""
    if not isinstance(told, Mapping):
        return str(told)
    place = "/".join(str(told[key]) for key in ("location", "name") if told.get(key))
    return f"{told['scheme']}://{place}" if told.get("scheme") and told.get("location") else place


def _url(told: Mapping[str, Any]) -> str:
    said = re.search(r"for url <([a-z]+://[^>\s]+)>", _words(told))
    return _channel(_text(told, "channel_url", "url") or (said[1] if said else ""))


def _channel(url: str) -> str:
    """Return the channel that a file or a platform of it lies in."""
    found = re.sub(r"(/(noarch|[a-z]+-[a-z0-9]+))?/[^/]*\.(json|zst|bz2|conda|gz)\S*$", "", url)
    return plain_channel(found)


def _file(told: Mapping[str, Any]) -> str:
    return _text(told, "url").rpartition("/")[2]
