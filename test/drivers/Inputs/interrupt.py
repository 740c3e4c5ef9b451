#!/usr/bin/env python3
# Interrupts a run whose worker would never end, in both ways that users have,
# and kills one outright: no worker may survive. interrupt.py COTIDY FOLDER
import os
import signal
import subprocess
import sys
import time

cotidy, folder = sys.argv[1], sys.argv[2]
wrong = 0


def children(pid):
    with open(f"/proc/{pid}/task/{pid}/children") as text:
        return [int(word) for word in text.read().split()]


def alive(pid):
    try:
        with open(f"/proc/{pid}/stat") as text:
            return text.read().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def wait_for(what, limit=20):
    end = time.time() + limit
    while time.time() < end:
        if result := what():
            return result
        time.sleep(0.02)
    return what()


def heed():
    # Whoever runs the tests may ignore interrupts, which is handed down.
    signal.signal(signal.SIGINT, signal.SIG_DFL)


for sent, status in ((signal.SIGINT, 130), (signal.SIGTERM, 130), (signal.SIGKILL, -9)):
    output = os.path.join(folder, "report.json")
    run = subprocess.Popen([cotidy, "check", "-p", folder, "--root=" + folder, "--cache-dir=" + os.path.join(folder, "cache"),
                            "--format=json", "--output=" + output, "-j2"], stderr=subprocess.PIPE, text=True, preexec_fn=heed)
    workers = wait_for(lambda: children(run.pid))
    run.send_signal(sent)
    _, said = run.communicate(timeout=20)
    left = not wait_for(lambda: not any(map(alive, workers)))
    if not workers or run.returncode != status or left or os.path.exists(output):
        print(f"{sent.name}: workers {workers}, left {left}, status {run.returncode}, said {said!r}")
        wrong += 1

# As under nohup: what is ignored stays ignored.
run = subprocess.Popen([cotidy, "check", "-p", folder, "--root=" + folder, "--no-cache", "--timeout=3", "-j2"],
                       stderr=subprocess.PIPE, text=True, preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN))
wait_for(lambda: children(run.pid))
run.send_signal(signal.SIGHUP)
_, said = run.communicate(timeout=60)
if run.returncode != 2 or "took longer than 3 seconds" not in said:
    print(f"ignored: status {run.returncode}, said {said!r}")
    wrong += 1
sys.exit(1 if wrong else 0)
