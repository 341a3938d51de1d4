"""Why an install or its dry run failed, in sentences; the same words whichever tool it was."""

from __future__ import annotations

import re

from ..facts.text import clean
from ..problems import Problem

_NAME = r"([A-Za-z0-9][A-Za-z0-9._\-\[\]]*)"


def not_found(name: str) -> Problem:
    """Say that there is no such project on the index."""
    return Problem(
        "not-found",
        f"The package index has no package called {name}.",
        "Look at the spelling. The name to install can differ from the name to import.",
    )


def no_version(wanted: str, available: str = "") -> Problem:
    """Say that the project is there and the version is not."""
    versions = [version.strip() for version in available.split(",") if version.strip()]
    known = f" The newest there is {clean(versions[-1], 60)}." if versions else ""
    return Problem(
        "no-version",
        f"The package index has no version that fits {wanted}.{known}",
        "Ask for another version, or for none and take the newest that fits.",
    )


def wrong_python(name: str, needs: str) -> Problem:
    """Say that every version needs another Python."""
    return Problem(
        "wrong-python",
        f"No version of {name} runs on this environment's Python: it needs Python {needs}.",
        "Create an environment with a Python that fits, and use it for this notebook.",
    )


def no_wheel(name: str) -> Problem:
    """Say that the wheels are for other machines or Pythons."""
    return Problem(
        "no-wheel",
        f"{name} has no ready-made package for this Python and this machine.",
        "Ask for another version, or create an environment with another Python.",
    )


class OnlySource(Problem):
    """There is source code only, and building it would run it."""

    def __init__(self, wanted: str) -> None:
        super().__init__(
            "only-source",
            f"{wanted} is there as source code only. Building it runs code of the package on this "
            "machine before anything is installed, so it was not done.",
            "If you trust the package, let it be built; or ask for another version.",
        )
        self.wanted = wanted


def build_failed(name: str, said: str) -> Problem:
    """Say that a package's own code could not make something to install of its source."""
    words = clean(said, 200).rstrip(".")
    return Problem(
        "build-failed",
        f"{name} could not be built from its source{f': {words}' if words else ''}.",
        "Look at what the package's own pages say of building it, or ask for another version.",
    )


def bad_index() -> Problem:
    """Say that what answers is no package index, or a broken one."""
    return Problem(
        "bad-index",
        "The package index answered with something that is no list of packages.",
        "Look at the address of the index that is configured, and whether one must sign in to "
        "the network in a browser first.",
    )


def bad_file(name: str) -> Problem:
    """Say that the file of a package is no package."""
    return Problem(
        "bad-file",
        f"The file that the package index has for {name} is damaged, so it was not installed.",
        "Ask for another version, or tell whoever looks after the package or the index.",
    )


def conflict(detail: str) -> Problem:
    """Say that nothing satisfies everybody."""
    return Problem(
        "conflict",
        f"This does not fit together with what is installed. {detail}".strip(),
        "Ask for other versions, or create an environment of its own for it.",
    )


def unreachable() -> Problem:
    """Say that the index does not answer."""
    return Problem(
        "unreachable",
        "The package index could not be reached.",
        "Look at the network, the proxy and the index that is configured, then try again.",
    )


def denied() -> Problem:
    """Say that the index wants to know who asks."""
    return Problem(
        "denied",
        "The package index refused the request.",
        "Look at the user name, password or token that is configured for it.",
    )


def disk_full() -> Problem:
    """Say that no space is left."""
    return Problem(
        "disk-full",
        "The disk is full.",
        "Free some space, for instance with “pip cache purge” or “uv cache clean”, and try again.",
    )


def not_permitted() -> Problem:
    """Say that the files cannot be written."""
    return Problem(
        "not-writable",
        "The installer may not write to the environment.",
        "Create an environment of your own, or ask whoever looks after this one.",
    )


