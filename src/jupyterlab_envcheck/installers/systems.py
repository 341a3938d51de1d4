"""How the package managers of operating systems are spelled: text to read, and never run from here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from ..recommendations import Command

SystemManager = Literal["apt", "dnf", "brew"]

#: Debian calls a package by the name that is imported, with these exceptions among what notebooks
#: import; Fedora calls it as the Python Package Index does.
_DEBIAN: Mapping[str, str] = {
    "beautifulsoup4": "python3-bs4",
    "opencv-python": "python3-opencv",
    "opencv-python-headless": "python3-opencv",
    "pillow": "python3-pil",
    "python-dateutil": "python3-dateutil",
    "pyyaml": "python3-yaml",
    "pyzmq": "python3-zmq",
    "scikit-image": "python3-skimage",
    "scikit-learn": "python3-sklearn",
    "venv": "python3-venv",
}
#: The few that Homebrew has as packages of their own.
_HOMEBREW: Mapping[str, str] = {
    "numpy": "numpy",
    "opencv-python": "opencv",
    "pillow": "pillow",
    "scipy": "scipy",
    "torch": "pytorch",
}


def system_commands(manager: SystemManager, names: Sequence[str]) -> tuple[Command, ...]:
    """Return how the operating system would install its own packages of these libraries.

    `names` are normalised names of distributions. Nothing where the manager has none of them.
    """
    begin: tuple[str, ...]
    match manager:
        case "apt":
            packages = [_DEBIAN.get(name, f"python3-{name}") for name in names]
            begin = ("sudo", "apt", "install")
        case "dnf":
            packages = [f"python3-{name}" for name in names if name != "venv"]
            begin = ("sudo", "dnf", "install")
        case "brew":
            packages = [_HOMEBREW[name] for name in names if name in _HOMEBREW]
            begin = ("brew", "install")
    if not packages:
        return ()
    return (Command(manager=manager, argv=(*begin, *dict.fromkeys(packages))),)


def system_manager(kind: str, path: Sequence[str]) -> SystemManager | None:
    """Return the package manager of the system that a Python belongs to, by its kind and sys.path.

    None where that is unknown: openSUSE's folders are called as Fedora's are.
    """
    if kind == "homebrew":
        return "brew"
    if "/usr/lib/python3/dist-packages" in path:
        return "apt"
    return None
