"""Requests for plans as literals: a healthy venv, of which a test changes what it is about."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from jupyterlab_envcheck.facts import Package
from jupyterlab_envcheck.plan import PlanTarget, Request, Wish
from make_facts import ENVIRONMENT, INTERPRETER, package as make_package

MARKERS = {"python_version": "3.13", "sys_platform": "linux"}


def package(name: str, version: str | None = "1.0", *requires: str) -> Package:
    return make_package(
        name, version, location="/p/lib/python3.13/site-packages", requires=requires
    )


def request(*packages: Package, specs: tuple[str, ...] = ("alpha",), **facts: Any) -> Request:
    environment = replace(
        ENVIRONMENT, name="proj", prefix="/p", python="/p/bin/python", tool="/p/bin/python"
    )
    interpreter = replace(
        INTERPRETER,
        executable="/p/bin/python",
        prefix="/p",
        site_packages=("/p/lib/python3.13/site-packages",),
        path=(),
        markers=MARKERS,
    )
    environment = replace(environment, **facts.pop("environment", {}))
    whole = Request(
        id="p",
        target=PlanTarget(prefix="/p", python="/p/bin/python", name="proj"),
        wish=Wish(kind="install", specs=specs),
        environment=environment,
        interpreter=interpreter,
        packages=packages,
        fingerprint="f",
        shares_server=False,
        modules=(),
    )
    return replace(whole, **facts)
