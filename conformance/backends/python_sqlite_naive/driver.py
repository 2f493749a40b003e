#!/usr/bin/env python3
"""The SQLite driver next door, as it is often written: it looks, then it acts, with no transaction.

Alone it passes. What two clients do at the same time falls between the look and the act. It claims
all that its twin claims, so that the suite has a store to find out.
"""
import importlib.util
import os
import sys
import time
from contextlib import contextmanager

sys.dont_write_bytecode = True
TWIN = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "python_sqlite", "driver.py")
spec = importlib.util.spec_from_file_location("twin", TWIN)
twin = importlib.util.module_from_spec(spec)
spec.loader.exec_module(twin)
twin.HELLO["driver"] = {"name": "python-sqlite-naive", "version": "1"}


class NaiveStore(twin.Store):
    """Each statement commits by itself: another client may come between any two.

    So register finds the newest entry and then writes after it, and claim finds nobody and then takes
    the place of whoever came meanwhile.
    """

    def begin(self, now):
        now = time.time_ns() // 1_000_000 if now is None else now
        self.db.execute(f"DELETE FROM entry WHERE NOT {twin.LIVE}", (now,))
        return now

    def commit(self):
        pass

    @contextmanager
    def writing(self, given):
        """An error leaves open which of the statements took effect."""
        try:
            with super().writing(given) as now:
                yield now
        except twin.sqlite3.Error as error:
            raise twin.refusal_of(error, effect="unknown") from error

    def consume(self, args, now):
        """Of two consumers both may see the record before either deletes it."""
        with self.writing(now) as now:
            answer = self.lookup(args, now)
            self.db.execute("DELETE FROM entry WHERE id = ?", (twin.checked_id(args.get("key")),))
            return answer

    def delete(self, args, now):
        return {"existed": self.consume(args, now)["found"]}


if __name__ == "__main__":
    twin.main(NaiveStore)
