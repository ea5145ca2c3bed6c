#!/usr/bin/env python3
"""Writes what the worked examples of what-if print into the guide, so that its figures are those of the program.

    Scripts/whatif-guide.py           runs them and rewrites the guide's blocks
    Scripts/whatif-guide.py --check   says whether the guide is what they print; 1 if not

A block of the guide that begins with `$ rmc whatif Models/Scenarios/NAME.yaml` holds that command's output.
"""

import os
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
GUIDE = ROOT / "Documentation/Guides/WhatIf.md"
BLOCK = re.compile(r"    \$ (rmc whatif Models/Scenarios/[\w-]+\.yaml --report \S+)\n(?:(?:    [^\n]*)?\n)*?(?=\n?\S)")


def printed(command):
    """What a command prints, indented as the guide has it."""
    words = command.split()
    words[0] = os.environ.get("RMC", str(ROOT / ".build/release/rmc"))
    run = subprocess.run(
        words + ["--restart"], cwd=ROOT, capture_output=True, text=True, env={**os.environ, "COLUMNS": "120"})
    if run.returncode not in (0, 1):
        sys.exit(f"whatif-guide: {command}: {run.stderr.strip()}")
    lines = [f"    $ {command}"] + [f"    {line.rstrip()}" if line.strip() else "" for line in run.stdout.splitlines()]
    return "\n".join(lines).rstrip() + "\n"


def main():
    before = GUIDE.read_text()
    after = BLOCK.sub(lambda found: printed(found.group(1)), before)
    if after == before:
        print("whatif-guide: the guide is what the examples print")
    elif "--check" in sys.argv[1:]:
        sys.exit("whatif-guide: the guide is not what the examples print; run Scripts/whatif-guide.py")
    else:
        GUIDE.write_text(after)
        print("whatif-guide: the guide is rewritten")


if __name__ == "__main__":
    main()
