"""Names that tell: what a secret is called, and accounts that are nobody's own."""

from __future__ import annotations

import re

#: Wherever in a name: DBPASSWORD, AWS_SECRETKEY, _authToken. Not in tokenizers or secretstorage.
_ANYWHERE = (
    r"token(?!i[sz])|secret(?!storage)|passw(?:or)?d|passphrase|credential|signature"
    r"|(?:api|access|account|private|encryption|shared)[_-]?key"
)
#: Only as a word of their own: not in COMPASS, KEYBOARD or PATH.
_ALONE = r"pass|pwd|pat|cookie|private|salt|dsn|auth|key|sig"
#: A regular expression's source: what finds a whole name; the place before it must be a name's begin.
#: PWD and OLDPWD are folders, of shells.
OF_A_SECRET = (
    rf"(?i:(?!(?:OLD)?PWD(?![\w.-]))(?=[\w.-]*?(?:{_ANYWHERE}"
    rf"|(?:(?<![A-Za-z])|PG|(?-i:(?<=[a-z])(?=[A-Z])))(?:{_ALONE})s?(?![A-Za-z])))[\w.-]++)"
)
_OF_A_SECRET = re.compile(rf"(?<![\w.-]){OF_A_SECRET}")

#: Names of accounts and machines that are nobody's own, and words of the reports themselves.
_IMPERSONAL = frozenset(
    {
        *("root", "user", "admin", "administrator", "guest", "ubuntu", "debian", "ec2-user"),
        *("jovyan", "jupyter", "conda", "mambauser", "python", "runner", "vscode", "codespace"),
        *("localhost", "localhost.localdomain", "linux", "docker", "app", "dev", "test", "git"),
    }
)


def is_of_a_secret(name: str) -> bool:
    """Return whether a variable, setting, option or key of this name holds a secret."""
    return _OF_A_SECRET.search(name) is not None


def is_personal(name: str) -> bool:
    """Return whether the name of an account or machine tells somebody: python3 and jupyter do not."""
    return len(name) > 1 and name.lower().rstrip("0123456789") not in _IMPERSONAL
