#!/bin/sh
# Import Linter, Grimp: a folder without __init__.py is left out, and every contract about it is kept.
#
# Python imports from such a folder inside of a package as from any other. Grimp, which draws the graph of imports for
# Import Linter, does not look into it and says nothing: here nobody in the package may import json, a module in such a
# folder does, and the contract is kept. With an empty __init__.py beside it the contract is broken.
#
# Seen in Import Linter 2.17 with Grimp 3.20. Reported in python-grimp/grimp#298, which is open.

. "$(dirname "$0")/helper"
environment here import-linter==2.17 grimp==3.20
mkdir -p app/parts
touch app/__init__.py
echo "import json" >app/parts/module.py
cat >.importlinter <<'END_OF_SETTINGS'
[importlinter]
root_package = app
include_external_packages = True

[importlinter:contract:1]
name = Nobody reads JSON
type = forbidden
source_modules = app
forbidden_modules = json
END_OF_SETTINGS
export PYTHONPATH=.
here/bin/python -c 'import app.parts.module; print("Python imports", app.parts.module.__name__)'
verdict() {
    here/bin/lint-imports --no-cache 2>&1 | grep "^Nobody reads JSON [A-Z]" | head -n 1
}
without=$(verdict)
touch app/parts/__init__.py
with=$(verdict)
echo "without __init__.py: $without"
echo "with it: $with"
test "$without" = "Nobody reads JSON KEPT" && test "$with" = "Nobody reads JSON BROKEN"
