#!/usr/bin/env python3
"""The store of python_sqlite with another journal: sqlite_driver.py JOURNAL_MODE SYNCHRONOUS."""
import pathlib
import sqlite3
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "backends" / "python_sqlite"))
import driver

INSTEAD = {
    "PRAGMA journal_mode = WAL": f"PRAGMA journal_mode = {sys.argv[1]}",
    "PRAGMA synchronous = FULL": f"PRAGMA synchronous = {sys.argv[2]}",
}
connect = sqlite3.connect


class Connection(sqlite3.Connection):
    def execute(self, statement, *values):
        return super().execute(INSTEAD.get(statement, statement), *values)


driver.sqlite3.connect = lambda *where, **how: connect(*where, **how, factory=Connection)

if __name__ == "__main__":
    driver.main()
