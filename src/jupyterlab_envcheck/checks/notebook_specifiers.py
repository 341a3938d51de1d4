"""Family notebook: versions that the shell takes for the names of files."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ..facts import Facts, InstallLine
from ..recommendations import Evidence, Finding, Read, Severity, Skip, Source
from .base import Check
from .sources import IPYTHON_PIP

_CONDAS = frozenset({"conda", "mamba", "micromamba"})

#: A requirement whose version the shell takes for a file's name.
_BARE = re.compile(
    r"""(?P<quote>["']?)
        (?P<spec>[A-Za-z0-9][\w.-]*(?:\[[\w,.-]*\])?
          (?:\s?(?:[<>]=?|[~=!]=)\s?[\w.*+!]+)
          (?:,(?:[<>]=?|[~=!]=)[\w.*+!]+)*)
        (?P=quote)""",
    re.VERBOSE,
)


class UnquotedSpecifier(Check):
    """A version in a cell's install line goes to the shell and not to the installer.

    ## What it does
    Reads install lines as a shell does, and looks for a `<` or `>` that redirects.

    ## Why this matters
    `>` writes the installer's output to a file named after the version, and any version is
    installed; `<` reads such a file, and the line fails where there is none. `%pip` hands its line
    to the same shell. `%conda`, `%mamba` and `%micromamba` drop one pair of quotation marks first.

    ## How to fix it
    Put the requirement in quotation marks: `%pip install "six>=1.0"`. With `%conda` two pairs are
    needed: `%conda install '"numpy>=2"'`. A file whose name begins with `=` can be deleted.

    ## Example
    `%pip install six>=1.0` writes a file `=1.0` and installs whichever six is newest.

    ## Tried on
    Real: both lines run in a kernel, by pip and with a stand-in for conda, which note what arrives;
    then the line that is proposed instead. On Linux.
    """

    family = "notebook"
    sources = (
        IPYTHON_PIP,
        Source(
            title="conda issue 2602",
            url="https://github.com/conda/conda/issues/2602",
            passage="An install seemed to hang: the shell had taken the version for the name of a "
            "file to write.",
        ),
        Source(
            title="IPython pull request 15268, on what %conda does to quotation marks",
            url="https://github.com/ipython/ipython/pull/15268",
            passage="The words of %conda reach the shell without the quotation marks around them.",
        ),
    )

    @staticmethod
    def run(facts: Facts) -> Sequence[Finding] | Skip:
        """Return a warning for each line with such a version."""
        notebook = facts.notebook
        if notebook.value is None:
            return Skip(reason=notebook.why_unknown())
        places: dict[str, list[InstallLine]] = {}
        for line in notebook.value.installs:
            if line.redirects:
                places.setdefault(f"{line.cell}:{line.line}", []).append(line)
        return tuple(_unquoted(about, lines, facts) for about, lines in places.items())


def _unquoted(about: str, lines: Sequence[InstallLine], facts: Facts) -> Finding:
    text, tool = lines[0].text, lines[0].tool
    names = [name for line in lines for name in line.redirects]
    joined = re.sub(r"[\s\"']", "", text)
    read = [name for name in names if f"<{name}" in joined]
    written = [name for name in names if name not in read]
    if written:
        title = f"A line for {tool} writes the file {written[0]} and loses the version"
        why = "The shell takes the version for a file's name, and any version is installed."
    else:
        title = f"A line for {tool} reads the file {read[0]} and loses the version"
        why = (
            "The shell takes the version for a file's name, and fails where there is no such file."
        )
    loses_quotes = lines[0].way == "magic" and tool in _CONDAS
    if loses_quotes:
        why += f" %{tool} drops one pair of quotation marks, so that two are needed."
    return Finding(
        about=about,
        severity=Severity.WARNING,
        title=title,
        why=f"{why} Write: {_rewritten(text, twice=loses_quotes)}",
        evidence=(
            Evidence(
                label=f"Line {lines[0].line} of a cell", value=text, source=facts.notebook.source
            ),
            *(
                Evidence(label="File it writes", value=name, source="how a shell reads the line")
                for name in written
            ),
            *(
                Evidence(label="File it reads", value=name, source="how a shell reads the line")
                for name in read
            ),
        ),
        actions=(Read(title="How to write versions", entry="specifiers"),),
    )


def _rewritten(text: str, *, twice: bool) -> str:
    """Return a line with its requirements in quotation marks, where they hold a `<` or `>`."""

    def quoted(match: re.Match[str]) -> str:
        spec = match["spec"]
        if not set("<>") & set(spec) or (match["quote"] and not twice):
            return match[0]
        plain = re.sub(r"\s", "", spec)
        return f"'\"{plain}\"'" if twice else f'"{plain}"'

    return _BARE.sub(quoted, text)
