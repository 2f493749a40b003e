#!/usr/bin/env python3
"""The SQLite driver with one fault each: sqlite_mutants.py NAME; --list tells them, in JSON."""
import json
import os
import select
import sys
from contextlib import contextmanager

from mutant import backend, mutant, run

sound = backend("python_sqlite")
CLAIMS = sound.HELLO["capabilities"]
NO_LIMIT = 10**9


class Rewriting:
    """A connection that executes other statements than it is given."""

    def __init__(self, db, was, becomes):
        self.db, self.was, self.becomes = db, was, becomes

    def execute(self, sql, *values):
        return self.db.execute(sql.replace(self.was, self.becomes), *values)

    def __getattr__(self, name):
        return getattr(self.db, name)


def with_statement(was, becomes):
    """A store in whose statements one piece reads otherwise."""
    class Store(sound.Store):
        def __init__(self, args):
            connect = sound.sqlite3.connect
            sound.sqlite3.connect = lambda *how, **named: Rewriting(connect(*how, **named), was, becomes)
            try:
                super().__init__(args)
            finally:
                sound.sqlite3.connect = connect

    sound.main(Store)


@mutant("created-at-goes-back", "CLK-2", "sequential")
def created_at_goes_back():
    with_statement("SELECT max(created_at) FROM entry", "SELECT NULL")


@mutant("collates-ids", "INP-5", "sequential")
def collates_ids():
    with_statement("id TEXT PRIMARY KEY", "id TEXT COLLATE NOCASE PRIMARY KEY")


@mutant("sorts-without-case", "OPS-4", "sequential")
def sorts_without_case():
    with_statement("ORDER BY created_at, id", "ORDER BY created_at, lower(id)")


@mutant("lives-through-its-expiry", "TTL-2", "sequential")
def lives_through_its_expiry():
    with_statement("expires_at > ?", "expires_at >= ?")


@mutant("commits-unsynced", "DUR-4", "power")
def commits_unsynced():
    with_statement("synchronous = FULL", "synchronous = OFF")


@mutant("temporary-table", "DUR-1", "sequential")
def temporary_table():
    CLAIMS.update(instances=1, multi_process=False)
    with_statement("CREATE TABLE", "CREATE TEMP TABLE")


@mutant("ids-mended", "INP-3", "sequential")
def ids_mended():
    checked = sound.checked_id
    sound.checked_id = lambda raw: checked(raw.encode("utf-8", "replace").decode())
    sound.main()


@mutant("records-mended", "REC-3", "sequential")
def records_mended():
    checked = sound.checked_record

    def mended(args):
        text = json.dumps(args.get("record"), ensure_ascii=False).encode("utf-8", "replace")
        return checked({**args, "record": json.loads(text)})

    sound.checked_record = mended
    sound.main()


@mutant("overwrite-evicts", "CAP-2", "sequential")
def overwrite_evicts():
    class Store(sound.Store):
        """Makes room for one more before it looks whether there is one more."""

        def register(self, args, now):
            key = sound.checked_id(args.get("key"))
            sound.checked_record(args)
            ttl = sound.integer(args, "ttl_ms")
            if ttl is None or ttl + now <= sound.MAX_SAFE:
                with self.writing(now):
                    self.db.execute(
                        "DELETE FROM entry WHERE id IN (SELECT id FROM entry WHERE id <> ? ORDER BY "
                        "created_at, id LIMIT max(0, (SELECT count(*) FROM entry) + 1 - ?))",
                        (key, self.max_entries))
            return super().register(args, now)

    sound.main(Store)


@mutant("claims-pass-the-cap", "CAP-3", "sequential")
def claims_pass_the_cap():
    CLAIMS.update(overflow="reject-new")

    class Store(sound.Store):
        """Rejects new entries at the cap where they are registered only."""

        def __init__(self, args):
            super().__init__(args)
            self.cap, self.max_entries = self.max_entries, NO_LIMIT

        def register(self, args, now):
            key = sound.checked_id(args.get("key"))
            sound.checked_record(args)
            ttl = sound.integer(args, "ttl_ms")
            if ttl is None or ttl + now <= sound.MAX_SAFE:
                with self.writing(now):
                    held = {row[0] for row in self.db.execute("SELECT id FROM entry")}
                if key not in held and len(held) >= self.cap:
                    raise sound.Refusal("full")
            return super().register(args, now)

    sound.main(Store)


@mutant("blames-the-key", "ERR-1", "sequential")
def blames_the_key():
    class Driver(sound.Driver):
        def answer(self, request):
            try:
                return super().answer(request)
            except sound.Refusal as refusal:
                if refusal.err.get("field") == "ttl_ms":
                    refusal.err["field"] = "key"
                raise

    sound.Driver = Driver
    sound.main()


@mutant("refusals-of-unknown-effect", "ERR-2", "sequential")
def refusals_of_unknown_effect():
    class Driver(sound.Driver):
        def answer(self, request):
            try:
                return super().answer(request)
            except sound.Refusal as refusal:
                raise sound.Refusal("internal", message=str(refusal), effect="unknown") from None

    sound.Driver = Driver
    sound.main()


@mutant("closed-lives-on", "ERR-3", "sequential")
def closed_lives_on():
    class Driver(sound.Driver):
        def answer(self, request):
            return {} if request.get("op") == "close" else super().answer(request)

    sound.Driver = Driver
    sound.main()


@mutant("long-ids-cut", "INP-5", "sequential")
def long_ids_cut():
    with_statement("id TEXT PRIMARY KEY",
                   "id TEXT PRIMARY KEY, start TEXT AS (substr(id, 1, 255)) UNIQUE")


