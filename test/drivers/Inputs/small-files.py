#!/usr/bin/env python3
# Runs a command that can write no file of more than 64 bytes, as on a disk that
# is nearly full: small-files.py COMMAND...
import os
import resource
import signal
import sys

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (64, 64))
os.execvp(sys.argv[1], sys.argv[1:])
