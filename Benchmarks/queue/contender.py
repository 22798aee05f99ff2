"""A worker that takes its turns: it stands still while another runs,
and is measured by what the kernel counts of it.
"""

import os
import signal
import subprocess
import time
from pathlib import Path


class Contender:
    """A process on one core, stopped until its first turn."""

    def __init__(self, name: str, command: list[str], environment: dict[str, str], log: Path, core: int):
        self.name, self.log = name, log
        self.seconds = 0.0  # of wall time, in its own turns
        self.finished = False
        self._output = log.open("wb")
        self._process = subprocess.Popen(
            ["taskset", "-c", str(core), *command], env=environment, stdout=self._output, stderr=subprocess.STDOUT,
            # A process group that has stopped members is hung up when the shell that it was started from ends.
            start_new_session=True)
        self._signal(signal.SIGSTOP)

    def take_turn(self, seconds: float) -> None:
        """Lets it run for so long, or to its end."""
        began = time.monotonic()
        self._signal(signal.SIGCONT)
        while time.monotonic() - began < seconds and not self.finished:
            time.sleep(0.02)
            self.finished = self._has_ended()
        self.seconds += time.monotonic() - began
        if not self.finished:
            self._signal(signal.SIGSTOP)

    def _has_ended(self) -> bool:
        pid, status, usage = os.wait4(self._process.pid, os.WNOHANG)
        if not pid:
            return False
        self._process.returncode = os.waitstatus_to_exitcode(status)
        self.cpu_seconds = usage.ru_utime + usage.ru_stime
        self.peak_megabytes = usage.ru_maxrss / 1024
        if self._process.returncode:
            raise RuntimeError(f"{self.name} ended with {self._process.returncode}:\n{self.log.read_text()[-4000:]}")
        return True

    def _signal(self, number: int) -> None:
        os.kill(self._process.pid, number)

    def stop(self) -> None:
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()
        self._output.close()
