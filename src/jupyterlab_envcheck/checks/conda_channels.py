"""Family conda: which channels an environment's packages come from."""

from __future__ import annotations

from collections.abc import Sequence

from ..facts import Conda, Condarc, CondaRecord, Environment, Facts, Jupyter
from ..installers import CONDA_KINDS, navigator_create
from ..recommendations import Action, Evidence, Finding, Gui, Read, Severity, Skip, Source
from .base import Check
from .installs import create_by_conda, terminal

_FORGE, _DEFAULTS = "conda-forge", "defaults"
#: What Anaconda's own tools bring into a base, and data that fits any build.
_HARMLESS = ("anaconda-", "conda-anaconda-", "_anaconda_depends", "ca-certificates", "certifi")
#: Compiled packages that load each other's libraries, or are built against one another.
_CORE = frozenset(
    {"h5py", "hdf5", "libblas", "matplotlib-base", "numba", "numpy", "numpy-base", "pandas"}
    | {"pyarrow", "pytables", "pytorch", "scikit-learn", "scipy"}
)
#: Hosts that Anaconda serves its own channels from.
_ANACONDAS = ("repo.anaconda.com/", "repo.continuum.io/")
#: Asked for where they are of Anaconda's channels alone, or come with any new environment.
_NOT_ASKED_ANEW = frozenset({"anaconda", "anaconda-navigator", "conda", "ipykernel", "python"})
_MOST_SPECS = 30
_SHOWN = 12  #: names in evidence; the rest is counted

_MANAGE_CHANNELS = Source(
    title="conda, Managing channels",
    url="https://docs.conda.io/projects/conda/en/latest/user-guide/tasks/manage-channels.html",
    passage="Where several channels have a package of one name, their order decides which is "
    "taken; with strict priority none but the first that has it. Mixing them in one environment "
    "is better left alone.",
)


class DefaultsChannelTerms(Check):
    """Packages here come from Anaconda's own channels, which have terms of use.

    ## What it does
    Counts conda's records whose channel is Anaconda's (`defaults`). Where a company's configuration
    lets `defaults` mean channels of its own, nothing is said.

    ## Why this matters
    Those channels are free for many but not for all. conda itself and conda-forge are free. This is
    a pointer to the terms, and no legal advice.

    ## How to fix it
    Nothing need be fixed where the terms suit you. Else make a new environment from conda-forge
    alone; to change channels in place would mix two sets of builds.

    ## Example
    An environment made by `conda create` of Miniconda, in an organisation of 500 people.

    ## Tried on
    Real: conda environments made by rattler, with records rewritten to name Anaconda's channel, and
    one from a single other channel, which is silent.
    """

    family = "conda"
    sources = (
        Source(
            title="Anaconda, Terms of service: frequently asked questions",
            url="https://www.anaconda.com/pricing/terms-of-service-faqs",
            passage="Who may use Anaconda's own channels without paying, and who needs a licence.",
        ),
    )

    @staticmethod
    def run(facts: Facts) -> Sequence[Finding] | Skip:
        """Return an information where there are such packages."""
        found = condas(facts)
        if not isinstance(found, tuple):
            return found or ()
        environment, conda = found
        if are_mirrored(conda.config):
            return ()
        of_anaconda = [record for record in conda.records if record.channel == _DEFAULTS]
        if not of_anaconda:
            return _unread(conda)
        channels = facts.knowledge.channels
        known = channels.rows.get(_DEFAULTS)
        if known is None or known.terms is None:
            return Skip(reason=f"the table of channels of {channels.as_of} does not have this one")
        return (
            Finding(
                severity=Severity.INFO,
                title=f"{len(of_anaconda)} of the {len(conda.records)} conda packages here come "
                "from Anaconda's own channels, which have terms of use",
                why=f"{known.terms} conda itself and conda-forge are free for all. This is no legal "
                "advice: read the terms.",
                evidence=(
                    _names("From Anaconda's channels", of_anaconda, facts.conda.source),
                    Evidence(
                        label="Terms",
                        value=known.url,
                        source=f"our table of channels, as of {channels.as_of}",
                    ),
                ),
                actions=(
                    create_by_conda(
                        environment,
                        asked_for(conda),
                        "If they do not suit you: create an environment from conda-forge alone",
                    ),
                    Read(title="What is free for whom", entry="terms"),
                ),
            ),
        )