def hash_mismatch(name: str) -> Problem:
    """Say that the index sent another file than the plan named."""
    return Problem(
        "hash-mismatch",
        f"The package index sent another file for {name} than the one in the plan, so it was not "
        "installed.",
        "Make a new plan, and look at whether the index can be trusted.",
    )


def no_hash(name: str) -> Problem:
    """Say that a file has no hash where one is demanded."""
    return Problem(
        "no-hash",
        f"There is no hash for the file of {name}, so that it cannot be told from another.",
        "Use an index that gives hashes, as the Python Package Index does.",
    )


def changed() -> Problem:
    """Say that the plan was made for another state of the environment."""
    return Problem(
        "changed",
        "The environment changed after the plan was made, so nothing was done.",
        "Make a new plan.",
    )


def locked() -> Problem:
    """Say that another job is at work in the environment."""
    return Problem(
        "locked",
        "Another job is changing this environment.",
        "Wait until it has ended, or cancel it; then make a new plan.",
    )


def interrupted() -> Problem:
    """Say that an earlier change has to be put back first."""
    return Problem(
        "interrupted",
        "An earlier change of this environment was interrupted, so that it may be half done.",
        "Put the environment back as it was; then make the plan again.",
    )


def redirected(planned: str, reached: str) -> Problem:
    """Say that the environment's Python would install into another one."""
    return Problem(
        "redirected",
        f"The installer would reach {reached} and not {planned}, which the plan is for.",
        "The kernel is started with a variable, such as PYTHONHOME, that installers do not get. "
        "Take it out of the kernelspec.",
    )


def unproved(why: str) -> Problem:
    """Say that the installer has run, and that what it did could not be seen."""
    return Problem(
        "unproved",
        f"The installer has ended, but what it did could not be looked at: {why}.",
        "Refresh the report to see what is there now.",
    )


def unforeseen(error: Exception) -> Problem:
    """Say that envcheck itself made a mistake, before anything was changed."""
    return Problem(
        "internal-error",
        f"envcheck failed, and nothing was changed: {in_words(error)}.",
        "This is a mistake in envcheck. Please report it, with what the server's log says of it.",
    )


def in_words(error: Exception) -> str:
    """Return an error as Python shows its last line."""
    return clean(f"{type(error).__name__}: {error}".rstrip(". :"), 300)


def timed_out(seconds: float) -> Problem:
    """Say that it took too long and was ended."""
    return Problem(
        "timed-out",
        f"The installer did not finish in {seconds:.0f} seconds and was ended.",
        "Try again; if the network is slow, ask for fewer packages at a time.",
    )


def unknown(tool: str, text: str) -> Problem:
    """Give the tool's own last words, for what nobody foresaw."""
    words = [line.strip() for line in text.splitlines() if line.strip()]
    errors = [line for line in words if line.lower().startswith("error")]
    said = clean((errors or words or ["nothing"])[-1], 300)
    return Problem(
        "installer-failed",
        f"{tool} failed and said: {said}",
        f"Search the web for what {tool} said, or try the command in a terminal.",
    )


def without_records(name: str) -> Problem:
    """Say that nobody knows which files a package is made of."""
    return Problem(
        "no-record",
        f"{name} has no list of its files, so that the installer cannot take it away to put "
        "another in its place.",
        "Create an environment for the project, where it is installed whole.",
    )


def common(text: str) -> Problem | None:
    """Return what the system or the network said, which both tools pass on alike."""
    if re.search(r"No space left on device|\[Errno 28\]|os error 28\b|not enough space", text):
        return disk_full()
    if re.search(r"\b(401|403)\b.*(Client Error|Forbidden|Unauthorized)|status code 40[13]", text):
        return denied()
    if re.search(r"Permission denied|\[Errno 13\]|os error 13\b|Read-only file system", text):
        return not_permitted()
    return None


def first(pattern: str, text: str) -> re.Match[str] | None:
    """Return the first match of `pattern`, in which NAME stands for a package's name."""
    return re.search(pattern.replace("NAME", _NAME), text)
