"""A folder of one run, which goes with it; what a killed run has left goes with the next.

A file in the folder is locked as long as the run lives, or a program that it has started: the kernel
frees the lock however they end, and no number of a process has to be trusted. Source: flock(2).
"""
import contextlib
import fcntl
import os
import pathlib
import shutil
import tempfile

PREFIX = "power-matrix-"
LOCK = "power-matrix.lock"


def parent():
    """In memory where there is such a file system: what is broken here does not need the disk."""
    memory = pathlib.Path("/dev/shm")
    return memory if memory.is_dir() and os.access(memory, os.W_OK | os.X_OK) else pathlib.Path(tempfile.gettempdir())


@contextlib.contextmanager
def scratch(above):
    """The folder and its lock."""
    sweep(above)
    folder = pathlib.Path(tempfile.mkdtemp(prefix=PREFIX, dir=above))
    try:
        lock = os.open(folder / "new.lock", os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        fcntl.flock(lock, fcntl.LOCK_EX)
        os.rename(folder / "new.lock", folder / LOCK)  # whoever sees it sees it locked
        try:
            yield folder, lock
        finally:
            os.close(lock)
    finally:
        remove(folder)


def sweep(above):
    """Removes the folders of runs that are gone, and of this user alone."""
    for folder in above.glob(PREFIX + "*"):
        try:
            if folder.is_symlink() or folder.stat().st_uid != os.geteuid():
                continue
            lock = os.open(folder / LOCK, os.O_RDWR | os.O_NOFOLLOW)
        except OSError:  # gone meanwhile, or no folder of a run
            continue
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            remove(folder)
        except BlockingIOError:
            pass  # that run lives
        finally:
            os.close(lock)


def remove(folder):
    """Also what a store has taken the rights from. The lock goes last, with the folder."""
    for above, folders, _ in os.walk(folder):
        for name in folders:
            path = os.path.join(above, name)
            if not os.path.islink(path):
                os.chmod(path, 0o700)
    shutil.rmtree(folder, ignore_errors=True)
