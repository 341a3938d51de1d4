"""A plan for a terminal: what would change, what follows from it, and exactly what would run."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from ..installers import shell_line
from ..plan import Added, Changes, NewKernelspec, Plan, Refusal, Removed, Restart, Updated
from ..recommendations import Gui
from .alternatives import lines_of
from .builds import is_anew, origin, step
from .wishes import sentence_of, size

_DIFF = {"+": "green", "-": "red", "@": "cyan"}


def print_plan(
    plan: Plan, console: Console, *, where: str | None = None, target: str | None = None
) -> None:
    """Write a plan to a rich console.

    `where` tells of the environment more than the plan does; `target` is the word for it that was
    typed, for the commands that are shown.
    """
    console.print(Text(sentence_of(plan.wish, plan.target.name), style="bold"), soft_wrap=True)
    console.print(Text(where or f"{plan.target.name} · {plan.target.prefix}"), soft_wrap=True)
    console.print()
    if plan.failure is not None:
        console.print(Text(plan.failure.message))
        console.print(Text(plan.failure.hint))
    elif plan.refusal is not None:
        print_refusal(plan.refusal, console, target)
    else:
        _print_ready(plan, console)


def changes_anything(plan: Plan) -> bool:
    """Tell whether there is anything to carry out."""
    return bool(plan.argv or plan.kernelspec or plan.pinned) or plan.changes != Changes()


def print_refusal(refusal: Refusal, console: Console, target: str | None) -> None:
    """Write why something is not done, and what would work."""
    console.print(Text("This is not done."))
    console.print(Text(refusal.text))
    if refusal.alternatives:
        console.print()
        console.print(Text("What would work:"))
    for action in refusal.alternatives:
        console.print(_indented(Text(f"{action.title.rstrip('…')}:")))
        if isinstance(action, Gui):
            for number, step in enumerate(action.steps, 1):
                console.print(_indented(marked(Text(f"{number}."), step), 4))
        for line in lines_of(action, target):
            # Not broken up: whoever copies a command wants it whole.
            console.print(Text(f"    {line}"), soft_wrap=True)


def changes_table(changes: Changes) -> Table:
    """Return what comes, changes and goes as a table."""
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="dim")
    table.add_column("Change", no_wrap=True)
    table.add_column("Package", overflow="fold")
    table.add_column("Version", overflow="fold")
    table.add_column("Size", no_wrap=True, justify="right")
    everything: tuple[Added | Updated | Removed, ...] = (
        *changes.install,
        *changes.update,
        *changes.remove,
    )
    mixed = any(change.by is not None for change in everything)
    if mixed:  # an environment of conda's, in which pip has a part, too
        table.add_column("By", overflow="fold")
    for new in changes.install:
        _add_row(table, "added", "green", new, new.version, mixed=mixed)
    for each in changes.update:
        what = "anew" if is_anew(each) else "changed"
        _add_row(table, what, "yellow", each, step(each), mixed=mixed)
    for gone in changes.remove:
        _add_row(table, "removed", "red", gone, gone.version, mixed=mixed)
    return table


def consequences(plan: Plan) -> Iterator[str]:
    """Return what follows from carrying a plan out, in sentences."""
    yield from _room(plan)
    if plan.changes != Changes() and plan.wish.kind != "create":  # nothing runs there yet
        if not plan.changes.remove:
            yield "Nothing is removed."
        yield restart_words(plan.restart)
    if plan.undo.possible:
        yield "This can be undone."
    else:
        yield "This cannot be undone" + (
            f": {plan.undo.reason.rstrip('.')}." if plan.undo.reason else "."
        )


def _room(plan: Plan) -> Iterator[str]:
    sizes = [new.size for new in plan.changes.install]
    sizes += [each.size for each in plan.changes.update]
    needed = plan.disk.needed if plan.disk is not None else None
    needed = sum(count or 0 for count in sizes) if needed is None else needed
    if not needed:
        return
    begin = "At least " if None in sizes else ""
    free = plan.disk.free if plan.disk is not None else None
    yield f"{begin}{size(needed)} to download" + (
        "." if free is None else f"; {size(free)} are free."
    )


def restart_words(restart: Restart) -> str:
    """Return whether the kernel must start anew afterwards, and because of what."""
    if not restart.needed:
        return "No kernel restart is needed."
    if restart.modules:
        modules = ", ".join(restart.modules)
        return f"The kernel needs a restart afterwards, because it has imported {modules}."
    return "A running kernel needs a restart afterwards if it has imported what changes."


def _print_ready(plan: Plan, console: Console) -> None:
    if plan.changes != Changes():
        console.print(_indented(changes_table(plan.changes)))
        console.print()
    for warning in plan.warnings:
        console.print(marked(Text("▲", style="yellow"), warning))
    if not changes_anything(plan):
        if not plan.warnings:
            console.print(Text("There is nothing to do."))
        return
    if plan.warnings:
        console.print()
    for sentence in consequences(plan):
        console.print(Text(sentence))
    if plan.kernelspec is not None:
        console.print()
        _print_kernelspec(plan.kernelspec, console)
    if plan.argv:
        console.print()
        console.print(Text("What runs:"))
    for argv in plan.argv:
        console.print(Text(f"  {shell_line(argv)}"), soft_wrap=True)


def _print_kernelspec(spec: NewKernelspec, console: Console) -> None:
    console.print(Text.assemble("A kernel called “", (spec.display_name, "bold"), "” is made:"))
    console.print(Text(f"  {spec.folder}"), soft_wrap=True)
    for line in spec.diff:
        console.print(Text(f"  {line}", style=_DIFF.get(line[:1], "")), soft_wrap=True)


def _add_row(
    table: Table,
    what: str,
    style: str,
    change: Added | Updated | Removed,
    version: str,
    *,
    mixed: bool,
) -> None:
    count = None if isinstance(change, Removed) else change.size
    cells = [
        Text(what, style=style),
        Text(change.name),
        Text(version),
        Text("" if count is None else size(count)),
    ]
    if mixed:
        cells.append(Text(origin(change), style="dim"))
    table.add_row(*cells)


def marked(mark: Text, sentence: str) -> Table:
    """Return a sentence with a mark before it, beside all its lines."""
    line = Table.grid(padding=(0, 1))
    line.add_row(mark, Text(sentence))
    return line


def _indented(part: Table | Text, by: int = 2) -> Padding:
    return Padding(part, (0, 0, 0, by), expand=False)
