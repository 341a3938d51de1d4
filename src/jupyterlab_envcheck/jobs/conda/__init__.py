"""Plans and carries out what belongs to conda: by conda, mamba, micromamba, or py-rattler."""
