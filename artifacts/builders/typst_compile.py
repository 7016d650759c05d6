"""Sets one document with Typst, in a process of its own: `python typst_compile.py FOLDER FONTS`.

Reads FOLDER/main.typ, writes FOLDER/document.pdf. A refusal goes to standard error as it is, with
exit code 1. The process is thrown away with all the memory that setting a book takes.
"""

import resource
import sys
from pathlib import Path

import typst

MOST_MEMORY = 8 * 2**30  # bytes of addresses; a book of 2 MB of text takes 1.4 GB


def main(folder: Path, fonts: str) -> int:
    compiler = typst.Compiler(  # type: ignore[misc]  # its stubs leave a type open
        folder / "main.typ", root=folder, font_paths=[fonts], ignore_system_fonts=True
    )
    try:
        compiler.compile(output=folder / "document.pdf", format="pdf", timestamp=0)
    except typst.TypstError as refusal:
        sys.stderr.write(refusal.diagnostic or refusal.message)
        return 1
    return 0


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    sys.exit(main(Path(sys.argv[1]), sys.argv[2]))
