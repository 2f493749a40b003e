"""The house rules that a program can see. Each names what to do instead."""

import dataclasses
import pathlib
import re


@dataclasses.dataclass(frozen=True)
class Finding:
    path: str
    line: int  # 0 where the whole file or its name is meant
    rule: str
    instead: str

    def __str__(self):
        where = f"{self.path}:{self.line}" if self.line else self.path
        return f"{where}: {self.rule}: {self.instead}"


@dataclasses.dataclass(frozen=True)
class LineRule:
    """Refuses every line that `pattern` finds, in the files whose path `where` finds."""

    name: str
    where: str
    pattern: str
    instead: str
    except_in: str = r"(?!)"  # matches no path

    def findings(self, path, lines):
        if not re.search(self.where, path) or re.search(self.except_in, path):
            return
        for number, line in enumerate(lines, 1):
            if re.search(self.pattern, line):
                yield Finding(path, number, self.name, self.instead)


CODE = r"\.(cpp|h|py)$"
CPP = r"\.(cpp|h)$"
ANY_TEXT = r""
# These two hold the forbidden words themselves.
RULES_AND_OFFENDERS = r"^\.ci/style_(rules|test)\.py$"

SYSTEM_CALLS = (
    "open openat close read write pread pwrite fsync fdatasync rename renameat renameat2 link linkat"
    " symlink unlink unlinkat mkdir mkdirat rmdir stat fstat lstat fstatat flock fcntl ftruncate"
    " truncate opendir fdopendir readdir closedir chmod fchmod getrandom poll fork dup dup2 mmap"
    " realpath"
).split()

LINE_RULES = [
    LineRule(
        "the suite includes the reference store",
        r"^(spec|conformance)/",
        r'#\s*include\s*["<](holdfast/)?reference/',
        "a fault that both share would be invisible; only conformance/backends,"
        " mutants and twins may, everything else meets the store through a driver",
        except_in=r"^conformance/(backends|mutants|twins)/",
    ),
    LineRule(
        "an include against the direction of the data",
        r"^(spec|reference)/",
        r'#\s*include\s*["<](holdfast/)?conformance/',
        "spec and reference know nothing of the suite; move what both need into spec",
    ),
    LineRule(
        "the reference store includes the model",
        r"^reference/",
        r'#\s*include\s*["<](holdfast/)?(spec/)?model',
        "the store and the model must not share a thought; take the vocabulary types only",
        except_in=r"^reference/tests/",
    ),
    LineRule(
        "a system call outside posix.cpp",
        r"^reference/.*\.(cpp|h)$",
        r"(?<![\w:>])::(" + "|".join(SYSTEM_CALLS) + r")\s*\("
        r"|#\s*include\s*<(unistd\.h|fcntl\.h|dirent\.h|sys/\w+\.h|fstream|filesystem)>",
        "call what reference/posix.h offers, so that one file makes the system calls",
        except_in=r"^reference/(posix\.(cpp|h)$|tests/)",
    ),
    LineRule(
        "a sleep",
        CODE,
        r"\bsleep_(for|until)\b|\b(u|nano)?sleep\s*\(",
        "wait for the event itself, with a deadline: poll(), a condition variable, a pipe that"
        " closes; where the clock is the event, clock_nanosleep() until an absolute time",
        # flock() has no timed form: whoever waits for it with a deadline tries, pauses and tries again.
        except_in=r"^reference/posix\.cpp$",
    ),
    LineRule(
        "randomness without a seed",
        CPP,
        r"\bstd::rand\b|\bs?rand\s*\(",
        "draw from the program's seed; for names that must not be guessed, getrandom()",
    ),
    LineRule(
        "a shell",
        CODE,
        r"(?<!\w)(std::|::|os\.)?(system|popen)\s*\(|shell\s*=\s*True",
        "start the program itself, argument by argument: posix_spawn(), subprocess.run([…])",
    ),
    LineRule(
        "a test that is switched off",
        CODE,
        r"\bGTEST_SKIP\b|\bDISABLED_|^\s*//\s*(TEST(_[FP])?|RC_GTEST\w+)\s*\(|@unittest\.skip|self\.skipTest",
        "mend it or delete it; what cannot run here is reported as not run",
        # There a user's test shows as skipped what the user's store does not claim.
        except_in=r"^conformance/include/holdfast/conformance/gtest\.h$",
    ),
    LineRule(
        "work left for later",
        ANY_TEXT,
        r"\b(TODO|FIXME|XXX|HACK)\b",
        "do it now, or leave it out and say in the spec what is not promised",
    ),
    LineRule(
        "a path of one machine",
        ANY_TEXT,
        r"(?<![\w.}$)*-])/((work|farm|home|root|Users)/|tmp/\w+/)",
        "build paths from the tree's root, or from a fresh temporary folder",
    ),
    LineRule(
        "a build for one machine",
        r"(^|/)(CMakeLists\.txt|CMakePresets\.json|dev)$|\.cmake$",
        r"-m(arch|tune)=native",
        "leave it out: what is built here has to run, and to measure the same, elsewhere",
    ),
    LineRule(
        "flags or files that CMake cannot follow",
        r"(^|/)CMakeLists\.txt$|\.cmake$",
        r"(?i)\bset\s*\(\s*CMAKE_CXX_FLAGS|\badd_(compile_options|definitions)\s*\(|\bfile\s*\(\s*GLOB",
        "name the target with target_compile_options(), and list each file",
    ),
]

