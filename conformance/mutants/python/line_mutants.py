#!/usr/bin/env python3
"""Drivers that break the protocol in one way each: line_mutants.py NAME; --list tells them."""
import io
import json
import sys

from mutant import backend, mutant, run

sound = backend("python_sqlite")


def with_answers(change):
    """A driver whose replies are others; `change` answers the new one."""
    class Driver(sound.Driver):
        def reply(self, line):
            reply, stopped = super().reply(line)
            return change(line, reply), stopped

    sound.Driver = Driver
    sound.main()


def asks(line, op):
    return b'"op":"' + op.encode() + b'"' in line


@mutant("reads-lines-as-text", "PRO-1", "lint")
def reads_lines_as_text():
    class Lines:
        """Standard input, cut wherever str.splitlines() cuts."""

        def __init__(self):
            self.raw, self.buffer, self.lines = sys.stdin.buffer, self, []

        def readline(self):
            if not self.lines:
                self.lines = self.raw.readline().decode("utf-8", "replace").splitlines()
            return self.lines.pop(0).encode() + b"\n" if self.lines else b""

    sys.stdin = Lines()
    sound.main()


@mutant("never-flushed", "PRO-2", "lint")
def never_flushed():
    class Silent(io.BytesIO):
        """Standard output that is written at the end."""

    kept = Silent()
    out, sys.stdout = sys.stdout, io.TextIOWrapper(kept)
    sound.main()
    out.buffer.write(kept.getvalue())


@mutant("greets-at-length", "PRO-3", "lint")
def greets_at_length():
    for _ in range(65):
        print("starting up", flush=True)
    sound.main()


@mutant("agrees-to-any-version", "PRO-4", "lint")
def agrees_to_any_version():
    with_answers(lambda line, reply: {"re": reply["re"], "ok": sound.HELLO} if asks(line, "hello") else reply)


@mutant("claims-in-words", "PRO-5", "lint")
def claims_in_words():
    sound.HELLO["capabilities"]["ttl"] = "yes"
    sound.main()


@mutant("answers-to-its-own-numbers", "PRO-6", "lint")
def answers_to_its_own_numbers():
    with_answers(lambda line, reply: {**reply, "re": reply["re"] + 1} if asks(line, "lookup") else reply)


@mutant("found-goes-without-saying", "PRO-7", "lint")
def found_goes_without_saying():
    def change(line, reply):
        if asks(line, "lookup") and "ok" in reply:
            reply["ok"].pop("found")
        return reply

    with_answers(change)


@mutant("null-is-a-value", "PRO-8", "lint")
def null_is_a_value():
    integer = sound.integer

    def strict(args, name, least=0):
        if name in args and args[name] is None:
            raise sound.Refusal("invalid-argument", name, "must be an integer")
        return integer(args, name, least)

    sound.integer = strict
    sound.main()


@mutant("unknown-is-invalid", "PRO-9", "lint")
def unknown_is_invalid():
    def change(line, reply):
        if reply.get("err", {}).get("code") == "unsupported":
            reply["err"]["code"] = "invalid-argument"
        return reply

    with_answers(change)


@mutant("dies-of-a-bad-line", "PRO-10", "lint")
def dies_of_a_bad_line():
    class Driver(sound.Driver):
        def reply(self, line):
            json.loads(line)
            return super().reply(line)

    sound.Driver = Driver
    sound.main()


@mutant("refuses-what-is-closed", "PRO-11", "lint")
def refuses_what_is_closed():
    def change(line, reply):
        if reply.get("err", {}).get("code") == "closed":
            reply["err"]["code"] = "internal"
        return reply

    with_answers(change)


@mutant("stops-with-status-1", "PRO-17", "lint")
def stops_with_status_1():
    sound.main()
    sys.exit(1)


@mutant("names-fields-its-own-way", "PRO-18", "lint")
def names_fields_its_own_way():
    def change(line, reply):
        if reply.get("err", {}).get("field") == "key":
            reply["err"]["field"] = "id"
        return reply

    with_answers(change)


if __name__ == "__main__":
    run()
