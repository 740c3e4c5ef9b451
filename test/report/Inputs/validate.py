#!/usr/bin/env python3
# Validates JSON files by a schema: validate.py SCHEMA FILE... Another Python's
# module serves as well, if this one lacks it.
import json
import subprocess
import sys

try:
    import jsonschema
except ImportError:
    if sys.executable == "/usr/bin/python3":
        raise
    sys.exit(subprocess.run(["/usr/bin/python3", *sys.argv]).returncode)

schema = json.load(open(sys.argv[1], encoding="utf-8"))
for name in sys.argv[2:]:
    jsonschema.validate(json.load(open(name, encoding="utf-8")), schema)
