"""What a check is."""

from __future__ import annotations

import inspect
import re
from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import ClassVar

from ..facts import Facts
from ..recommendations import Finding, Skip, Source


class Check(ABC):
    """One thing that can be wrong with a kernel's environment.

    A check is its class: the name is its id, the docstring its documentation (first line the title,
    then ``## What it does``, ``## Why this matters``, ``## How to fix it``, ``## Example``,
    ``## Tried on``), the class attributes its place in the catalogue, and ``run`` its whole logic.
    """

    family: ClassVar[str]
    requires: ClassVar[tuple[type[Check], ...]] = ()  #: checks that must pass first
    sources: ClassVar[tuple[Source, ...]] = ()  #: whose advice it is

    @staticmethod
    @abstractmethod
    def run(facts: Facts) -> Sequence[Finding] | Skip:
        """Return what is wrong, nothing where all is well, or why it cannot be told.

        A pure function of the facts.
        """

    @classmethod
    def id(cls) -> str:
        """Return the name people read, type and dismiss: the class name in kebab case."""
        return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", cls.__name__).lower()

    @classmethod
    def title(cls) -> str:
        """Return the first line of the docstring."""
        return inspect.cleandoc(cls.__doc__ or "").splitlines()[0]
