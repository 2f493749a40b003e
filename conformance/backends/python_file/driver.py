#!/usr/bin/env python3
"""A keyed store in one JSON file, format envelope/1, behind driver protocol 1.

Every operation holds flock(LOCK_EX) on store.lock, reads the file, and where it changes anything
writes a new one beside it, makes it durable and renames it over the old. On the standard library
alone. The protocol is in ../../sdk/driver.py, the store in store.py.
"""
import os
import sys

sys.dont_write_bytecode = True
# Before this folder, in which the name `driver` is this file's.
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "sdk"))

import driver
from envelope import MAX_DEPTH, MAX_FILE, MAX_ID, MAX_RECORD
from store import Store


def refusal_of(error):
    """A change is one rename: what failed before it changed nothing, and store.py says the rest."""
    return driver.Refusal("io", message=str(error)) if isinstance(error, OSError) else None


if __name__ == "__main__":
    driver.serve(
        Store, driver=("python-file", "1"), backend=("python-file", "1"), refusal_of=refusal_of,
        capabilities={
            "ttl": True, "ttl_zero": "expires", "max_entries": True, "overflow": "evict-oldest",
            "order": "created-id", "created_at": True, "persistence": "power",
            "multi_process": True, "claim": True, "delete": True, "format": "envelope/1",
            "quarantine": True, "instances": 8, "max_id_bytes": MAX_ID,
            "max_record_bytes": MAX_RECORD, "max_depth": MAX_DEPTH, "max_file_bytes": MAX_FILE,
            "lock_file": "lifecycle/{namespace}/store.lock",
        })
