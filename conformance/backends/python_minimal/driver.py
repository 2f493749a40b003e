#!/usr/bin/env python3
"""A keyed store in one JSON file, for one process at a time, behind driver protocol 1."""
import json, os, re, sys, time

WHITE = ("\t\n\v\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
         "\u2028\u2029\u202f\u205f\u3000\ufeff")  # what the contract trims
HELLO = {"protocol": 1, "driver": {"name": "python-minimal", "version": "1"},
         "backend": {"name": "one JSON file", "version": "1"},
         "capabilities": {"clock": "virtual", "max_entries": True, "order": "created-id",
                          "created_at": True, "persistence": "process", "max_depth": 100}}
store = {}  # the open one: path, cap, and entries as {id: [created_at, record]}

class Refusal(Exception):
    def __init__(self, code, field="", effect="none"):
        self.err = {"code": code, "field": field, "effect": effect, "message": f"{code} {field}"}

def trimmed(args, name, syntax):
    value = args[name].strip(WHITE)
    if not re.fullmatch(syntax, value, re.DOTALL) or re.search("[\ud800-\udfff]", value):
        raise Refusal("invalid-argument", name)
    return value

def depth(value):
    inner = value.values() if isinstance(value, dict) else value
    return 1 + max(map(depth, inner), default=0) if isinstance(value, (dict, list)) else 0

def commit(entries):
    with open(store["path"] + ".new", "w") as file:
        json.dump(entries, file, allow_nan=False)
    os.replace(store["path"] + ".new", store["path"])  # the whole new file, or the whole old one
    store["entries"] = entries
    return {}

def open_store(args):
    name = trimmed(args, "namespace", r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}")
    if args.get("default_ttl_ms") is not None:
        raise Refusal("unsupported", "default_ttl_ms")
    path, cap = os.path.join(args["dir"], name + ".json"), args["max_entries"]
    entries = json.load(open(path)) if os.path.exists(path) else {}
    store.update(path=path, cap=cap, entries=entries)

def answer(op, args, now):
    if op == "hello":
        if not args["protocol"]["min"] <= 1 <= args["protocol"]["max"]:
            raise Refusal("unsupported", "protocol")
        return HELLO
    if op in ("open", "close", "stop"):
        store.clear()
        if op == "open":
            open_store(args)
        return {}
    if op not in ("register", "lookup", "consume", "entries", "clear"):
        raise Refusal("unsupported")
    if not store:
        raise Refusal("closed")
    if args.get("ttl_ms") is not None:
        raise Refusal("unsupported", "ttl_ms")  # not claimed, so never to be taken and dropped
    entries = dict(store["entries"])
    if op == "entries":
        return {"entries": [{"id": key, "created_at": entries[key][0], "record": entries[key][1]}
                            for key in sorted(entries, key=lambda key: (entries[key][0], key))]}
    if op == "clear":
        return commit({})
    key = trimmed(args, "key", ".+")
    if op == "register":
        if depth(args["record"]) > HELLO["capabilities"]["max_depth"]:
            raise Refusal("too-large", "record")
        created_at = max([now] + [held for held, _ in entries.values()])
        entries[key] = [created_at, args["record"]]
        while len(entries) > store["cap"]:
            del entries[min((entries[other][0], other) for other in entries if other != key)[1]]
        return commit(entries)
    found = {"found": True, "record": entries.pop(key)[1]} if key in entries else {"found": False}
    if op == "consume":
        commit(entries)
    return found

for line in sys.stdin.buffer:  # bytes, for LF alone ends a line
    if not line.endswith(b"\n"):
        break
    number = op = None
    try:
        request = json.loads(line.decode())
        number, op, now = request["id"], request.get("op"), request.get("now")
        now = time.time_ns() // 1_000_000 if now is None else now
        reply = {"ok": answer(op, request.get("args") or {}, now)}
    except Refusal as refusal:
        reply = {"err": refusal.err}
    except KeyError as missing:
        reply = {"err": Refusal("invalid-argument", missing.args[0]).err}
    except Exception:
        undecoded = Refusal("invalid-argument")
        reply = {"err": (undecoded if number is None else Refusal("internal", "", "unknown")).err}
    print(json.dumps({"re": number} | reply), flush=True)
    if op == "stop":
        break
