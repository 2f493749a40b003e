"""What the runs have seen so far, in a file from which a run that was interrupted goes on."""
import errno
import fcntl
import json
import os

from catalogue import Refusal


class Results:
    """What was seen of each store with each of `seeds`. A line of the file is one of them, with the
    store and the options that it was run with, so that nothing is taken over that was seen of
    another. One run at a time has the file; the lock goes with the run."""

    def __init__(self, path, seeds, options, is_resumed):
        self.seeds, self.options, self.seen = seeds, options, {}
        try:
            self.file = path.open("a+b", buffering=0)
        except OSError as error:
            raise Refusal(f"{path} cannot be written: {error.strerror}") from None
        try:
            fcntl.flock(self.file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Refusal(f"another run of the same kind writes {path}; wait until it has ended") from None
        if is_resumed:
            self.read(path.name)
        else:
            self.file.truncate(0)

    def close(self):
        self.file.close()

    def read(self, name):
        self.file.seek(0)
        text = self.file.read()
        for line in text.splitlines():
            try:
                store, options, seed, seen = json.loads(line)
                self.seen[self.key(store, options, seed)] = seen
            except (ValueError, TypeError):  # torn by what ended the run
                print(f"{name}: a damaged line is left out, and its store run again", flush=True)
        if text and not text.endswith(b"\n"):
            self.file.write(b"\n")

    @staticmethod
    def key(store, options, seed):
        return json.dumps([store, options]), seed

    def add(self, store, seed, seen):
        self.seen[self.key(store, self.options, seed)] = seen
        line = (json.dumps([store, self.options, seed, seen]) + "\n").encode()
        try:
            if self.file.write(line) != len(line):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))  # for the rest there was no room
        except OSError as error:
            raise OSError(error.errno, error.strerror, self.file.name) from None

    def has(self, store, seed):
        return self.key(store, self.options, seed) in self.seen

    def of(self, store):
        """Seed by seed, as far as it was run."""
        found = (self.seen.get(self.key(store, self.options, seed)) for seed in self.seeds)
        return [seen for seen in found if seen is not None]
