"""Requests for plans in conda's environments, with the facts as they are looked at there."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from conda_world import make_conda_env, records
from job_world import UV
from jupyterlab_envcheck import flow
from jupyterlab_envcheck.installers import parse_wish
from jupyterlab_envcheck.jobs import Resolved, resolve
from jupyterlab_envcheck.plan import Plan, Policy, Request, Wish


@dataclass(frozen=True)
class CondaWorld:
    """One environment of conda's."""

    prefix: Path

    def request(self, *specs: str, kind: Any = "install", **facts: Any) -> Request:
        """Return a request with the facts as they are now."""
        subject, target = flow.find_target(str(self.prefix))
        made = flow.request_for(
            subject,
            flow.report_on(subject, target),
            Wish(kind=kind, specs=parse_wish("install" if kind == "back" else kind, specs)),
            installer=facts.pop("installer", "auto"),
            policy=facts.pop("policy", Policy()),
        )
        return replace(made, **{"modules": (), **facts})

    def resolve(self, *specs: str, **facts: Any) -> Resolved:
        """Return what became of a wish."""
        return resolve(self.request(*specs, **facts))

    def plan(self, *specs: str, **facts: Any) -> Plan:
        """Return the plan for a wish, which can be carried out."""
        plan = self.resolve(*specs, **facts).plan
        assert (plan.failure, plan.refusal) == (None, None)
        return plan

    def pip(self, *specs: str) -> None:
        """Install from the index, by uv and without asking."""
        python = str(self.prefix / "bin" / "python")
        argv = [UV, "pip", "install", "--quiet", "--no-config", "--python", python, *specs]
        subprocess.run(argv, check=True)

    def versions(self) -> dict[str, str]:
        """Return what conda has on record."""
        return {name: record["version"] for name, record in records(self.prefix).items()}


def conda_world(prefix: Path, *specs: str) -> CondaWorld:
    """Make an environment, of the channel in a folder."""
    make_conda_env(prefix, "python", *specs)
    return CondaWorld(prefix)
