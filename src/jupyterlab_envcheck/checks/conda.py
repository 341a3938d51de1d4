"""Family conda: whether conda can install here, by its terms and by the room on the disk."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ..facts import Cache, Conda, Condarc, Environment, Facts, Notebook, Terms
from ..installers import CONDA_KINDS
from ..recommendations import Action, Command, Evidence, Finding, Read, Run, Severity, Skip, Source
from .base import Check
from .conda_channels import are_mirrored, asked_for, condas, is_anacondas
from .installs import create_by_conda, terminal

_PAGES = "https://repo.anaconda.com/pkgs/"

_GB = 1_000_000_000
#: Room for one large install and its downloads: a CUDA build of PyTorch takes about as much
#: (rules.md, CND006).
LOW = 5 * _GB
#: What a package cache may take before it is spoken of (rules.md, CND006).
LARGE = 10 * _GB
#: A large cache is spoken of where it takes more than a tenth of what is free (our own bar): on a
#: disk with room for all of it there is nothing to mend.
_PART = 10


class TermsNotAccepted(Check):
    """conda waits for an answer to Anaconda's terms, which a notebook cannot give.

    ## What it does
    Looks whether the conda that made this environment asks for an answer to Anaconda's terms of
    service, whether its configuration looks into Anaconda's channels, and whether an answer lies
    where conda keeps it.

    ## Why this matters
    Without an answer conda installs nothing from those channels, and in a notebook it cannot ask.

    ## How to fix it
    Read the terms and decide; it is your decision, and envcheck never answers for you. Or use
    conda-forge alone, which asks nothing.

    ## Example
    `%conda install numpy` on a new Miniconda ends with an error about terms of service.

    ## Tried on
    Real: a conda environment made by rattler, with a planted record of the plugin that asks, and
    with answers as it writes them.
    """

    family = "conda"
    sources = (
        Source(
            title="Anaconda, Managing terms of service on the command line",
            url="https://www.anaconda.com/docs/getting-started/tos-plugin",
            passage="conda shows the terms of a channel and takes an answer for each; where nobody "
            "can be asked it stops until there is one.",
        ),
    )

    @staticmethod
    def run(facts: Facts) -> Sequence[Finding] | Skip:
        """Return a warning; an error where the notebook installs with conda."""
        found = condas(facts)
        if not isinstance(found, tuple):
            return found or ()
        environment, conda = found
        config = conda.config
        if config is None:
            return Skip(reason=facts.conda.why_unknown("config"))
        # pixi has a configuration of its own, and asks nothing.
        used = _anacondas(config, _system(facts)) if environment.kind in CONDA_KINDS else []
        answers = _answers(facts, conda) if used else None
        if not isinstance(answers, Terms):
            return answers or ()
        rejected = [channel for channel in used if channel in answers.rejected]
        open_ = [channel for channel in used if channel not in (*answers.accepted, *rejected)]
        if not open_ and not rejected:
            return ()
        installs = _installs_by_conda(facts.notebook.value)
        return (
            Finding(
                severity=Severity.ERROR if installs else Severity.WARNING,
                title=f"conda waits for an answer to Anaconda's terms for {_channels(open_)}"
                if open_
                else f"Anaconda's terms are rejected here for {_channels(rejected)} that conda uses",
                why="Until then conda installs nothing from there, and in a notebook it cannot ask. "
                "Whether to accept them is for you to decide; conda-forge asks nothing."
                if open_
                else "conda installs nothing from there. Packages of conda-forge alone do without.",
                evidence=(
                    Evidence(
                        label="No answer for" if open_ else "Rejected for",
                        value=", ".join(open_ or rejected),
                        source=facts.conda.source,
                    ),
                    Evidence(
                        label="Channels conda looks into",
                        value=", ".join(config.channels) or "none set, which means defaults",
                        source=facts.conda.source,
                    ),
                ),
                actions=(
                    terminal(
                        "Read the terms",
                        *(
                            ("conda", "tos", "view", "--override-channels", "--channel", channel)
                            for channel in open_ or rejected
                        ),
                        manager="conda",
                    ),
                    create_by_conda(
                        environment,
                        asked_for(conda),
                        "Or create an environment from conda-forge alone",
                    ),
                    Read(title="What is free for whom", entry="terms"),
                ),
            ),
        )


class DiskUse(Check):
    """The disk is nearly full, or the caches of installers take much of it.

    ## What it does
    Asks how much is free where the environment lies, and adds up the caches of conda, pip, uv,
    pixi and Poetry. It speaks below 5 GB free, and of caches above 10 GB that come to more than a
    tenth of what is free.

    ## Why this matters
    An install that runs out of room stops halfway, and leaves an environment that may be broken.

    ## How to fix it
    Let each tool clean its own cache. conda's and uv's environments may share their files with the
    cache (hard links), so less can come free than a cache seems to hold.

    ## Example
    A home folder with a quota of 20 GB, of which conda's packages take 14.

    ## Tried on
    Recorded facts only.
    """

    family = "conda"
    sources = (
        Source(
            title="conda clean",
            url="https://docs.conda.io/projects/conda/en/latest/commands/clean.html",
            passage="It removes downloaded packages that no environment uses, and can first show "
            "what it would remove.",
        ),
        Source(
            title="uv, Caching",
            url="https://docs.astral.sh/uv/concepts/cache/",
            passage="Pruning removes what is not in use any more; environments link to the cache "
            "where both are on one filesystem.",
        ),
    )

    @staticmethod
    def run(facts: Facts) -> Sequence[Finding] | Skip:
        """Return advice."""
        environment, machine = facts.environment.value, facts.machine.value
        if environment is None:
            return Skip(reason=facts.environment.why_unknown())
        caches = machine.caches if machine is not None else ()
        taken = sum(cache.size or 0 for cache in caches)
        free = environment.free
        is_low = free is not None and free < LOW
        is_large = taken > LARGE and (free is None or taken * _PART > free)
        if not is_low and not is_large:
            return _uncounted(facts, caches)
        large = sorted((c for c in caches if c.size), key=lambda cache: -(cache.size or 0))
        title = f"Caches of packages take {_gb(taken)}"
        if free is not None:
            title = (
                f"{_gb(free)} are free on the disk of this environment"
                if is_low
                else f"{title}, and {_gb(free)} are free"
            )
        evidence = [Evidence(label="Environment", value=environment.prefix, source="its place")]
        if free is not None:
            evidence.append(
                Evidence(label="Free there", value=_gb(free), source=facts.environment.source)
            )
        evidence += [
            Evidence(
                label=f"Cache of {cache.tool}",
                value=f"{_gb(cache.size or 0)} in {cache.path}",
                source=facts.machine.source,
            )
            for cache in large[:8]
        ]
        return (
            Finding(
                severity=Severity.ADVICE,
                title=title,
                why="An install that runs out of room stops halfway. Environments may share files "
                "with a cache, so cleaning it can free less than it holds.",
                evidence=tuple(evidence),
                actions=(
                    *_cleaning(environment, large),
                    Read(title="Where the room goes", entry="disk"),
                ),
            ),
        )


def _answers(facts: Facts, conda: Conda) -> Terms | Skip | None:
    """Return what was answered, why that is unknown, or None where conda asks nothing."""
    terms = conda.terms
    if terms is None or terms.asked is None:
        return Skip(reason=facts.conda.why_unknown("terms" if terms is None else "terms.asked"))
    if not terms.asked:
        return None
    unread = facts.conda.unknown.get("terms")
    return terms if unread is None else Skip(reason=unread)


def _anacondas(config: Condarc, system: str | None) -> list[str]:
    """Return the URLs of Anaconda's channels that conda would look into here."""
    names = config.channels or ("defaults",)
    found: list[str] = []
    for name in names:
        if name == "defaults" and not are_mirrored(config):
            own = [c.rstrip("/") for c in config.default_channels or () if is_anacondas(c)]
            found += own or [f"{_PAGES}main", f"{_PAGES}r"]
            found += [f"{_PAGES}msys2"] if system == "Windows" and not own else []
        elif name.startswith("pkgs/") and is_anacondas(name):
            found.append(_PAGES + name.removeprefix("pkgs/"))
    return list(dict.fromkeys(found))


