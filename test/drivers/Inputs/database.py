#!/usr/bin/env python3
# Writes a compilation database: database.py FOLDER COMMAND...
# `HERE` in a command stands for the folder; the unit is the command's last word.
# The commands' folder is FOLDER, the file FOLDER/compile_commands.json.
import json
import os
import sys

folder = os.path.abspath(sys.argv[1])
entries = []
for command in sys.argv[2:]:
    command = command.replace("HERE", folder)
    unit = command.split()[-1].strip("\"'")
    entries.append({"directory": folder, "file": unit, "command": command})
with open(os.path.join(folder, "compile_commands.json"), "w") as out:
    json.dump(entries, out, indent=1)
