#!/usr/bin/env python3
"""A keyed store on SQLite behind driver protocol 1, on the standard library alone.

One database a namespace, WAL, synchronous=FULL: a commit is on disk before it is seen or answered.
Every change is one transaction that holds the write lock from its first statement on.
"""
import json
import math
import os
import re
import sqlite3
import sys
import time
from contextlib import contextmanager

MAX_LINE, MAX_SAFE = 16 << 20, 2**53 - 1
MAX_ID, MAX_RECORD, MAX_DEPTH = 512, 1 << 20, 100
DEFAULT_LOCK_TIMEOUT_MS = 5000
WHITE_SPACE = ("\t\n\v\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009"
               "\u200a\u2028\u2029\u202f\u205f\u3000\ufeff")  # what ECMAScript trims
HELLO = {
    "protocol": 1,
    "driver": {"name": "python-sqlite", "version": "1"},
    "backend": {"name": "sqlite", "version": sqlite3.sqlite_version},
    "capabilities": {
        "clock": "both", "ttl": True, "ttl_zero": "expires", "max_entries": True,
        "overflow": "evict-oldest", "order": "created-id", "created_at": True,
        "persistence": "power", "multi_process": True, "claim": True, "delete": True,
        "pipelining": 16, "ill_formed_strings": True, "format": None, "quarantine": False,
        "instances": 8, "max_id_bytes": MAX_ID, "max_record_bytes": MAX_RECORD,
        "max_depth": MAX_DEPTH, "max_file_bytes": None, "lock_file": None,
    },
}
SCHEMA = """CREATE TABLE IF NOT EXISTS entry (
    id TEXT PRIMARY KEY, record TEXT NOT NULL, created_at INTEGER NOT NULL, expires_at INTEGER)"""
LIVE = "(expires_at IS NULL OR expires_at > ?)"


class Refusal(Exception):
    """An error of the contract: code, field, message, effect."""

    def __init__(self, code, field="", message="", effect="none"):
        super().__init__(message)
        self.err = {"code": code, "effect": effect, "message": message or code}
        if field:
            self.err["field"] = field


def utf8(text, field):
    try:
        return text.encode()
    except UnicodeEncodeError:
        raise Refusal("invalid-argument", field, "is not well-formed Unicode") from None


def checked_id(raw):
    if not isinstance(raw, str):
        raise Refusal("invalid-argument", "key", "must be a string")
    key = raw.strip(WHITE_SPACE)
    size = len(utf8(key, "key"))
    if not key:
        raise Refusal("invalid-argument", "key", "is empty")
    if size > MAX_ID:
        raise Refusal("too-large", "key", f"is longer than {MAX_ID} bytes")
    return key


def depth(value):
    deepest, todo = 0, [(value, 0)]
    while todo:
        item, level = todo.pop()
        if isinstance(item, (list, dict)):
            level += 1
            deepest = max(deepest, level)
            todo += [(child, level) for child in (item.values() if isinstance(item, dict) else item)]
    return deepest