FORBIDDEN_NAMES = {
    "util": "say what it does to which data",
    "utils": "say what it does to which data",
    "helper": "name the idea it helps with",
    "helpers": "name the idea they help with",
    "manager": "name what it keeps: a pool, a table, a session",
    "common": "put it where its idea lives, in spec/ if both sides need it",
    "misc": "one idea a file",
}

TOP_LEVEL = {
    "CMakeLists.txt", "CMakePresets.json", "README.md", "LICENSE", "dev",
    "spec", "reference", "conformance", "fuzz", "bench",
    ".ci", ".clusterfuzzlite", ".cmake", ".github", ".gitignore", ".clang-format", ".clang-tidy",
}

COLUMNS = 100
FILE_LINES = 400
# Longer files, each with the reason why it is one idea.
LONG_FILES = {
    "spec/src/model.cpp": "one pure function an operation",
    "spec/tests/schemas_test.cpp": "documents that each schema takes and refuses",
}


def name_findings(path):
    parts = pathlib.PurePosixPath(path).parts
    if parts[0] not in TOP_LEVEL:
        yield Finding(path, 0, f"\"{parts[0]}\" at the top of the tree",
                      "put it below one of: " + " ".join(sorted(TOP_LEVEL)))
    for word in re.findall(r"[A-Z]?[a-z]+", path):
        if word.lower() in FORBIDDEN_NAMES:
            yield Finding(path, 0, f"\"{word}\" in a name", FORBIDDEN_NAMES[word.lower()])


def column_findings(path, lines):
    """Long lines in C++, but for those with a URL and those within a raw string."""
    if not re.search(CPP, path):
        return
    raw_end = None
    for number, line in enumerate(lines, 1):
        inside = raw_end is not None
        if inside and raw_end in line:
            raw_end = None
        for opened in re.finditer(r'R"([^()\\ ]{0,16})\(', line):
            end = f'){opened.group(1)}"'
            inside = True
            if end not in line[opened.end():]:
                raw_end = end
        if len(line) > COLUMNS and not inside and "://" not in line:
            yield Finding(path, number, f"{len(line)} columns",
                          f"at most {COLUMNS}: clang-format -i, and break strings by hand")


def length_findings(path, lines, long_files):
    if not re.search(CODE + r"|\.cmake$|(^|/)CMakeLists\.txt$|^dev$", path):
        return
    if len(lines) > FILE_LINES and path not in long_files:
        yield Finding(path, 0, f"{len(lines)} lines",
                      f"at most {FILE_LINES}: one idea a file; if it is one, say why in LONG_FILES")
    if len(lines) <= FILE_LINES and path in long_files:
        yield Finding(path, 0, "a needless exception", "it is short again: take it out of LONG_FILES")


def findings_in(path, text, long_files=LONG_FILES):
    """All that is wrong with a file, given its path from the root and its text; None is no text."""
    yield from name_findings(path)
    if text is None:
        return
    lines = text.split("\n")
    if lines[-1] == "":
        lines.pop()
    yield from column_findings(path, lines)
    yield from length_findings(path, lines, long_files)
    if re.search(RULES_AND_OFFENDERS, path):
        return
    for rule in LINE_RULES:
        yield from rule.findings(path, lines)
