"""Keeps an environment's files as they are, tells what differs later, and puts them back."""
