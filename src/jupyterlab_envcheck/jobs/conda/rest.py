"""Asks pip, or uv, about what conda does not bring, with all that is conda's kept as it will be."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ...facts import Interpreter, Package
from ...installers import for_pip
from ...plan import AUTO, Changes, Refusal, Request, WishKind, of_conda, refusals, working
from ...plan.of_conda import Owners
from .. import place
from ..child import Stop
from ..dry_runs import Chosen, DryRuns
from ..refused import Refused
from ..resolve import Resolution, installer_of

BY_PIP = frozenset({"pip", "uv"})


@dataclass(frozen=True, kw_only=True)
class Rest:
    """What pip is asked, in one of conda's environments."""

    request: Request
    interpreter: Interpreter
    owners: Owners
    environ: Mapping[str, str]
    folder: Path
    stop: Stop
    limit: float
    begun: float

    def of(self, specs: Sequence[str], changes: Changes, *, kind: WishKind) -> Resolution:
        """Return what asks about `specs`, once conda has made its changes. Raises `Refused`."""
        request = self.request
        if request.environment is not None and request.environment.externally_managed:
            raise Refused(refusals.only_conda(request))
        packages = of_conda.afterwards(request.packages or (), changes, self.owners)
        asked = replace(
            request,
            wish=replace(request.wish, kind=kind, specs=tuple(filter(for_pip, specs))),
            packages=packages,
            installer=request.installer if request.installer in BY_PIP else AUTO,
        )
        installer = installer_of(asked, self.environ)
        if isinstance(installer, Refusal):
            raise Refused(installer)
        known = {package.name for package in packages}
        brought = of_conda.coming(changes, self.owners).items()
        asking = DryRuns(
            request=asked,
            installer=installer,
            environ=self.environ,
            folder=self.folder,
            stop=self.stop,
            limit=self.limit,
            begun=self.begun,
            pinned=working.pins(self.owners.conda(packages))
            + working.pins_of((name, at) for name, at in brought if name not in known),
            moving=frozenset(of_conda.coming(changes, self.owners)),
        )
        found = Resolution(request=asked, interpreter=self.interpreter, asking=asking)
        there = found.reached()
        if isinstance(there, Refusal):
            raise Refused(there)
        return found

    def chosen(self, pip: Resolution) -> Chosen:
        """Return what pip would install. Raises `Refused` and `Problem`."""
        chosen = pip.asking.chosen()
        there = pip.reached()
        if isinstance(there, Refusal):
            raise Refused(there)
        at_risk = place.would_be_taken(there, self.request.elsewhere)
        self._must_be_own(pip, {choice.name for choice in chosen.choices}, at_risk)
        return chosen

    def must_be_own(self, pip: Resolution, names: Collection[str]) -> None:
        """Raise `Refused` where something that pip is to remove lies elsewhere."""
        self._must_be_own(pip, names, self.request.elsewhere)

    def _must_be_own(
        self, pip: Resolution, names: Collection[str], others: tuple[Package, ...]
    ) -> None:
        not_own = pip.not_own(names, others)
        if not_own:
            raise Refused(refusals.elsewhere(self.request, not_own))