def _system(facts: Facts) -> str | None:
    return facts.machine.value.system if facts.machine.value is not None else None


def _installs_by_conda(notebook: Notebook | None) -> bool:
    return notebook is not None and any(line.tool == "conda" for line in notebook.installs)


def _channels(channels: Sequence[str]) -> str:
    return f"{len(channels)} channel{'s' * (len(channels) != 1)}"


def _uncounted(facts: Facts, caches: Sequence[Cache]) -> Sequence[Finding] | Skip:
    """Return silence, or why it cannot be told that there is room enough."""
    environment, machine = facts.environment, facts.machine
    if environment.value is not None and environment.value.free is None:
        return Skip(reason=environment.why_unknown("free"))
    if machine.value is None:
        return Skip(reason=machine.why_unknown())
    unknown = next((cache for cache in caches if cache.size is None), None)
    if unknown is None:
        return ()
    why = machine.why_unknown(f"caches.{unknown.path}")
    return Skip(reason=f"the size of {unknown.path} is not known: {why}")


def _cleaning(environment: Environment, caches: Sequence[Cache]) -> tuple[Action, ...]:
    commands = tuple(_commands(environment, dict.fromkeys(cache.tool for cache in caches)))
    return (Run(title="Let the tools clean their caches", commands=commands),) if commands else ()


def _commands(environment: Environment, tools: dict[str, None]) -> Iterator[Command]:
    for tool in tools:
        if tool == "pip" and environment.has_pip is not False:
            own = (environment.python, "-m", "pip", "cache", "purge")
            yield Command(manager="pip", argv=own)
        for argv in _CLEANING.get(tool, ()):
            yield Command(manager=tool, argv=argv)


#: conda shows first what it would remove.
_CLEANING: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "conda": (("conda", "clean", "--all", "--dry-run"), ("conda", "clean", "--all")),
    "uv": (("uv", "cache", "prune"),),
    "pixi": (("pixi", "clean", "cache"),),
    "poetry": (("poetry", "cache", "clear", "--all", "."),),
}


def _gb(size: int) -> str:
    return f"{size / _GB:.1f} GB"
