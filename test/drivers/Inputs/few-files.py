#!/usr/bin/env python3
# Runs a command that may have but a few files open at a time, enough to read
# one and too few for a worker: few-files.py COMMAND...
import os
import resource
import sys

resource.setrlimit(resource.RLIMIT_NOFILE, (6, 6))
os.execvp(sys.argv[1], sys.argv[1:])
