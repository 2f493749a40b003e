#!/usr/bin/env python3
"""A store on LMDB for the table of power losses: lmdb_driver.py default|nometasync|nosync."""
import json
import os
import pathlib
import sys

import lmdb

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "backends" / "python_sqlite"))
import driver

FLAGS = {"default": {}, "nometasync": {"metasync": False}, "nosync": {"sync": False}}


class Store:
    def __init__(self, args):
        path = os.path.join(args["dir"], args["namespace"] + ".lmdb")
        self.env = lmdb.open(path, subdir=False, map_size=1 << 20, **FLAGS[sys.argv[1]])

    def close(self):
        self.env.close()

    def register(self, args, now):
        with self.env.begin(write=True) as transaction:
            transaction.put(args["key"].encode(), json.dumps([now, args["record"]]).encode())
        return {}

    def entries(self, args, now):
        with self.env.begin() as transaction:
            rows = [(key.decode(), json.loads(value)) for key, value in transaction.cursor()]
        return {"entries": [{"id": key, "record": record, "created_at": created_at}
                            for key, (created_at, record) in rows]}


if __name__ == "__main__":
    driver.main(Store)
