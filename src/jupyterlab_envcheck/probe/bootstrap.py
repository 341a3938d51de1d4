"""What stands behind `-c`: parses on Python 2.7, and says "too old" or runs the script."""

from __future__ import annotations

#: The oldest Python the script runs on.
FLOOR = (3, 8)

#: Standard input holds the request in one line, then the script.
BOOTSTRAP = f"""\
import sys
start, end = sys.argv[1:3]
if sys.version_info < {FLOOR}:
    sys.stdout.write('\\n%s{{"result": "error", "error": "too-old", "hint": "%d.%d.%d"}}%s\\n'
                     % ((start,) + tuple(sys.version_info[:3]) + (end,)))
else:
    import json
    request, script = sys.stdin.buffer.read().split(b"\\n", 1)
    space = {{"__name__": "envcheck_probe"}}
    exec(compile(script, "<envcheck probe>", "exec"), space)
    space["child"](json.loads(request.decode()), start, end)
"""
