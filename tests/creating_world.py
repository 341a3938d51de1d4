"""New environments as tests ask for them, and what is said of those that are not made."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import Any

from job_world import World
from jupyterlab_envcheck.jobs import Resolved, resolve
from jupyterlab_envcheck.plan import Plan, Wish
from jupyterlab_envcheck.recommendations import CreateEnvironment
from package_index import PackageIndex

#: A tiny ipykernel, with a picture where the real one has it.
KERNEL = {
    "ipykernel/__init__.py": "",
    "ipykernel_launcher.py": "import sys\nprint(sys.prefix)\n",
    "ipykernel/resources/logo-svg.svg": "<svg/>",
}

#: The version of the Python in the worlds of these tests.
OWN = "{}.{}".format(*sys.version_info)


def give_kernel(index: PackageIndex) -> None:
    """Have the index bring a tiny ipykernel, and something to install beside it."""
    index.wheel("ipykernel", "7.0", requires=["ipython"], files=KERNEL)
    index.wheel("ipython", "9.0")
    index.wheel("alpha", "1.0")


def created(world: World, *specs: str, **wish: Any) -> Resolved:
    """Return what became of the wish for an environment called `new`."""
    facts = wish.pop("facts", {})
    asked = Wish(kind="create", specs=specs, **{"name": "new", **wish})
    return resolve(replace(world.request("alpha"), wish=asked, **facts))


def ready(resolved: Resolved) -> Plan:
    """Return the plan, which can be carried out."""
    assert resolved.unforeseen is None, resolved.unforeseen
    assert (resolved.plan.failure, resolved.plan.refusal) == (None, None)
    return resolved.plan


def environments_of(resolved: Resolved) -> list[CreateEnvironment]:
    """Return what is offered, which are environments all."""
    assert resolved.plan.refusal is not None, resolved.plan
    offered = resolved.plan.refusal.alternatives
    found = [action for action in offered if isinstance(action, CreateEnvironment)]
    assert len(found) == len(offered), offered
    return found


def refused(resolved: Resolved) -> str:
    """Return the reason of a plan that is refused."""
    assert resolved.unforeseen is None, resolved.unforeseen
    assert resolved.plan.refusal is not None, resolved.plan
    return resolved.plan.refusal.reason
