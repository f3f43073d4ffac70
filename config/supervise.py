"""Runs a few processes as one: all live, or none does. Standard library only.

`make demo` is a web server and a worker. A person who presses Ctrl-C, closes the terminal or kills us
must not leave one of them behind.
"""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from types import FrameType

STOP_SECONDS = 15
PR_SET_PDEATHSIG = 1
STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
# Loaded here: between fork and exec is no place for it.
LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None


def run(commands: Mapping[str, Sequence[str]], env: Mapping[str, str]) -> int:
    """Start the commands and return when one has ended or we are told to stop, with all of them gone.

    Returns 0 if we were told to stop, else the status of the command that ended first (at least 1).
    """
    told = threading.Event()

    def stop(number: int, frame: FrameType | None) -> None:
        told.set()

    before = {number: signal.signal(number, stop) for number in STOPPING}
    processes = {name: _start(command, env) for name, command in commands.items()}
    try:
        while not told.wait(0.2):
            for name, process in processes.items():
                if process.poll() is not None:
                    print(f"{name} ended with status {process.returncode}; stopping.", file=sys.stderr)
                    return max(process.returncode, 1)
        return 0
    finally:
        _stop(list(processes.values()))
        for number, handler in before.items():
            signal.signal(number, handler)


def _start(command: Sequence[str], env: Mapping[str, str]) -> subprocess.Popen[bytes]:
    # Its own session, so that Ctrl-C reaches us alone and we end things in order.
    return subprocess.Popen(command, env=env, start_new_session=True, preexec_fn=_die_with_parent)


def _die_with_parent() -> None:
    """Ask Linux to end the child when we are killed; elsewhere do nothing."""
    if LIBC is not None:
        LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def _stop(processes: list[subprocess.Popen[bytes]]) -> None:
    for process in processes:
        process.terminate()
    for process in processes:
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
