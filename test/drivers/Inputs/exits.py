#!/usr/bin/env python3
# Runs a command and succeeds if it ends with the given status:
# exits.py STATUS COMMAND...
import subprocess
import sys

status = subprocess.run(sys.argv[2:]).returncode
if status != int(sys.argv[1]):
    print(f"status {status}, expected {sys.argv[1]}: {' '.join(sys.argv[2:])}", file=sys.stderr)
    sys.exit(1)
