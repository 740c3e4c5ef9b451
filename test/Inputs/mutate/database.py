# database.py - writes the compilation database of a copy of the tiny project.
#
#   database.py PROJECT COMPILER
import json
import os
import sys

project, compiler = os.path.realpath(sys.argv[1]), sys.argv[2]
build = os.path.join(project, 'out')
os.makedirs(build, exist_ok=True)
entries = []
for name in sorted(os.listdir(os.path.join(project, 'src'))):
    if name.endswith('.cpp'):
        file = os.path.join(project, 'src', name)
        entries.append({'directory': build, 'file': file,
                        'command': f"{compiler} -std=c++20 -Wall -Werror -o {name}.o -c '{file}'"})
with open(os.path.join(build, 'compile_commands.json'), 'w') as stream:
    json.dump(entries, stream, indent=1)
