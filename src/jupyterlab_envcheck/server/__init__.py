"""The HTTP face, for the panel."""
