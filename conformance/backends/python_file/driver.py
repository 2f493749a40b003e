#!/usr/bin/env python3
"""A keyed store in one JSON file, format envelope/1, behind driver protocol 1.

Every operation holds flock(LOCK_EX) on store.lock, reads the file, and where it changes anything
writes a new one beside it, makes it durable and renames it over the old. On the standard library
alone. This file is the protocol; the store is in store.py.
"""
import json
import sys

sys.dont_write_bytecode = True

from envelope import MAX_FILE
from rules import MAX_DEPTH, MAX_ID, MAX_RECORD, MAX_SAFE, Refusal, integer
from store import Store

MAX_LINE = 16 << 20
HELLO = {
    "protocol": 1,
    "driver": {"name": "python-file", "version": "1"},
    "backend": {"name": "python-file", "version": "1"},
    "capabilities": {
        "clock": "both", "ttl": True, "ttl_zero": "expires", "max_entries": True,
        "overflow": "evict-oldest", "order": "created-id", "created_at": True,
        "persistence": "power", "multi_process": True, "claim": True, "delete": True,
        "pipelining": 16, "ill_formed_strings": True, "format": "envelope/1", "quarantine": True,
        "instances": 8, "max_id_bytes": MAX_ID, "max_record_bytes": MAX_RECORD,
        "max_depth": MAX_DEPTH, "max_file_bytes": MAX_FILE,
        "lock_file": "lifecycle/{namespace}/store.lock",
    },
}


def not_json(constant):
    raise ValueError(f"{constant} is not JSON")


class Driver:
    OPERATIONS = ("register", "lookup", "consume", "entries", "clear", "claim", "delete")

    def __init__(self):
        self.stores, self.events = {}, []

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
                self.stores.pop(closing, None)
            if op == "open":
                self.stores[name] = Store(args, self.events.append)
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
        except OSError as error:
            refused = Refusal("io", message=str(error))
        except Exception as error:
            refused = Refusal("internal", "", f"{type(error).__name__}: {error}", "unknown")
        return {"re": number, "err": refused.err}, False


def encode(message):
    text = json.dumps(message, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "replace") + b"\n"


def main():
    driver, stopped = Driver(), False
    while not stopped:
        line = sys.stdin.buffer.readline()  # bytes, for LF alone ends a line
        if not line.endswith(b"\n"):
            break
        reply, stopped = driver.reply(line)
        data = encode(reply)
        if len(data) > MAX_LINE:
            data = encode({"re": reply["re"], "err": Refusal("too-large").err})
        sys.stdout.buffer.write(b"".join(map(encode, driver.events)) + data)
        sys.stdout.buffer.flush()
        driver.events.clear()


if __name__ == "__main__":
    main()
