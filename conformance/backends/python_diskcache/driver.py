#!/usr/bin/env python3
"""A keyed store on diskcache: one Cache a namespace, used as its tutorial says."""
import os
import sqlite3
import sys

import diskcache

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "sdk"))
sys.dont_write_bytecode = True
import driver

DEFAULT_LOCK_TIMEOUT_MS = 5000


class Store:
    def __init__(self, options, warn):
        timeout_ms = options.lock_timeout_ms
        timeout_ms = DEFAULT_LOCK_TIMEOUT_MS if timeout_ms is None else timeout_ms
        self.cache = diskcache.Cache(os.path.join(options.dir, options.namespace),
                                     timeout=timeout_ms / 1000)

    def register(self, key, record, ttl_ms, now):
        self.cache.set(key, record, expire=seconds(ttl_ms, now))

    def claim(self, key, record, ttl_ms, now):
        return self.cache.add(key, record, expire=seconds(ttl_ms, now))

    def lookup(self, key, now):
        return self.cache.get(key, default=driver.ABSENT)

    def consume(self, key, now):
        return self.cache.pop(key, default=driver.ABSENT)

    def delete(self, key, now):
        return self.cache.delete(key)

    def entries(self, now):
        """Iteration includes the expired, of which get() says nothing."""
        with self.cache.transact():
            found = [(key, self.cache.get(key, default=driver.ABSENT)) for key in self.cache]
        return [driver.Entry(key, record) for key, record in found if record is not driver.ABSENT]

    def clear(self, now):
        """In a transaction, for writers may come between the steps of clear()."""
        with self.cache.transact():
            self.cache.clear()

    def close(self):
        self.cache.close()


def seconds(ttl_ms, now):
    driver.expiry(now(), ttl_ms)  # refused where it would lie beyond the safe integers
    return None if ttl_ms is None else ttl_ms / 1000


def refusal_of(error):
    if isinstance(error, diskcache.Timeout):
        return driver.Refusal("busy", message="the database stayed locked")
    if isinstance(error, sqlite3.Error):
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
        if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
            return driver.Refusal("corrupt", message=str(error))
        if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            return driver.Refusal("busy", message=str(error))
        return driver.Refusal("io", message=str(error), effect="unknown")
    return None


if __name__ == "__main__":
    driver.serve(Store, driver=("python-diskcache", "1"), backend=("diskcache", diskcache.__version__),
                 refusal_of=refusal_of,
                 capabilities={"clock": "wall", "ttl": True, "persistence": "process",
                               "multi_process": True, "instances": 8, "claim": True, "delete": True})