def checked_record(args):
    if "record" not in args:
        raise Refusal("invalid-argument", "record", "is missing")
    if depth(args["record"]) > MAX_DEPTH:
        raise Refusal("too-large", "record", f"nests deeper than {MAX_DEPTH} levels")
    try:
        text = json.dumps(args["record"], ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    except ValueError:
        raise Refusal("invalid-argument", "record", "holds a number that is not finite") from None
    if len(utf8(text, "record")) > MAX_RECORD:
        raise Refusal("too-large", "record", f"is larger than {MAX_RECORD} bytes")
    return text


def integer(args, name, least=0):
    value = args.get(name)
    if value is not None and (type(value) is not int or not least <= value <= MAX_SAFE):
        raise Refusal("invalid-argument", name, f"must be an integer from {least}")
    return value


def checked_namespace(raw):
    name = raw.strip(WHITE_SPACE) if isinstance(raw, str) else ""
    if len(name) > 128 or not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*", name):
        raise Refusal("invalid-argument", "namespace", "breaks the syntax of namespaces")
    return name


class Store:
    def __init__(self, args):
        namespace = checked_namespace(args.get("namespace"))
        if not isinstance(args.get("dir"), str):
            raise Refusal("invalid-argument", "dir", "must be a string")
        self.max_entries = integer(args, "max_entries", 1)
        if self.max_entries is None:
            raise Refusal("invalid-argument", "max_entries", "is missing")
        self.default_ttl = integer(args, "default_ttl_ms")
        timeout = integer(args, "lock_timeout_ms")
        timeout = DEFAULT_LOCK_TIMEOUT_MS if timeout is None else timeout
        self.path = os.path.join(args["dir"], namespace + ".sqlite3")
        self.timeout_s = timeout / 1000
        self.connection = self.connected()

    def connected(self):
        db = sqlite3.connect(self.path, timeout=self.timeout_s, isolation_level=None)
        try:
            db.execute("PRAGMA journal_mode = WAL")
            db.execute("PRAGMA synchronous = FULL")
            db.execute(SCHEMA)
        except BaseException:
            db.close()
            raise
        return db

    @property
    def db(self):
        if self.connection is None:
            self.connection = self.connected()
        return self.connection

    def close(self):
        connection, self.connection = self.connection, None
        if connection is not None:
            connection.close()

    def begin(self, now):
        self.db.execute("BEGIN IMMEDIATE")
        now = time.time_ns() // 1_000_000 if now is None else now
        self.db.execute(f"DELETE FROM entry WHERE NOT {LIVE}", (now,))
        return now

    def commit(self):
        self.db.execute("COMMIT")

    @contextmanager
    def writing(self, given):
        """A transaction; its time is read once it has the lock, its first act drops the expired."""
        try:
            try:
                now = self.begin(given)
            except sqlite3.Error as error:
                if code_of(error) != sqlite3.SQLITE_READONLY:
                    raise
                # SQLite takes a file that it could not open for writing, for whatever reason, for
                # one that may only be read, and stays with that.
                self.close()
                now = self.begin(given)
            yield now
            try:
                self.commit()
            except sqlite3.Error as error:
                raise refusal_of(error, effect="unknown") from error
        except BaseException:
            if self.connection is not None and self.connection.in_transaction:
                self.connection.execute("ROLLBACK")
            raise

    def put(self, args, now, only_if_absent):
        key, record, ttl = checked_id(args.get("key")), checked_record(args), integer(args, "ttl_ms")
        with self.writing(now) as now:
            ttl = self.default_ttl if ttl is None else ttl
            expires_at = None if ttl is None else now + ttl
            if expires_at is not None and expires_at > MAX_SAFE:
                raise Refusal("invalid-argument", "ttl_ms", "expires beyond the safe integers")
            known = self.db.execute("SELECT 1 FROM entry WHERE id = ?", (key,)).fetchone()
            if only_if_absent and known:
                return False
            newest = self.db.execute("SELECT max(created_at) FROM entry").fetchone()[0]
            if ttl == 0:
                self.db.execute("DELETE FROM entry WHERE id = ?", (key,))
            else:
                created_at = now if newest is None else max(now, newest)
                self.db.execute("INSERT OR REPLACE INTO entry VALUES (?, ?, ?, ?)",
                                (key, record, created_at, expires_at))
            self.db.execute(
                "DELETE FROM entry WHERE id IN (SELECT id FROM entry WHERE id <> ? "
                "ORDER BY created_at, id LIMIT max(0, (SELECT count(*) FROM entry) - ?))",
                (key, self.max_entries))
            return True

    def register(self, args, now):
        self.put(args, now, only_if_absent=False)
        return {}

    def claim(self, args, now):
        return {"claimed": self.put(args, now, only_if_absent=True)}

    def lookup(self, args, now):
        key = checked_id(args.get("key"))
        now = time.time_ns() // 1_000_000 if now is None else now
        return found(self.db.execute(f"SELECT record FROM entry WHERE id = ? AND {LIVE}",
                                     (key, now)).fetchone())

    def consume(self, args, now):
        key = checked_id(args.get("key"))
        with self.writing(now):
            return found(self.db.execute("DELETE FROM entry WHERE id = ? RETURNING record",
                                         (key,)).fetchone())

    def delete(self, args, now):
        key = checked_id(args.get("key"))
        with self.writing(now):
            cursor = self.db.execute("DELETE FROM entry WHERE id = ?", (key,))
            return {"existed": cursor.rowcount > 0}

    def entries(self, args, now):
        now = time.time_ns() // 1_000_000 if now is None else now
        rows = self.db.execute(f"SELECT id, record, created_at, expires_at FROM entry WHERE {LIVE} "
                               "ORDER BY created_at, id", (now,))
        return {"entries": [
            {"id": held(key, str), "record": json.loads(held(record, str)),
             "created_at": held(created_at, int)} |
            ({} if expires_at is None else {"expires_at": held(expires_at, int)})
            for key, record, created_at, expires_at in rows]}

    def clear(self, args, now):
        with self.writing(now):
            self.db.execute("DELETE FROM entry")
        return {}


def held(value, kind):
    """The value, where it is of the kind that was put: a damaged file may have anything in a column."""
    if type(value) is not kind:
        raise Refusal("corrupt", message=f"the database has no {kind.__name__} where one was put")
    return value


def found(row):
    return {"found": False} if row is None else {"found": True, "record": json.loads(held(row[0], str))}


def code_of(error):
    return getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF


def refusal_of(error, effect="none"):
    """What SQLite's error means to the contract. Only a commit under way leaves the effect open."""
    code = code_of(error)
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return Refusal("busy", message=str(error))
    if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
        return Refusal("corrupt", message=str(error))
    return Refusal("io", message=str(error), effect=effect)


def not_json(constant):
    raise ValueError(f"{constant} is not JSON")


class Driver:
    OPERATIONS = ("register", "lookup", "consume", "entries", "clear", "claim", "delete")

    def __init__(self, store):
        self.open_store, self.stores = store, {}

    def answer(self, request):
        op, args = request.get("op"), request.get("args")
        args = {} if args is None else args
        if not isinstance(args, dict):
            raise Refusal("invalid-argument", "args", "must be an object")
        if op == "hello":
            offered = args.get("protocol") or {}
            if not offered.get("min", 1) <= 1 <= offered.get("max", 1):
                raise Refusal("unsupported", "protocol", "this driver speaks protocol 1")
            return HELLO
        name = args.get("store") or "main"
        if op in ("open", "close", "stop"):
            for closing in list(self.stores) if op == "stop" else [name]:
                if closing in self.stores:
                    self.stores.pop(closing).close()
            if op == "open":
                self.stores[name] = self.open_store(args)
            return {}
        if op not in self.OPERATIONS:
            raise Refusal("unsupported", message="unknown operation")
        if name not in self.stores:
            raise Refusal("closed")
        return getattr(self.stores[name], op)(args, integer(request, "now", -MAX_SAFE))

    def reply(self, line):
        try:
            request = json.loads(line.decode(), parse_constant=not_json)
            number = request["id"]
            if type(number) is not int:
                raise TypeError("id must be an integer")
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            refused = Refusal("invalid-argument", message=f"cannot decode the line: {error}")
            return {"re": None, "err": refused.err}, False
        try:
            return {"re": number, "ok": self.answer(request)}, request.get("op") == "stop"
        except Refusal as refusal:
            refused = refusal
        except sqlite3.Error as error:
            refused = refusal_of(error)
        except json.JSONDecodeError as error:  # a stored record: the request was read above
            refused = Refusal("corrupt", message=str(error))
        except Exception as error:
            refused = Refusal("internal", "", f"{type(error).__name__}: {error}", "unknown")
        return {"re": number, "err": refused.err}, False


def encode(reply):
    text = json.dumps(reply, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "replace") + b"\n"


def main(store=Store):
    os.umask(0o077)
    driver, stopped = Driver(store), False
    while not stopped:
        line = sys.stdin.buffer.readline()  # bytes, for LF alone ends a line
        if not line.endswith(b"\n"):
            break
        reply, stopped = driver.reply(line)
        data = encode(reply)
        if len(data) > MAX_LINE:
            data = encode({"re": reply["re"], "err": Refusal("too-large").err})
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
