#!/usr/bin/env python3
"""A keyed store in one JSON file, for one process at a time, behind driver protocol 1."""
import json, os, re, stat, sys

WHITE = ("\t\n\v\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
         "\u2028\u2029\u202f\u205f\u3000\ufeff")  # what the contract trims
HELLO = {"protocol": 1, "driver": {"name": "python-minimal", "version": "1"},
         "backend": {"name": "one JSON file", "version": "1"},
         "capabilities": {"clock": "virtual", "order": "created-id", "persistence": "process"}}
STORE_OPS = ("register", "lookup", "consume", "entries", "clear", "claim", "delete")
path, entries = None, {}  # of the open store; the entries are {id: [created_at, record]}

def trimmed(args, name, syntax):
    value = args[name].strip(WHITE)
    if not re.fullmatch(syntax, value, re.DOTALL):
        raise ValueError("invalid-argument", name)
    return value

def commit(new):
    global entries
    with open(path + ".new", "w") as file:
        json.dump(new, file)
    os.replace(path + ".new", path)  # the whole new file, or the whole old one
    entries = new
    return {}

def answer(op, args, now):
    global path, entries
    if op not in ("hello", "open", "close", "stop", *STORE_OPS):
        raise ValueError("unsupported")
    if op == "hello":
        if not args["protocol"]["min"] <= 1 <= args["protocol"]["max"]:
            raise ValueError("unsupported", "protocol")
        return HELLO
    if op in ("open", "close", "stop"):
        path, entries = None, {}
    if op == "open":
        name = trimmed(args, "namespace", "[A-Za-z0-9][A-Za-z0-9._-]{0,127}")
        file = os.path.join(args["dir"], name + ".json")
        try:
            is_file = stat.S_ISREG(os.lstat(file).st_mode)
        except FileNotFoundError:  # no other error means that it is not there
            is_file = None
        if is_file is False:
            raise ValueError("unsafe-path")
        try:
            entries = json.load(open(file)) if is_file else {}
        except ValueError:  # left where it is, for a person to look at
            raise ValueError("corrupt") from None
        path = file
    if op in ("open", "close", "stop"):
        return {}
    if path is None:
        raise ValueError("closed")
    if op in ("claim", "delete"):
        raise ValueError("unsupported")  # not claimed
    if op == "entries":
        return {"entries": [{"id": key, "record": entries[key][1]}
                            for key in sorted(entries, key=lambda key: (entries[key][0], key))]}
    if op == "clear":
        return commit({})
    key, new = trimmed(args, "key", ".+"), dict(entries)
    if op == "register":
        if args.get("ttl_ms") is not None:
            raise ValueError("unsupported", "ttl_ms")  # not claimed, so not to be taken and dropped
        new[key] = [max([now] + [created_at for created_at, _ in new.values()]), args["record"]]
        return commit(new)
    found = {"found": True, "record": new.pop(key)[1]} if key in new else {"found": False}
    if op == "consume":
        commit(new)
    return found

for line in sys.stdin.buffer:  # bytes, for LF alone ends a line
    request = {"id": None, "op": None}
    try:
        request |= json.loads(line)
        reply = {"ok": answer(request["op"], request.get("args"), request.get("now"))}
    except KeyError as missing:
        reply = {"err": {"code": "invalid-argument", "field": missing.args[0]}}
    except ValueError as refusal:  # text that is not JSON is one too
        known = request["id"] is not None
        reply = {"err": dict(zip(("code", "field"), refusal.args if known else ["invalid-argument"]))}
    except OSError:
        reply = {"err": {"code": "io"}}
    if "err" in reply:
        reply["err"] |= {"effect": "none", "message": "refused"}
    print(json.dumps({"re": request["id"]} | reply), flush=True)
    if request["op"] == "stop":
        break
