"""Which channels a plan takes conda's packages from: those the environment is made of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from ...facts import Conda
from ...plan import Refusal, Request, ways_out
from ...probe.conda.channels import identity

FORGE, DEFAULTS = "conda-forge", "defaults"

#: What conda calls packages that pip brought.
_NOT_CONDAS = frozenset({"pypi", None})


def channels_of(request: Request, tool: str) -> tuple[str, ...] | Refusal:
    """Return the channels to name, none where those that are configured are meant.

    What most of the environment is of, more is taken from (rules of thumb of conda-forge: its
    packages do not mix with Anaconda's). A mirror that the configuration names is left to it, since
    it can hold a password. Of what an administrator does not allow nothing is taken.
    """
    conda = request.conda
    assert conda is not None  # noqa: S101 - asked before
    configured = conda.config.channels if conda.config is not None else ()
    named = _named(conda, configured, tool)
    allowed = {identity(channel) for channel in request.policy.allowed_channels}
    if not allowed:
        return named
    wanted = named or configured or (DEFAULTS,)
    kept = tuple(channel for channel in wanted if identity(channel) in allowed)
    if kept == wanted:
        return named
    return kept or refused(request, wanted)


def asked_for(request: Request, channels: tuple[str, ...]) -> tuple[str, ...] | Refusal:
    """Return channels that were asked for by name, or a refusal where one is not allowed."""
    theirs = not_allowed(request, channels)
    return refused(request, theirs) if theirs else channels


def refused(request: Request, channels: Iterable[str]) -> Refusal:
    """Refuse what would come from channels that the administrator did not allow."""
    theirs = ", ".join(sorted({identity(channel) for channel in channels}))
    permitted = ", ".join(request.policy.allowed_channels)
    return Refusal(
        reason="channel-not-allowed",
        text=f"This would take packages from {theirs}, and the administrator allows {permitted}.",
        alternatives=(ways_out.create_environment(request),),
    )


def not_allowed(request: Request, channels: Iterable[str]) -> tuple[str, ...]:
    """Return those of the channels that the administrator did not allow."""
    allowed = {identity(channel) for channel in request.policy.allowed_channels}
    return tuple(c for c in channels if allowed and identity(c) not in allowed)


def not_agreed_to(request: Request, tool: str, channels: Iterable[str]) -> tuple[str, ...]:
    """Return those of Anaconda's channels whose terms conda would ask about, and our own tool not."""
    terms = request.conda.terms if request.conda is not None else None
    if tool != "rattler" or terms is None or not terms.asked:
        return ()
    theirs = (c for c in channels if identity(c) == DEFAULTS and c not in terms.accepted)
    return tuple(dict.fromkeys(theirs))


def in_words(request: Request, channels: Sequence[str]) -> str:
    """Return how the channels are called that are looked into."""
    config = request.conda.config if request.conda is not None else None
    looked_into = channels or (config.channels if config is not None else ()) or (DEFAULTS,)
    return ", ".join(dict.fromkeys(map(identity, looked_into)))


def _named(conda: Conda, configured: tuple[str, ...], tool: str) -> tuple[str, ...]:
    counted = Counter(r.channel for r in conda.records if r.channel not in _NOT_CONDAS)
    made_of = [channel for channel, _ in counted.most_common() if channel is not None]
    first = made_of[0] if made_of else None
    if first == FORGE:
        mirrors = tuple(channel for channel in configured if is_mirror(channel))
        if mirrors:
            return mirrors if tool == "rattler" else ()
        others = (c for c in made_of[1:] if c != DEFAULTS and c in configured)
        return (FORGE, *others)
    if first is None:
        # Nothing tells; of rattler and micromamba no configuration of conda's is read by all.
        return configured if configured and tool == "rattler" else ()
    if first == DEFAULTS:
        return (DEFAULTS,) if tool in ("mamba", "micromamba", "rattler") and not configured else ()
    # Somebody's own: the configuration knows how to reach it, if it names it at all.
    known = any(identity(channel) == first for channel in configured)
    return () if known and tool != "rattler" else tuple(c for c in made_of if c != DEFAULTS)


def is_mirror(channel: str) -> bool:
    """Tell whether this is conda-forge at another place than its own."""
    return channel != FORGE and channel.rstrip("/").rsplit("/", 1)[-1] == FORGE
