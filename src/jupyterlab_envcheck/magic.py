"""`%envcheck`: the report in a cell, about the interpreter the cell runs in."""

from __future__ import annotations

from collections.abc import Sequence

from IPython.core.magic import Magics, line_magic, magics_class
from IPython.core.magic_arguments import argument, magic_arguments, parse_argstring
from IPython.display import display


@magics_class
class EnvcheckMagics(Magics):
    """The magic of this extension."""

    @magic_arguments()
    @argument(
        "words",
        nargs="*",
        metavar="FAMILY_OR_ID",
        help="only these checks; or `guide [ENTRY]`, or `explain ID`",
    )
    @argument("--json", action="store_true", help="return the report as data")
    @line_magic
    def envcheck(self, line: str) -> object:
        """Tell which environment this notebook runs in, and what is wrong with it."""
        # Loaded when first asked: `%load_ext` stays fast, and brings as little as can be.
        from .problems import Problem  # noqa: PLC0415

        options = parse_argstring(self.envcheck, line)
        try:
            match options.words:
                case ["guide"] | ["guide", _]:
                    _show_page("guide", *options.words[1:])
                case ["explain", name]:
                    _show_page("explain", name)
                case only:
                    return _report(only, as_data=options.json)
        except Problem as problem:
            sentence = f"{problem.message} {problem.hint}"
            display({"text/plain": sentence}, raw=True)
        return None


def _show_page(what: str, name: str | None = None) -> None:
    from .render.catalogue import explanation  # noqa: PLC0415
    from .render.guide import page  # noqa: PLC0415

    shown = explanation(str(name)) if what == "explain" else page(name)
    kind = {} if name is None else {"text/markdown": shown}
    display({**kind, "text/plain": shown}, raw=True)


def _report(only: Sequence[str], *, as_data: bool) -> object:
    from .flow import report_on  # noqa: PLC0415
    from .probe.subject import subject_here  # noqa: PLC0415
    from .recommendations import Target  # noqa: PLC0415
    from .render.html import html  # noqa: PLC0415
    from .render.json import wire  # noqa: PLC0415
    from .render.narrow import narrowed  # noqa: PLC0415
    from .render.text import text  # noqa: PLC0415

    report = report_on(subject_here(), Target(kind="interpreter", name="this notebook"))
    report = narrowed(report, only)
    if as_data:
        return wire(report)
    display({"text/html": html(report), "text/plain": text(report)}, raw=True)
    return None
