#!/bin/sh
# Prints a Python that is new enough to make the environment with, or says plainly what is missing.
# Order: $PYTHON, versioned names on the path, a version manager's own folder, plain names.
lowest="3.12"
fits() { "$1" -c 'import sys; sys.exit(not ((3, 12) <= sys.version_info[:2] < (3, 15)))' >/dev/null 2>&1; }
managed=""
for root in "$PYENV_ROOT" "$HOME/.pyenv"; do
  [ -n "$root" ] && [ -d "$root/versions" ] && managed="$managed $(ls -d "$root"/versions/3.1[2-4]*/bin/python 2>/dev/null | sort)"
done
for candidate in $PYTHON python3.13 python3.12 python3.14 $managed python3 python; do
  if fits "$candidate"; then echo "$candidate"; exit 0; fi
done
if command -v uv >/dev/null 2>&1; then
  candidate=$(uv python find ">=$lowest" 2>/dev/null)
  if [ -n "$candidate" ] && fits "$candidate"; then echo "$candidate"; exit 0; fi
fi
found=$(python3 --version 2>/dev/null || echo "no python3 on the path")
echo "enforcement-sim needs Python $lowest, 3.13 or 3.14; found: $found." >&2
echo "Install one (for example with your system's packages, pyenv, or uv), or say where it is: make PYTHON=/path/to/python ..." >&2
exit 1
