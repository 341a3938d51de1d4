"""How it is found out: asks processes, reads files; changes nothing."""
