"""The kernel messages that are no activity: loaded at the server's start, and so kept light."""

from __future__ import annotations

from typing import Any

#: What the extension asks on the control channel, and JupyterLab's own subshells. Jupyter Server
#: calls its list "a superset of the message types sent on any channel other than shell", and lacks
#: these.
UNTRACKED = ("usage_request", "usage_reply", "create_subshell_request", "delete_subshell_request")


def make_untracked(kernel_manager: Any) -> None:
    """Add the message types that are no activity; a manager without such a list is left alone."""
    types = getattr(kernel_manager, "untracked_message_types", None)
    if types is not None:
        missing = [message_type for message_type in UNTRACKED if message_type not in types]
        kernel_manager.untracked_message_types = [*types, *missing]
