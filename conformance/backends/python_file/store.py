"""The store: every operation holds the lock, reads the file, and writes a new one over it."""
import errno
import fcntl
import os
import re
import secrets
import signal
import stat
from contextlib import contextmanager

from driver import ABSENT, Entry, Refusal, encoded, expiry
from envelope import MAX_FILE, Bad, entries_in

DEFAULT_LOCK_TIMEOUT_MS = 5000
TEMPORARY = re.compile(r"store\.json\.[0-9a-f]{32}\.tmp")


class Store:
    def __init__(self, options, warn):
        self.max_entries = options.max_entries
        timeout = options.lock_timeout_ms
        self.timeout = (DEFAULT_LOCK_TIMEOUT_MS if timeout is None else timeout) / 1000
        self.folder = os.path.join(options.dir, "lifecycle", options.namespace)
        self.file = os.path.join(self.folder, "store.json")
        self.warn = warn

    def make_folders(self):
        for folder in (os.path.dirname(self.folder), self.folder):
            try:
                os.mkdir(folder, 0o700)
            except FileExistsError:
                continue
            os.chmod(folder, 0o700)  # under any umask
            sync_folder(os.path.dirname(folder))

    def lock(self):
        """The descriptor of the lock. Whoever waits for it too long is told `busy`."""
        path, flags = os.path.join(self.folder, "store.lock"), os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW
        try:
            fd = os.open(path, flags | os.O_CREAT | os.O_EXCL, 0o600)
            os.fchmod(fd, 0o600)
        except FileExistsError:
            fd = os.open(path, flags | os.O_NONBLOCK)
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return fd
        except BlockingIOError:
            pass
        try:
            with ended_after(self.timeout):
                fcntl.flock(fd, fcntl.LOCK_EX)
            return fd
        except TimeoutError:
            os.close(fd)
            raise Refusal("busy", message="another process holds the store") from None

    def read(self):
        """The file's bytes, or None where it is missing."""
        try:
            fd = os.open(self.file, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK)
        except FileNotFoundError:
            return None
        except OSError as error:
            if error.errno in (errno.ELOOP, errno.ENXIO) or not is_regular(self.file):
                raise Refusal("unsafe-path", message="no regular file is in its place") from None
            raise
        if not stat.S_ISREG(os.fstat(fd).st_mode):
            os.close(fd)
            raise Refusal("unsafe-path", message="no regular file is in its place")
        with os.fdopen(fd, "rb") as file:
            return file.read(MAX_FILE + 1)

    def held(self, now):
        """What the file holds, while the caller has the lock. A bad file is moved out of the way."""
        data = self.read()
        if data is None:
            return {}
        try:
            return entries_in(data)
        except Bad as bad:
            self.quarantine(bad, now)
            return {}

    def quarantine(self, bad, now):
        label, number = "unknown" if bad.version is None else bad.version, max(0, now)
        while True:
            path = os.path.join(self.folder, f"store.v{label}.corrupt-{number}.json")
            if not is_there(path):
                break  # whoever makes such names holds the lock, as we do
            number += 1
        os.rename(self.file, path)
        sync_folder(self.folder)
        self.warn(path, "version-mismatch" if bad.newer else "corrupt", bad.version)

    def write(self, entries):
        text = encoded({"version": 1, "entries": {
            key: {"record": record, "createdAt": created_at} |
            ({} if expires_at is None else {"expiresAt": expires_at})
            for key, (record, created_at, expires_at) in entries.items()}}).encode()
        if len(text) > MAX_FILE:
            raise Refusal("too-large", "record", f"the file would be larger than {MAX_FILE} bytes")
        for name in os.listdir(self.folder):
            if TEMPORARY.fullmatch(name):  # of a writer that was killed: ours is not there yet
                os.unlink(os.path.join(self.folder, name))
        path = os.path.join(self.folder, f"store.json.{secrets.token_hex(16)}.tmp")
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
        fd = os.open(path, flags, 0o600)
        try:
            with os.fdopen(fd, "wb") as file:
                os.fchmod(fd, 0o600)
                file.write(text)
                file.flush()
                os.fsync(fd)
            os.rename(path, self.file)
        except OSError:
            os.unlink(path)
            raise
        try:
            sync_folder(self.folder)
        except OSError as error:
            raise Refusal("durability", message=str(error), effect="unknown") from None

    def locked(self, now, change):
        """What `change` answers of (entries, time); it answers a pair, of which the second says
        whether the entries are others now."""
        fd = self.lock()
        try:
            at = now()
            entries = self.held(at)
            live = {key: entry for key, entry in entries.items()
                    if entry[2] is None or at < entry[2]}
            answer, is_changed = change(live, at)
            if is_changed:
                self.write(live)
            return answer
        finally:
            os.close(fd)

    def reading(self, now, look):
        """The same of what changes nothing, and brings up no file where there is none."""
        if not is_there(self.folder):
            return look({})
        if not is_there(os.path.join(self.folder, "store.lock")) and self.read() is None:
            return look({})
        return self.locked(now, lambda live, at: (look(live), False))

    def writing(self, now, change):
        self.make_folders()
        return self.locked(now, change)

    def put(self, key, record, ttl, now, only_if_absent):
        expiry(now(), ttl)  # a refusal brings up no folder

        def change(live, at):
            expires_at = expiry(at, ttl)
            if only_if_absent and key in live:
                return False, False
            newest = max((entry[1] for entry in live.values()), default=at)
            was_there = live.pop(key, None) is not None
            if ttl == 0:  # an entry that has expired goes too: the clock may step back
                return True, was_there or is_there(self.file)
            live[key] = [record, max(at, newest), expires_at]
            others = sorted((entry[1], other.encode(), other)
                            for other, entry in live.items() if other != key)
            for _, _, other in others[:max(0, len(live) - self.max_entries)]:
                del live[other]
            return True, True

        return self.writing(now, change)

    def register(self, key, record, ttl_ms, now):
        self.put(key, record, ttl_ms, now, only_if_absent=False)

    def claim(self, key, record, ttl_ms, now):
        return self.put(key, record, ttl_ms, now, only_if_absent=True)

    def lookup(self, key, now):
        return self.reading(now, lambda live: record_of(live.get(key)))

    def take(self, key, now):
        if not is_there(self.folder):
            return None

        def change(live, at):
            entry = live.pop(key, None)
            return entry, entry is not None

        return self.locked(now, change)

    def consume(self, key, now):
        return record_of(self.take(key, now))

    def delete(self, key, now):
        return self.take(key, now) is not None

    def entries(self, now):
        def look(live):
            rows = sorted((entry[1], key.encode(), key) for key, entry in live.items())
            return [Entry(key, *live[key]) for _, _, key in rows]

        return self.reading(now, look)

    def clear(self, now):
        if is_there(self.folder):
            def change(live, at):
                live.clear()
                return None, is_there(self.file)

            self.locked(now, change)


@contextmanager
def ended_after(seconds):
    """Ends a system call that waits longer, with TimeoutError."""
    def end(number, frame):
        raise TimeoutError

    before = signal.signal(signal.SIGALRM, end)
    try:
        signal.setitimer(signal.ITIMER_REAL, max(seconds, 0.000001))
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def is_there(path):
    """Where the system does not say, it raises: os.path would call that missing."""
    try:
        os.lstat(path)
        return True
    except (FileNotFoundError, NotADirectoryError):
        return False


def is_regular(path):
    try:
        return stat.S_ISREG(os.lstat(path).st_mode)
    except FileNotFoundError:
        return True  # gone by now: it is missing, not unsafe


def sync_folder(path):
    fd = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def record_of(entry):
    return ABSENT if entry is None else entry[0]
