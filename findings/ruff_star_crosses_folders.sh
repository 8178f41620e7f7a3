#!/bin/sh
# Ruff: the star in "pages/*.py" also stands for folders.
#
# In a shell, in Python's glob and in a .gitignore, pages/*.py names the files of that one folder; for all below it one
# writes pages/**/*.py. In Ruff's per-file-ignores and exclude the star crosses slashes: what was meant for a few
# scripts lets every module beneath them go unchecked, and "All checks passed!" is all that one sees.
#
# Seen in Ruff 0.17.6. Reported in astral-sh/ruff#6262, of 2023 and still open, and again in #21425.

. "$(dirname "$0")/helper"
environment here ruff==0.17.6
mkdir -p pages/parts
echo "def undocumented(): ..." | tee pages/script.py >pages/parts/module.py
holds=0
for setting in \
    'exclude = ["pages/script.py"]' \
    'exclude = ["pages/*.py"]' \
    'lint.per-file-ignores = {"pages/*.py" = ["D103"]}'
do
    printf '%s\nlint.select = ["D103"]\n' "$setting" >ruff.toml
    complaints=$(here/bin/ruff check --no-cache --output-format concise pages 2>/dev/null | grep -c D103 || true)
    echo "$setting: complaints of pages/parts/module.py: $complaints"
    case $setting in *script*) expected=1;; *) expected=0;; esac
    test "$complaints" = "$expected" || holds=1
done
exit $holds
