#!/usr/bin/env python3
"""One JSON file, for one process at a time. Copy it with driver.py, and put your store in its place."""
import json
import os

import driver


class Store:
    def __init__(self, options, warn):
        self.file = os.path.join(options.dir, options.namespace + ".json")
        if os.path.lexists(self.file) and not os.path.isfile(self.file):
            raise driver.Refusal("unsafe-path", message=f"{self.file} is no regular file")
        self.held = {}  # {id: [record, created_at]}
        try:
            with open(self.file) as file:
                self.held = json.load(file)
        except FileNotFoundError:
            pass
        except ValueError as error:  # left where it is, for a person to look at
            raise driver.Refusal("corrupt", message=str(error))

    def register(self, key, record, ttl_ms, now):
        created_at = max([now()] + [created_at for _, created_at in self.held.values()])
        self.save({**self.held, key: [record, created_at]})

    def lookup(self, key, now):
        return self.held[key][0] if key in self.held else driver.ABSENT

    def consume(self, key, now):
        record = self.lookup(key, now)
        self.save({other: entry for other, entry in self.held.items() if other != key})
        return record

    def entries(self, now):
        order = sorted(self.held, key=lambda key: (self.held[key][1], key.encode()))
        return [driver.Entry(key, *self.held[key]) for key in order]

    def clear(self, now):
        self.save({})

    def save(self, held):
        with open(self.file + ".new", "w") as file:
            json.dump(held, file)
        os.replace(self.file + ".new", self.file)  # the whole new file, or the whole old one
        self.held = held


if __name__ == "__main__":
    driver.serve(Store, driver=("template", "1"), backend=("one JSON file", "1"),
                 capabilities={"order": "created-id", "created_at": True, "persistence": "process"})