class MixedChannels(Check):
    """Compiled packages of two channels that do not fit together are in one environment.

    ## What it does
    Counts the compiled packages that conda's records name as Anaconda's and as conda-forge's.
    Packages without compiled code, certificates and Anaconda's own tools are left out.

    ## Why this matters
    The two channels build with other compilers and other versions of shared libraries. What one
    brings may not load what the other brings, at the next update if not today.

    ## How to fix it
    Make a new environment from one channel. In place it cannot be mended for certain.

    ## Example
    numpy from conda-forge and scipy from Anaconda's `pkgs/main`.

    ## Tried on
    Real: a conda environment made by rattler of two channels, with records rewritten to name the
    real ones, and one of a single channel, which is silent.
    """

    family = "conda"
    sources = (
        _MANAGE_CHANNELS,
        Source(
            title="conda-forge, Tips and tricks",
            url="https://conda-forge.org/docs/user/tipsandtricks/",
            passage="conda-forge and Anaconda's channels are not fully compatible in their "
            "compiled parts; take all from one of them.",
        ),
    )

    @staticmethod
    def run(facts: Facts) -> Sequence[Finding] | Skip:
        """Return a warning; an error where packages that load each other are split."""
        found = condas(facts)
        if not isinstance(found, tuple):
            return found or ()
        environment, conda = found
        forge = [record for record in conda.records if _is_compiled_by(record, _FORGE)]
        anaconda = [record for record in conda.records if _is_compiled_by(record, _DEFAULTS)]
        if not forge or not anaconda:
            return _unread(conda)
        cores = [
            next((r.name for r in part if r.name in _CORE), None) for part in (forge, anaconda)
        ]
        split = all(cores)
        title = (
            f"{len(forge)} compiled packages here are from conda-forge, and {len(anaconda)} from "
            "Anaconda's own channels"
        )
        if split:
            title = f"{cores[0]} is from conda-forge here, and {cores[1]} from Anaconda's channels"
        return (
            Finding(
                severity=Severity.ERROR if split else Severity.WARNING,
                title=title,
                why="The two are built with other compilers and libraries, and may not load each "
                "other's. A new environment from one channel is the sure way out.",
                evidence=(
                    _names("From conda-forge", forge, facts.conda.source),
                    _names("From Anaconda's channels", anaconda, facts.conda.source),
                ),
                actions=_out_of_it(environment, conda, facts.jupyter.value),
            ),
        )


