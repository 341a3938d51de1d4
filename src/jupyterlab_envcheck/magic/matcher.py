"""What IPython's completer asks when Tab is pressed in a line of ours. IPython before 8.6 asks nobody."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from IPython.core.completer import (
    CompletionContext,
    SimpleCompletion,
    SimpleMatcherResult,
    context_matcher,
)

if TYPE_CHECKING:
    from .magics import EnvcheckMagics

#: Up to our magic, which may be indented, or give what it returns a name.
_BEFORE_OURS = re.compile(r"\s*(\w+\s*=\s*)?(?=%{1,2}envcheck\s)")
_FILES = "IPCompleter.file_matcher"


def matcher_of(magics: EnvcheckMagics) -> Any:
    """Return what tells how a line may go on, by the last report of these magics."""

    @context_matcher(identifier="envcheck")
    def completed(context: CompletionContext) -> SimpleMatcherResult:
        before = _BEFORE_OURS.match(context.text_until_cursor)
        if before is None:
            return {"completions": []}
        from .completing import completions, last_word, may_be_file  # noqa: PLC0415 - as in the magic

        line = context.text_until_cursor[before.end() :]
        begun = last_word(line)
        fitting = [
            SimpleCompletion(one)
            for one in completions(line, magics.report)
            if one.lower().startswith(begun.lower())
        ]
        return {
            "completions": fitting or _Nothing(),
            # What IPython takes for the word that is begun ends at a colon: ids have one.
            "matched_fragment": begun,
            "ordered": True,
            "suppress": True,
            "do_not_suppress": {_FILES} if may_be_file(line) else set(),
        }

    return completed


class _Nothing(list[SimpleCompletion]):
    """No completion: what has none suppresses nobody in IPython, which asks for the length."""

    def __len__(self) -> int:
        return 1
