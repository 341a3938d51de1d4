"""Runs a plan in a process of its own, streams what it says, cancels it, and proves the result."""
