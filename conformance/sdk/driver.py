"""Driver protocol 1 for stores in Python: one file without dependencies, to be copied beside a store.

A store is a class with five methods; `now` is a function that tells the time in milliseconds, to be
called where the store has whatever keeps others out:

    class Store:
        def __init__(self, options, warn): ...             # Options; warn(path, reason, version=None)
        def register(self, key, record, ttl_ms, now): ...  # ttl_ms: None for an entry without end
        def lookup(self, key, now): ...                    # the record, or ABSENT
        def consume(self, key, now): ...                   # the same, and it is gone
        def entries(self, now): ...                        # an iterable of Entry, in order
        def clear(self, now): ...

    driver.serve(Store, driver=("my-driver", "1"), backend=("my store", "3.2"),
                 capabilities={"persistence": "process", "order": "created-id"})

and, where its capabilities claim them, `claim` (arguments of register; true where it was free) and
`delete` (of lookup; true where there was one). `close(self)` is called where there is one.

Arguments are checked before the store sees them: trimmed, well-formed, within the declared limits, in
the order that the contract asks for (INP-1 to INP-6, REC-2 to REC-4, TTL-3). A default ttl is filled in,
and a ttl of 0 refused where `ttl_zero` says so. A store refuses with
`raise Refusal(code, field, message, effect)`. Any OSError is told as `io` and any other exception as
`internal`, both with effect `unknown`: a store that knows better says so itself.

Python 3.8 or later.
"""
import collections
import json
import re
import sys
import time

MAX_SAFE = 2**53 - 1  # the largest integer that is exact everywhere
MAX_LINE = 16 << 20
WHITE_SPACE = ("\t\n\v\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009"
               "\u200a\u2028\u2029\u202f\u205f\u3000\ufeff")  # what ECMAScript trims
NAMESPACE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}")
ABSENT = object()  # what lookup and consume answer where there is nothing: None is a record
# Claimed where the store's own capabilities do not say otherwise: what this file does. A store that
# reads no time but the machine's says `"clock": "wall"`.
OF_THE_DRIVER = {"clock": "both", "pipelining": 16, "ill_formed_strings": True,
                 "max_id_bytes": 512, "max_record_bytes": 1 << 20, "max_depth": 100}
MUST_HAVE = ("register", "lookup", "consume", "entries", "clear")
MAY_HAVE = ("claim", "delete")

Options = collections.namedtuple(
    "Options", "dir namespace max_entries default_ttl_ms lock_timeout_ms")
Entry = collections.namedtuple("Entry", "id record created_at expires_at", defaults=(None, None))


class Refusal(Exception):
    """An error of the contract: code, the argument's name on the wire, message, effect."""

    def __init__(self, code, field="", message="", effect="none"):
        super().__init__(message or code)
        self.err = {"code": code, "effect": effect, "message": message or code}
        if field:
            self.err["field"] = field


def expiry(now_ms, ttl_ms):
    """When an entry written at now_ms expires: None for never. Refused beyond the safe integers."""
    if ttl_ms is None:
        return None
    if now_ms + ttl_ms > MAX_SAFE:
        raise Refusal("invalid-argument", "ttl_ms", "expires beyond the safe integers")
    return now_ms + ttl_ms


def serve(store, driver, backend, capabilities, refusal_of=None):
    """Answers standard input until it ends or says stop. `driver` and `backend`: (name, version).

    refusal_of(error), where given, says which Refusal an exception of the store means, or None.
    """
    claims = {**OF_THE_DRIVER, **capabilities}
    wanted = MUST_HAVE + tuple(name for name in MAY_HAVE if claims.get(name))
    missing = [name for name in wanted if not callable(getattr(store, name, None))]
    if missing:
        sys.exit(f"driver: {store.__name__} has no method {', '.join(missing)}; "
                 f"claim and delete are needed only where the capabilities claim them")
    hello = {"protocol": 1, "driver": dict(zip(("name", "version"), driver)),
             "backend": dict(zip(("name", "version"), backend)), "capabilities": claims}
    _Driver(store, hello, refusal_of or (lambda error: None)).serve()


