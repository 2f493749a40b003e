"""What the contract refuses (INP-1 to INP-6, REC-1 to REC-4, TTL-3), and how it says so."""
import json
import re

MAX_SAFE = 2**53 - 1
MAX_ID, MAX_RECORD, MAX_DEPTH = 512, 1 << 20, 100
WHITE_SPACE = ("\t\n\v\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009"
               "\u200a\u2028\u2029\u202f\u205f\u3000\ufeff")  # what ECMAScript trims


class Refusal(Exception):
    """An error of the contract: code, field, message, effect."""

    def __init__(self, code, field="", message="", effect="none"):
        super().__init__(message)
        self.err = {"code": code, "effect": effect, "message": message or code}
        if field:
            self.err["field"] = field


def utf8(text, field):
    try:
        return text.encode()
    except UnicodeEncodeError:
        raise Refusal("invalid-argument", field, "is not well-formed Unicode") from None


def checked_id(raw):
    if not isinstance(raw, str):
        raise Refusal("invalid-argument", "key", "must be a string")
    key = raw.strip(WHITE_SPACE)
    size = len(utf8(key, "key"))
    if not key:
        raise Refusal("invalid-argument", "key", "is empty")
    if size > MAX_ID:
        raise Refusal("too-large", "key", f"is longer than {MAX_ID} bytes")
    return key


def depth(value):
    deepest, todo = 0, [(value, 0)]
    while todo:
        item, level = todo.pop()
        if isinstance(item, (list, dict)):
            level += 1
            deepest = max(deepest, level)
            todo += [(child, level) for child in (item.values() if isinstance(item, dict) else item)]
    return deepest


def checked_record(record):
    if depth(record) > MAX_DEPTH:
        raise Refusal("too-large", "record", f"nests deeper than {MAX_DEPTH} levels")
    try:
        text = json.dumps(record, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    except ValueError:
        raise Refusal("invalid-argument", "record", "holds a number that is not finite") from None
    if len(utf8(text, "record")) > MAX_RECORD:
        raise Refusal("too-large", "record", f"is larger than {MAX_RECORD} bytes")
    return record


def integer(args, name, least=0):
    value = args.get(name)
    if value is not None and (type(value) is not int or not least <= value <= MAX_SAFE):
        raise Refusal("invalid-argument", name, f"must be an integer from {least}")
    return value


def checked_namespace(raw):
    name = raw.strip(WHITE_SPACE) if isinstance(raw, str) else ""
    if len(name) > 128 or not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*", name):
        raise Refusal("invalid-argument", "namespace", "breaks the syntax of namespaces")
    return name
