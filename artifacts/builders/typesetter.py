"""Sets a document with Typst."""

import subprocess
import sys
from pathlib import Path

from artifacts.builders.errors import BuildError

HERE = Path(__file__).parent
LONGEST_SECONDS = 600


class TypstRefusal(BuildError):
    """Typst cannot set the document; `diagnostic` is its own words, with file and line."""

    def __init__(self, diagnostic: str) -> None:
        super().__init__(diagnostic)
        self.diagnostic = diagnostic


def typeset(folder: Path) -> bytes:
    """The PDF of `main.typ` in a folder, which is all that Typst can read. Raises BuildError.

    Typst runs in a process of its own, so that its memory goes when it ends.
    """
    command = [sys.executable, str(HERE / "typst_compile.py"), str(folder), str(HERE / "fonts")]
    try:
        done = subprocess.run(  # noqa: S603
            command, capture_output=True, text=True, timeout=LONGEST_SECONDS, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise BuildError(f"Typst took more than {LONGEST_SECONDS} seconds") from error
    if done.returncode:
        raise TypstRefusal(done.stderr.strip() or f"Typst ended with code {done.returncode}")
    return (folder / "document.pdf").read_bytes()
