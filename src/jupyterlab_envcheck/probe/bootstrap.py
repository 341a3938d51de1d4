"""What stands behind `-c`: parses on Python 2.7, and says "too old" or runs the scripts."""

from __future__ import annotations

#: The oldest Python the script runs on.
FLOOR = (3, 8)

#: Standard input holds the request in one line, then the scripts with a null byte between them.
BOOTSTRAP = f"""\
import sys
start, end = sys.argv[1:3]
if sys.version_info < {FLOOR}:
    sys.stdout.write('\\n%s{{"result": "error", "error": "too-old", "hint": "%d.%d.%d"}}%s\\n'
                     % ((start,) + tuple(sys.version_info[:3]) + (end,)))
else:
    import json
    request, scripts = sys.stdin.buffer.read().split(b"\\n", 1)
    request = json.loads(request.decode())
    space = {{"__name__": "envcheck_probe"}}
    for script in scripts.split(b"\\0"):
        exec(compile(script, "<envcheck probe>", "exec"), space)
    space[request["entry"]](request, start, end)
"""
