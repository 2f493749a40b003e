"""Runs one program at a time, and ends it when this one is told to end or has died."""
import signal
import subprocess
import time

LONGEST_S = 900  # of one certification; a level ends by itself long before
GRACE_S = 20  # for the program to end its drivers and remove its folder
# However this program ends, the one that it runs is asked to end.
TIED = ["setpriv", "--pdeathsig", "TERM", "--"]


class Ended(Exception):
    """This program was told to end, by `signal`."""

    def __init__(self, number):
        super().__init__(signal.Signals(number).name)
        self.signal = number


class Programs:
    """A signal throws nothing where it comes in: it is told to the program that runs, and run()
    throws once that has ended."""

    def __init__(self):
        self.running = self.signal = None

    def watch_signals(self):
        for number in (signal.SIGHUP, signal.SIGINT, signal.SIGTERM):
            if signal.getsignal(number) != signal.SIG_IGN:
                signal.signal(number, self.on_signal)
        signal.signal(signal.SIGALRM, lambda *_: self.running and self.running.kill())

    def on_signal(self, number, _):
        self.signal = self.signal or number
        self.terminate()

    def terminate(self):
        if self.running:
            self.running.terminate()
            signal.alarm(GRACE_S)

    def run(self, folder, command, lock):
        """The exit code, the output and how long it took. The program holds `lock` as long as it
        lives. Throws Ended, OSError where nothing can be started, and subprocess.TimeoutExpired."""
        started = time.monotonic()
        try:
            # The program can still be going when a signal comes in before it is noted here.
            self.running = subprocess.Popen(
                [*TIED, *command], cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT, pass_fds=(lock,))
            if self.signal:
                self.terminate()
            try:
                out, _ = self.running.communicate(timeout=LONGEST_S)
            except subprocess.TimeoutExpired:
                self.terminate()
                self.running.communicate()
                raise
            code = self.running.returncode
        finally:
            self.running = None
            signal.alarm(0)
        if self.signal:
            raise Ended(self.signal)
        return code, out.decode("utf-8", "replace"), time.monotonic() - started
