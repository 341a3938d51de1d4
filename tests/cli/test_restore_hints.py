"""`restore`: what is said of a file that is not there, or not read to its end."""

from __future__ import annotations

from pathlib import Path

from command_line import Command


def test_file_that_is_not_there_names_both_kinds_that_are_read(
    envcheck: Command, tmp_path: Path
) -> None:
    path = tmp_path / "nothing.txt"
    assert envcheck.bare("restore", str(path)) == 2
    assert envcheck.err == (
        f"{path} cannot be read: it is not there.\nName an environment.yml or a requirements.txt.\n"
    )


def test_lines_that_are_not_read_name_the_option_to_go_on_without_them(
    envcheck: Command, tmp_path: Path
) -> None:
    path = tmp_path / "requirements.txt"
    path.write_text("six\n-e .\n")
    assert envcheck.bare("restore", str(path)) == 2
    assert envcheck.err.endswith(
        "Take the line out or write it in another way, or go on without it: the plan says so. "
        "For that there is --without-lines.\n"
    )
