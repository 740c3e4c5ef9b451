#!/usr/bin/env python3
# Runs a command with that many megabytes of address space: limited.py MB CMD...
import os
import resource
import sys

size = int(sys.argv[1]) << 20
resource.setrlimit(resource.RLIMIT_AS, (size, size))
os.execvp(sys.argv[2], sys.argv[2:])
