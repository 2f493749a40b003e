"""How the zoo starts programs: none outlives it, and none is left behind where it is interrupted."""
import subprocess
import threading

from zoo_catalogue import SOURCE

LONGEST_S = 1200  # of one certification; a level ends by itself long before
# However this process ends, a certification is asked to end, which then leaves nothing behind.
TIED = ["setpriv", "--pdeathsig", "TERM", "--"]


class Programs:
    """Those that run, each started at the root of the project."""

    def __init__(self):
        # Taken anew by a handler of signals in the thread that has it.
        self.running, self.lock, self.is_over = set(), threading.RLock(), False

    def run(self, command):
        """The exit code and the output."""
        with self.lock:
            if self.is_over:
                raise KeyboardInterrupt
            started = subprocess.Popen([*TIED, *command], cwd=SOURCE, stdout=subprocess.PIPE,
                                       stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL)
            self.running.add(started)
        try:
            out = started.communicate(timeout=LONGEST_S)[0]
        except subprocess.TimeoutExpired:
            started.terminate()
            out = started.communicate()[0] + f"\nit did not end within {LONGEST_S} s".encode()
        finally:
            with self.lock:
                self.running.discard(started)
        if self.is_over:
            raise KeyboardInterrupt
        return started.returncode, out.decode("utf-8", "replace")

    def end(self):
        """Asks all of them to end, and lets no other start."""
        with self.lock:
            self.is_over = True
            for started in self.running:
                started.terminate()


def shown_of(command):
    """The exit code of a program that writes for whoever looks on; as a shell has it, for a signal."""
    started = subprocess.Popen([*TIED, *command], cwd=SOURCE)
    try:
        code = started.wait()
    except KeyboardInterrupt:
        started.terminate()
        started.wait()
        raise
    return code if code >= 0 else 128 - code


PROGRAMS = Programs()
