"""Finds out what is the case: by files, by the process from outside, by a child, by the kernel."""
