"""Reads the files of envelope/1, every one of them, without recursion (FILE-1, FILE-2, QUA-1)."""
import json
import math
import re

from driver import MAX_SAFE, Refusal, checked_id, checked_record

MAX_FILE, MAX_ID, MAX_RECORD, MAX_DEPTH = 32 << 20, 512, 1 << 20, 100
SPACE = re.compile(r"[ \t\r\n]*")
STRING = re.compile(r'"((?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*)"')
NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?")


class Bad(Exception):
    """A file that is no store: the version it names, whether it is JSON at all."""

    def __init__(self, message, version=None, newer=False):
        super().__init__(message)
        self.version, self.newer = version, newer


class Pairs(list):
    """The members of an object as they stand in the text."""


def parsed(text):
    """The value of a JSON text, objects as Pairs: without recursion, for it may nest to any depth."""
    at, stack, value = SPACE.match(text, 0).end(), [], None
    while True:
        token = text[at:at + 1]
        done = True
        if token == "{" or token == "[":
            value, at = (Pairs() if token == "{" else []), SPACE.match(text, at + 1).end()
            if text[at:at + 1] == ("}" if token == "{" else "]"):
                at += 1
            else:
                stack.append([value, None])
                done = False
        elif token == '"':
            value, at = string_at(text, at)
        else:
            value, at = scalar_at(text, at)
        while done:
            at = SPACE.match(text, at).end()
            if not stack:
                if at != len(text):
                    raise ValueError("text behind the value")
                return value
            top = stack[-1]
            top[0].append((top[1], value) if isinstance(top[0], Pairs) else value)
            token, at = text[at:at + 1], SPACE.match(text, at + 1).end()
            if token == ("}" if isinstance(top[0], Pairs) else "]"):
                value = stack.pop()[0]
            elif token == ",":
                done = False
            else:
                raise ValueError("neither a comma nor an end")
        if isinstance(stack[-1][0], Pairs):
            stack[-1][1], at = string_at(text, at)
            at = SPACE.match(text, at).end()
            if text[at:at + 1] != ":":
                raise ValueError("no colon")
            at = SPACE.match(text, at + 1).end()


def string_at(text, at):
    if text[at:at + 1] != '"':
        raise ValueError("no string")
    match = STRING.match(text, at)
    if not match:
        raise ValueError("no string")
    return json.loads(match.group()), match.end()


def scalar_at(text, at):
    for word, value in (("true", True), ("false", False), ("null", None)):
        if text.startswith(word, at):
            return value, at + len(word)
    match = NUMBER.match(text, at)
    if not match:
        raise ValueError("no value")
    number = float(match.group())
    if not (match.group(1) or match.group(2)) and abs(number) <= MAX_SAFE:
        return int(match.group()), match.end()
    return number, match.end()


def members(pairs, what):
    if not isinstance(pairs, Pairs):
        raise Bad(f"{what} is no object")
    known = dict(pairs)
    if len(known) != len(pairs):
        raise Bad(f"a member of {what} stands twice")
    return known


def plain(value):
    """A record out of Pairs. It is no deeper than MAX_DEPTH."""
    if isinstance(value, Pairs):
        return {name: plain(child) for name, child in members(value, "a record").items()}
    if isinstance(value, list):
        return [plain(child) for child in value]
    if isinstance(value, float) and not math.isfinite(value):
        raise Bad("a record holds a number that is not finite")
    return value


def depth_of_pairs(value):
    deepest, todo = 0, [(value, 0)]
    while todo:
        item, level = todo.pop()
        if isinstance(item, list):
            level += 1
            deepest = max(deepest, level)
            todo += [(child[1] if isinstance(item, Pairs) else child, level) for child in item]
    return deepest


def finite(value):
    return type(value) in (int, float) and math.isfinite(value)


def entry_of(key, value):
    known = members(value, "an entry")
    if key != checked_id(key, MAX_ID):
        raise Bad("an id is not trimmed")
    if "record" not in known or not finite(known.get("createdAt")):
        raise Bad("an entry lacks its record or its time")
    expires_at = known.get("expiresAt")
    if expires_at is not None and not finite(expires_at):
        raise Bad("an expiresAt is no number")
    if depth_of_pairs(known["record"]) > MAX_DEPTH:
        raise Bad("a record is too deep")
    record = checked_record(plain(known["record"]), MAX_DEPTH, MAX_RECORD)
    return [record, known["createdAt"], expires_at]


def version_of(pairs):
    named = [value for name, value in pairs if name == "version"]
    if len(named) != 1 or type(named[0]) not in (int, float):
        return None
    whole = math.isfinite(named[0]) and named[0] == int(named[0]) and abs(named[0]) <= MAX_SAFE
    return int(named[0]) if whole else None


def entries_in(data):
    """{id: [record, createdAt, expiresAt]}, as a file's bytes have it, or Bad."""
    if len(data) > MAX_FILE:
        raise Bad("the file is over its size")
    try:
        top = parsed(data.decode())
    except ValueError as error:
        raise Bad(f"it is not JSON: {error}") from None
    if not isinstance(top, Pairs):
        raise Bad("the envelope is no object")
    version = version_of(top)
    try:
        if version != 1:
            raise Bad("its version is not 1", newer=version is not None and version > 1)
        envelope = members(top, "the envelope")
        return {key: entry_of(key, value)
                for key, value in members(envelope.get("entries"), "entries").items()}
    except Refusal as refusal:
        raise Bad(refusal.err["message"], version) from None
    except Bad as bad:
        bad.version = version
        raise
