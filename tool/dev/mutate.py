#!/usr/bin/env python3
# mutate.py - does cotidy find mistakes planted in a real project?
#
#   tool/dev/mutate.py BUILD --seed N [--cotidy BIN] ...
#
# The entry only; the package beside it does the work, `--help` says what it is.
import sys

sys.dont_write_bytecode = True

from mutate.main import main  # noqa: E402

if __name__ == '__main__':
    sys.exit(main())
