"""The store: every operation holds the lock, reads the file, and writes a new one over it."""
import errno
import fcntl
import json
import os
import re
import secrets
import signal
import stat
import time
from contextlib import contextmanager

from envelope import MAX_FILE, Bad, entries_in
from rules import MAX_SAFE, Refusal, checked_id, checked_namespace, checked_record, integer

DEFAULT_LOCK_TIMEOUT_MS = 5000
TEMPORARY = re.compile(r"store\.json\.[0-9a-f]{32}\.tmp")


class Store:
    def __init__(self, args, warn):
        namespace = checked_namespace(args.get("namespace"))
        if not isinstance(args.get("dir"), str):
            raise Refusal("invalid-argument", "dir", "must be a string")
        self.max_entries = integer(args, "max_entries", 1)
        if self.max_entries is None:
            raise Refusal("invalid-argument", "max_entries", "is missing")
        self.default_ttl = integer(args, "default_ttl_ms")
        timeout = integer(args, "lock_timeout_ms")
        self.timeout = (DEFAULT_LOCK_TIMEOUT_MS if timeout is None else timeout) / 1000
        self.state = args["dir"]
        self.folder = os.path.join(self.state, "lifecycle", namespace)
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
        event = {"event": "quarantine", "path": path,
                 "reason": "version-mismatch" if bad.newer else "corrupt"}
        self.warn(event if bad.version is None else event | {"version": bad.version})

    def write(self, entries):
        text = json.dumps({"version": 1, "entries": {
            key: {"record": record, "createdAt": created_at} |
            ({} if expires_at is None else {"expiresAt": expires_at})
            for key, (record, created_at, expires_at) in entries.items()}},
            ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()
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
            now = time.time_ns() // 1_000_000 if now is None else now
            entries = self.held(now)
            live = {key: entry for key, entry in entries.items()
                    if entry[2] is None or now < entry[2]}
            answer, is_changed = change(live, now)
            if is_changed:
                self.write(live)
            return answer
        finally:
            os.close(fd)

    def reading(self, now, look):
        """The same of what changes nothing, and brings up no file where there is none."""
        if not is_there(self.folder):
            return look({}, now)
        if not is_there(os.path.join(self.folder, "store.lock")) and self.read() is None:
            return look({}, now)
        return self.locked(now, lambda live, at: (look(live, at), False))

    def writing(self, now, change):
        self.make_folders()
        return self.locked(now, change)

    def put(self, args, now, only_if_absent):
        key = checked_id(args.get("key"))
        if "record" not in args:
            raise Refusal("invalid-argument", "record", "is missing")
        record, ttl = checked_record(args["record"]), integer(args, "ttl_ms")
        ttl = self.default_ttl if ttl is None else ttl
        if ttl is not None and now is not None and now + ttl > MAX_SAFE:
            raise Refusal("invalid-argument", "ttl_ms", "expires beyond the safe integers")

        def change(live, at):
            expires_at = None if ttl is None else at + ttl
            if expires_at is not None and expires_at > MAX_SAFE:
                raise Refusal("invalid-argument", "ttl_ms", "expires beyond the safe integers")
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

    def register(self, args, now):
        self.put(args, now, only_if_absent=False)
        return {}

    def claim(self, args, now):
        return {"claimed": self.put(args, now, only_if_absent=True)}

    def lookup(self, args, now):
        key = checked_id(args.get("key"))
        return self.reading(now, lambda live, at: found(live.get(key)))

    def take(self, args, now):
        key = checked_id(args.get("key"))
        if not is_there(self.folder):
            return None

        def change(live, at):
            entry = live.pop(key, None)
            return entry, entry is not None

        return self.locked(now, change)

    def consume(self, args, now):
        return found(self.take(args, now))

    def delete(self, args, now):
        return {"existed": self.take(args, now) is not None}

    def entries(self, args, now):
        def look(live, at):
            rows = sorted((entry[1], key.encode(), key) for key, entry in live.items())
            return {"entries": [
                {"id": key, "record": live[key][0], "created_at": live[key][1]} |
                ({} if live[key][2] is None else {"expires_at": live[key][2]})
                for _, _, key in rows]}

        return self.reading(now, look)

    def clear(self, args, now):
        if is_there(self.folder):
            def change(live, at):
                live.clear()
                return None, is_there(self.file)

            self.locked(now, change)
        return {}


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


def found(entry):
    return {"found": False} if entry is None else {"found": True, "record": entry[0]}