@mutant("lists-a-hundred", "OPS-4", "sequential")
def lists_a_hundred():
    with_statement("SELECT id, record, created_at, expires_at FROM entry",
                   "SELECT * FROM (SELECT id, record, created_at, expires_at FROM entry "
                   "ORDER BY created_at, id LIMIT 100)")


def tidying(sql):
    """A store that tidies up after every 32 registers, in a statement that goes too far."""
    class Store(sound.Store):
        registers, newest = 0, 0

        def register(self, args, now):
            answer = super().register(args, now)
            self.registers += 1
            if self.registers % 32 == 0:
                with self.writing(now):
                    self.db.execute(sql, {"newest": self.newest})
                    self.newest = self.db.execute("SELECT max(rowid) FROM entry").fetchone()[0]
            return answer

    sound.main(Store)


@mutant("tidying-forgets-ttls", "TTL-2", "sequential")
def tidying_forgets_ttls():
    tidying("UPDATE entry SET expires_at = NULL WHERE :newest IS NOT NULL")


@mutant("tidying-takes-the-old", "OPS-4", "sequential")
def tidying_takes_the_old():
    tidying("DELETE FROM entry WHERE rowid <= :newest")


@mutant("old-entries-win-claims", "TTL-5", "sequential")
def old_entries_win_claims():
    class Store(sound.Store):
        """A claim loses to what was there when the store was opened, expired or not."""

        def __init__(self, args):
            super().__init__(args)
            self.old = {row[0] for row in self.db.execute("SELECT id FROM entry")}

        def claim(self, args, now):
            key = sound.checked_id(args.get("key"))
            there = self.db.execute("SELECT 1 FROM entry WHERE id = ?", (key,)).fetchone()
            answer = super().claim(args, now)
            if answer["claimed"] and there and key in self.old:
                self.delete(args, now)
                return {"claimed": False}
            return answer

    sound.main(Store)


@mutant("old-entries-keep-their-end", "TTL-2", "sequential")
def old_entries_keep_their_end():
    class Store(sound.Store):
        """A register over what was there when the store was opened leaves its expiry as it was."""

        def __init__(self, args):
            super().__init__(args)
            self.old = dict(self.db.execute("SELECT id, expires_at FROM entry").fetchall())

        def register(self, args, now):
            answer = super().register(args, now)
            key = sound.checked_id(args.get("key"))
            expires_at = self.old.pop(key, None)
            if expires_at is not None and now is not None and expires_at <= now:
                self.db.execute("UPDATE entry SET expires_at = ? WHERE id = ?", (expires_at, key))
            return answer

    sound.main(Store)


@mutant("expired-fill-the-cap", "CAP-1", "sequential")
def expired_fill_the_cap():
    class Store(sound.Store):
        """Makes room by what it holds, before it drops what has expired."""

        def register(self, args, now):
            key = sound.checked_id(args.get("key"))
            held = [row[0] for row in self.db.execute("SELECT id FROM entry")]
            answer = super().register(args, now)
            if key not in held and len(held) >= self.max_entries and args.get("ttl_ms") != 0:
                self.db.execute(
                    "DELETE FROM entry WHERE id IN (SELECT id FROM entry WHERE id <> ? AND id IN "
                    "(SELECT value FROM json_each(?)) AND (SELECT count(*) FROM entry) = ? "
                    "ORDER BY created_at, id LIMIT 1)", (key, json.dumps(held), self.max_entries))
            return answer

    sound.main(Store)


@mutant("latest-request-first", "CON-2", "sequential")
def latest_request_first():
    class Lines:
        """Standard input; of the lines that have come the latest is read first."""

        def __init__(self):
            self.buffer, self.bytes, self.waiting = self, b"", []

        def readline(self):
            while not self.waiting or select.select([0], [], [], 0)[0]:
                came = os.read(0, 1 << 20)
                if not came:
                    break
                *lines, self.bytes = (self.bytes + came).split(b"\n")
                self.waiting += [line + b"\n" for line in lines]
            return self.waiting.pop() if self.waiting else b""

    sys.stdin = Lines()
    sound.main()


@mutant("waits-for-the-stopped", "CON-3", "concurrent")
def waits_for_the_stopped():
    class Store(sound.Store):
        """Waits without a bound for whoever has the database."""

        def __init__(self, args):
            super().__init__(args)
            self.db.execute(f"PRAGMA busy_timeout = {NO_LIMIT}")

    sound.main(Store)


@mutant("check-then-act", "OPS-3", "concurrent")
def check_then_act():
    class Store(sound.Store):
        """Consume is a lookup and a delete, with nothing around them."""

        def consume(self, args, now):
            answer = self.lookup(args, now)
            self.delete(args, now)
            return answer

    sound.main(Store)


@mutant("lists-entry-by-entry", "CON-1", "concurrent")
def lists_entry_by_entry():
    class Store(sound.Store):
        """A listing reads the ids, then each entry by itself, with nothing around them."""

        def entries(self, args, now):
            at = sound.time.time_ns() // 1_000_000 if now is None else now
            entries = []
            for key, in self.db.execute(f"SELECT id FROM entry WHERE {sound.LIVE}", (at,)).fetchall():
                row = self.db.execute("SELECT record, created_at, expires_at FROM entry "
                                      f"WHERE id = ? AND {sound.LIVE}", (key, at)).fetchone()
                if row is not None:
                    record, created_at, expires_at = row
                    entries.append({"id": key, "record": json.loads(record), "created_at": created_at} |
                                   ({} if expires_at is None else {"expires_at": expires_at}))
            return {"entries": sorted(entries, key=lambda entry: (entry["created_at"], entry["id"]))}

    sound.main(Store)


if __name__ == "__main__":
    run()
