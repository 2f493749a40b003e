#!/usr/bin/env python3
"""The driver of envelope/1 with one fault each: file_mutants.py NAME; --list tells them, in JSON."""
import json
import os
import select
import stat

from mutant import mutant, run, serve, store_of

NEVER_S = 10**6

sound = store_of("python_file")
from driver import Refusal


@mutant("records-in-strings", "FILE-1", "sequential")
def records_in_strings():
    held, write = sound.Store.held, sound.Store.write

    def unpacked(self, now):
        return {key: [json.loads(record[1:]) if isinstance(record, str) and record[:1] == "=" else record,
                      created_at, expires_at]
                for key, (record, created_at, expires_at) in held(self, now).items()}

    def packed(self, entries):
        write(self, {key: ["=" + json.dumps(record, ensure_ascii=False), created_at, expires_at]
                     for key, (record, created_at, expires_at) in entries.items()})

    sound.Store.held, sound.Store.write = unpacked, packed
    serve("python_file")


@mutant("reading-makes-the-file", "FILE-3", "sequential")
def reading_makes_the_file():
    def reading(self, now, look):
        def change(live, at):
            return look(live), not sound.is_there(self.file)

        return self.writing(now, change)

    sound.Store.reading = reading
    serve("python_file")


@mutant("clear-overwrites-what-is-bad", "QUA-5", "sequential")
def clear_overwrites_what_is_bad():
    def clear(self, now):
        if sound.is_there(self.file) and sound.is_regular(self.file):
            fd = self.lock()
            try:
                self.write({})
            finally:
                sound.os.close(fd)

    sound.Store.clear = clear
    serve("python_file")


@mutant("busy-for-nothing", "CON-3", "concurrent")
def busy_for_nothing():
    def lock(self):
        """Takes the lock for another's now and then."""
        fd = sound_lock(self)
        self.taken = getattr(self, "taken", 0) + 1
        if self.taken % 8 != 0:
            return fd
        os.close(fd)
        raise Refusal("busy", message="another process holds the store")

    sound_lock, sound.Store.lock = sound.Store.lock, lock
    serve("python_file")


@mutant("waits-for-ever", "CON-3", "concurrent")
def waits_for_ever():
    def lock(self):
        self.timeout = NEVER_S
        return sound_lock(self)

    sound_lock, sound.Store.lock = sound.Store.lock, lock
    serve("python_file")


@mutant("waits-for-who-left-a-file", "DUR-3", "crash")
def waits_for_who_left_a_file():
    locked = sound.Store.locked

    def marked(self, now, change):
        """Whoever is at work leaves a file, and all others wait until it is gone."""
        mark = os.path.join(self.folder, "at-work")
        while True:
            try:
                os.close(os.open(mark, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
                break
            except FileExistsError:
                select.select([], [], [], 0.001)
        try:
            return locked(self, now, change)
        finally:
            os.unlink(mark)

    sound.Store.locked = marked
    serve("python_file")


@mutant("gone-every-40th-write", "DUR-2", "crash")
def gone_every_40th_write():
    write, rename = sound.Store.write, os.rename

    def removed_first(path, to):
        if os.path.exists(to):
            os.unlink(to)
        rename(path, to)

    def counted(self, entries):
        """A byte for each write, so that the next process goes on counting."""
        with open(os.path.join(self.folder, "store.writes"), "ab") as writes:
            writes.write(b".")
        is_40th = os.path.getsize(writes.name) % 40 == 0
        os.rename = removed_first if is_40th else rename
        write(self, entries)

    sound.Store.write = counted
    serve("python_file")


@mutant("robs-after-5-s", "CON-5", "concurrent")
def robs_after_5_s():
    patience_s = 5

    def lock(self):
        timeout, self.timeout = self.timeout, min(self.timeout, patience_s)
        try:
            return sound_lock(self)
        except Refusal:
            if timeout < patience_s:
                raise
            return os.open(os.path.join(self.folder, "store.lock"), os.O_RDWR | os.O_CLOEXEC)
        finally:
            self.timeout = timeout

    sound_lock, sound.Store.lock = sound.Store.lock, lock
    serve("python_file")


@mutant("folder-not-synced", "DUR-4", "power")
def folder_not_synced():
    sound.sync_folder = lambda path: None
    serve("python_file")


def with_sync(sync):
    """`sync` in the place of os.fsync()."""
    os.fsync = sync
    serve("python_file")


@mutant("file-not-synced", "DUR-4", "power")
def file_not_synced():
    sync = os.fsync
    with_sync(lambda fd: None if stat.S_ISREG(os.fstat(fd).st_mode) else sync(fd))


@mutant("waits-for-who-left-an-empty-file", "DUR-4", "power")
def waits_for_who_left_an_empty_file():
    """A file without bytes is taken for one that its writer is about to fill: none is ever synced."""
    opened = sound.Store.__init__

    def filled(self, options, warn):
        opened(self, options, warn)
        while os.path.isfile(self.file) and os.path.getsize(self.file) == 0:
            select.select([], [], [], 0.001)

    sound.Store.__init__ = filled
    file_not_synced()


@mutant("new-folders-not-synced", "DUR-4", "power")
def new_folders_not_synced():
    make_folders, sync_folder = sound.Store.make_folders, sound.sync_folder

    def unsynced(self):
        sound.sync_folder = lambda path: None
        make_folders(self)
        sound.sync_folder = sync_folder

    sound.Store.make_folders = unsynced
    serve("python_file")


@mutant("folder-synced-before-the-rename", "DUR-4", "power")
def folder_synced_before_the_rename():
    rename, sync_folder = os.rename, sound.sync_folder

    def renamed(path, to):
        sync_folder(os.path.dirname(path))
        rename(path, to)

    os.rename, sound.sync_folder = renamed, lambda path: None
    serve("python_file")


@mutant("failed-sync-passed-over", "DUR-4", "power")
def failed_sync_passed_over():
    sync = os.fsync

    def passed_over(fd):
        try:
            sync(fd)
        except OSError:
            pass

    with_sync(passed_over)


@mutant("failed-sync-tried-again", "DUR-4", "power")
def failed_sync_tried_again():
    sync = os.fsync

    def tried_again(fd):
        """The second one succeeds: the kernel has forgotten what it could not write."""
        try:
            sync(fd)
        except OSError:
            sync(fd)

    with_sync(tried_again)


@mutant("failed-rename-passed-over", "DUR-6", "fault")
def failed_rename_passed_over():
    rename = os.rename

    def passed_over(path, to):
        try:
            rename(path, to)
        except OSError:
            pass

    os.rename = passed_over
    serve("python_file")


if __name__ == "__main__":
    run()