class ChannelPriority(Check):
    """conda looks into several channels, and their order is not strict.

    ## What it does
    Reads conda's configuration for this environment: its channels, and `channel_priority`.

    ## Why this matters
    Unless the priority is strict, conda may take a package from a later channel, and so mix builds
    that do not fit together.

    ## How to fix it
    Best use one channel. Else set the priority to strict; then some sets of packages cannot be
    solved any more, which is better told than mixed.

    ## Example
    A `.condarc` that names conda-forge and defaults, with the flexible priority conda begins with.

    ## Tried on
    Real: a conda environment made by rattler with two channels configured, before and after its
    own `.condarc` makes the order strict.
    """

    family = "conda"
    sources = (_MANAGE_CHANNELS,)

    @staticmethod
    def run(facts: Facts) -> Sequence[Finding] | Skip:
        """Return advice."""
        found = condas(facts)
        if not isinstance(found, tuple):
            return found or ()
        environment, conda = found
        if environment.kind not in CONDA_KINDS:  # pixi has a configuration of its own
            return ()
        config = conda.config
        if config is None:
            return Skip(reason=facts.conda.why_unknown("config"))
        channels = [channel for channel in config.channels if channel != "nodefaults"]
        if len(channels) <= 1 or config.channel_priority == "strict":
            return ()
        priority = config.channel_priority
        return (
            Finding(
                severity=Severity.ADVICE,
                title=f"conda looks into {len(channels)} channels here, and their order is "
                f"{priority or 'flexible'}, not strict",
                why="It may take a package from a later channel, and so mix builds that do not fit "
                "together. With strict priority some sets of packages cannot be solved any more.",
                evidence=(
                    Evidence(
                        label="Channels", value=", ".join(channels), source=facts.conda.source
                    ),
                    Evidence(
                        label="channel_priority",
                        value=priority or "not set, which means flexible",
                        source=facts.conda.source,
                    ),
                    Evidence(
                        label="Configuration",
                        value=", ".join(config.files) or "variables alone",
                        source=facts.conda.source,
                    ),
                ),
                actions=(
                    terminal(
                        "Make the order strict, for this environment",
                        (
                            *("conda", "config", "--file", f"{environment.prefix}/.condarc"),
                            *("--set", "channel_priority", "strict"),
                        ),
                        manager="conda",
                    ),
                    Read(title="Channels, and what is free for whom", entry="terms"),
                ),
            ),
        )


def condas(facts: Facts) -> tuple[Environment, Conda] | Skip | None:
    """Return an environment of conda's and what conda knows of it; None where it is not conda's."""
    environment = facts.environment.value
    if environment is None:
        return Skip(reason=facts.environment.why_unknown())
    if environment.kind not in CONDA_KINDS and environment.kind != "pixi":
        return None
    if facts.conda.value is None:
        return Skip(reason=facts.conda.why_unknown())
    return environment, facts.conda.value


def are_mirrored(config: Condarc | None) -> bool:
    """Tell whether `defaults` means other channels here than Anaconda's, such as a company's."""
    if config is None or not config.default_channels:
        return False
    return not any(is_anacondas(channel) for channel in config.default_channels)


def is_anacondas(channel: str) -> bool:
    """Tell whether a channel, a URL or a name, is one of Anaconda's own."""
    if "://" in channel:
        return channel.partition("://")[2].startswith(_ANACONDAS)
    return channel == _DEFAULTS or channel.startswith("pkgs/")


def asked_for(conda: Conda) -> tuple[str, ...]:
    """Return what to ask for in a new environment that is to hold what this one was made for."""
    names = sorted(set(conda.requested) - _NOT_ASKED_ANEW)
    return tuple(names) if len(names) <= _MOST_SPECS else ()


def _out_of_it(
    environment: Environment, conda: Conda, jupyter: Jupyter | None
) -> tuple[Action, ...]:
    create_it = create_by_conda(
        environment, asked_for(conda), "Create an environment from conda-forge alone"
    )
    read = Read(title="Channels, and what is free for whom", entry="terms")
    if environment.kind not in CONDA_KINDS or jupyter is None or jupyter.navigator is None:
        return (create_it, read)
    return (create_it, Gui(title="In Anaconda Navigator", steps=_in_navigator()), read)


def _in_navigator() -> tuple[str, ...]:
    return ("Open Channels, and leave one channel in the list.", *navigator_create("proj"))


def _is_compiled_by(record: CondaRecord, channel: str) -> bool:
    return (
        record.channel == channel
        and record.subdir not in (None, "noarch")
        and not record.name.startswith(_HARMLESS)
    )


def _names(label: str, records: Sequence[CondaRecord], source: str) -> Evidence:
    names = sorted(record.name for record in records)
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return Evidence(label=label, value=f"{', '.join(names[:_SHOWN])}{more}", source=source)


def _unread(conda: Conda) -> Sequence[Finding] | Skip:
    """Return silence, or that it cannot be told where records do not name their channel."""
    unread = [record.name for record in conda.records if record.channel is None]
    if not unread:
        return ()
    return Skip(reason=f"the record of {unread[0]} does not tell which channel it is from")