class _Driver:
    def __init__(self, store, hello, refusal_of):
        self.make, self.hello, self.refusal_of = store, hello, refusal_of
        self.claims, self.stores = hello["capabilities"], {}

    def serve(self):
        stopped = False
        while not stopped:
            line = sys.stdin.buffer.readline()  # bytes, for LF alone ends a line
            if not line.endswith(b"\n"):
                break
            reply, stopped = self.reply(line)
            if not _write(reply):
                _write({"re": reply["re"], "err": Refusal("too-large").err})

    def reply(self, line):
        """The reply to a line, and whether it was the last one."""
        try:
            request = json.loads(line.decode(), parse_constant=_not_json)
            number = request["id"]
            if type(number) is not int:
                raise TypeError("id must be an integer")
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            refused = Refusal("invalid-argument", message=f"cannot decode the line: {error}")
            return {"re": None, "err": refused.err}, False
        try:
            return {"re": number, "ok": self.answer(request)}, request.get("op") == "stop"
        except Exception as error:
            return {"re": number, "err": self.told(error).err}, False

    def told(self, error):
        if isinstance(error, Refusal):
            return error
        code = "io" if isinstance(error, OSError) else "internal"
        return self.refusal_of(error) or Refusal(
            code, message=f"{type(error).__name__}: {error}", effect="unknown")

    def answer(self, request):
        op, args = request.get("op"), request.get("args")
        args = {} if args is None else args
        if not isinstance(args, dict):
            raise Refusal("invalid-argument", "args", "must be an object")
        if op == "hello":
            offered = args.get("protocol") or {}
            if not offered.get("min", 1) <= 1 <= offered.get("max", 1):
                raise Refusal("unsupported", "protocol", "this driver speaks protocol 1")
            return self.hello
        name = args.get("store") or "main"
        if op in ("open", "close", "stop"):
            for closing in list(self.stores) if op == "stop" else [name]:
                opened = self.stores.pop(closing, (None, None))[0]
                getattr(opened, "close", lambda: None)()
            if op == "open":
                options = _options(args)
                self.stores[name] = (self.make(options, _warn), options.default_ttl_ms)
            return {}
        if op not in MUST_HAVE + MAY_HAVE:
            raise Refusal("unsupported", message="unknown operation")
        if name not in self.stores:
            raise Refusal("closed", message="no store is open")
        if op in MAY_HAVE and not self.claims.get(op):
            raise Refusal("unsupported", message="this store does not claim it")
        given = _integer(request, "now", -MAX_SAFE)
        return self.call(op, args, *self.stores[name],
                         lambda: time.time_ns() // 1_000_000 if given is None else given)

    def call(self, op, args, store, default_ttl_ms, now):
        if op == "clear":
            store.clear(now)
            return {}
        if op == "entries":
            return {"entries": [_shown(Entry(*entry)) for entry in store.entries(now)]}
        key = checked_id(args.get("key"), self.claims.get("max_id_bytes"))
        if op == "delete":
            return {"existed": bool(store.delete(key, now))}
        if op in ("lookup", "consume"):
            record = getattr(store, op)(key, now)
            return {"found": False} if record is ABSENT else {"found": True, "record": record}
        if "record" not in args:
            raise Refusal("invalid-argument", "record", "is missing")
        record = checked_record(args["record"], self.claims.get("max_depth"),
                                self.claims.get("max_record_bytes"))
        ttl_ms = _integer(args, "ttl_ms")
        if ttl_ms is not None and not self.claims.get("ttl"):
            raise Refusal("unsupported", "ttl_ms", "this store does not claim ttl")
        ttl_ms = default_ttl_ms if ttl_ms is None else ttl_ms
        if ttl_ms == 0 and self.claims.get("ttl_zero") == "rejected":
            raise Refusal("invalid-argument", "ttl_ms", "this store takes no ttl of 0")
        if op == "claim":
            return {"claimed": bool(store.claim(key, record, ttl_ms, now))}
        store.register(key, record, ttl_ms, now)
        return {}


def checked_id(raw, max_bytes):
    """The id that a key means. Refused where it is none, or longer than max_bytes (None: no limit)."""
    if not isinstance(raw, str):
        raise Refusal("invalid-argument", "key", "must be a string")
    key = raw.strip(WHITE_SPACE)
    size = len(_utf8(key, "key"))
    if not key:
        raise Refusal("invalid-argument", "key", "is empty")
    if max_bytes is not None and size > max_bytes:
        raise Refusal("too-large", "key", f"is longer than {max_bytes} bytes")
    return key


def checked_record(record, max_depth, max_bytes):
    """The record. Refused where it is no JSON, or over a limit (None: no limit)."""
    if max_depth is not None and _depth(record) > max_depth:
        raise Refusal("too-large", "record", f"nests deeper than {max_depth} levels")
    try:
        size = len(_utf8(encoded(record), "record"))
    except ValueError:
        raise Refusal("invalid-argument", "record", "holds a number that is not finite") from None
    if max_bytes is not None and size > max_bytes:
        raise Refusal("too-large", "record", f"is larger than {max_bytes} bytes")
    return record


def encoded(value):
    """A value as JSON text, on one line. ValueError for a number that JSON has not."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def _write(message):
    """Writes a line, and says whether it was short enough to."""
    line = json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
    if len(line) >= MAX_LINE:
        return False
    sys.stdout.buffer.write(line + b"\n")
    sys.stdout.buffer.flush()
    return True


def _warn(path, reason, version=None):
    event = {"event": "quarantine", "path": path, "reason": reason}
    _write(event if version is None else {**event, "version": version})


def _options(args):
    name = args.get("namespace")
    name = name.strip(WHITE_SPACE) if isinstance(name, str) else ""
    if not NAMESPACE.fullmatch(name):
        raise Refusal("invalid-argument", "namespace", "breaks the syntax of namespaces")
    if not isinstance(args.get("dir"), str):
        raise Refusal("invalid-argument", "dir", "must be a string")
    if args.get("max_entries") is None:
        raise Refusal("invalid-argument", "max_entries", "is missing")
    return Options(args["dir"], name, _integer(args, "max_entries", 1),
                   _integer(args, "default_ttl_ms"), _integer(args, "lock_timeout_ms"))


def _integer(args, name, least=0):
    value = args.get(name)
    if value is not None and (type(value) is not int or not least <= value <= MAX_SAFE):
        raise Refusal("invalid-argument", name, f"must be an integer from {least} to 2^53-1")
    return value


def _utf8(text, field):
    try:
        return text.encode()
    except UnicodeEncodeError:
        raise Refusal("invalid-argument", field, "is not well-formed Unicode") from None


def _depth(value):
    deepest, todo = 0, [(value, 0)]
    while todo:
        item, level = todo.pop()
        if isinstance(item, (list, dict)):
            deepest = max(deepest, level + 1)
            children = item.values() if isinstance(item, dict) else item
            todo += [(child, level + 1) for child in children]
    return deepest


def _shown(entry):
    shown = {"id": entry.id, "record": entry.record}
    if entry.created_at is not None:
        shown["created_at"] = entry.created_at
    if entry.expires_at is not None:
        shown["expires_at"] = entry.expires_at
    return shown


def _not_json(constant):
    raise ValueError(f"{constant} is not JSON")
