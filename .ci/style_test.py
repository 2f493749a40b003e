#!/usr/bin/env python3
"""Proves the house rules: each finds the offender planted for it, and leaves its neighbour alone."""

import pathlib
import subprocess
import sys
import tempfile
import unittest

import style_rules

HERE = pathlib.Path(__file__).resolve().parent
SUITE = "conformance/campaign/x.cpp"
STORE = "reference/store.cpp"

# Rule, path, a line that breaks it, a line close by that does not.
OFFENDERS = [
    ("the suite includes the reference store", SUITE,
     '#include "holdfast/reference/store.h"', '#include "conformance/backends/reference/backend.h"'),
    ("the suite includes the reference store", "spec/src/x.cpp",
     '#include "reference/envelope.h"', '// #include nothing of the reference/ folder'),
    ("an include against the direction of the data", "spec/src/x.cpp",
     '#include "holdfast/conformance/backend.h"', '#include "holdfast/spec/error.h"'),
    ("an include against the direction of the data", STORE,
     '#include "conformance/program/program.h"', '#include "reference/lock.h"'),
    ("the reference store includes the model", STORE,
     '#include "holdfast/spec/model.h"', '#include "holdfast/spec/operation.h"'),
    ("a system call outside posix.cpp", STORE,
     "const int fd = ::open(path.c_str(), O_RDONLY);", "auto store = Store::open(path);"),
    ("a system call outside posix.cpp", STORE, "#include <sys/file.h>", "#include <string>"),
    ("a system call outside posix.cpp", STORE,
     "if (::rename(from, to) != 0) {", "posix::rename(from, to);"),
    ("a sleep", SUITE, "std::this_thread::sleep_for(10ms);", "asleep_for_good = true;"),
    ("a sleep", SUITE, "  usleep(10);",
     "  clock_nanosleep(CLOCK_REALTIME, TIMER_ABSTIME, &target, nullptr);"),
    ("a sleep", "conformance/backends/x/driver.py", "time.sleep(1)", "wake_up()"),
    ("randomness without a seed", SUITE, "int n = std::rand();", "int n = operand();"),
    ("a shell", SUITE, '  system("rm -r x");', "  file_system(x);"),
    ("a shell", "conformance/backends/x/driver.py",
     "subprocess.run(line, shell=True)", "subprocess.run([program])"),
    ("a test that is switched off", "spec/tests/x_test.cpp",
     "TEST(Store, DISABLED_Works) {", "TEST(Store, WorksWhenDisabled) {"),
    ("a test that is switched off", "spec/tests/x_test.cpp", "  GTEST_SKIP();", "  GTEST_FAIL();"),
    ("a test that is switched off", "spec/tests/x_test.cpp",
     "// TEST(Store, Works) {", "// A TEST of the whole."),
    ("work left for later", "README.md", "TODO: write this", "What is to do next"),
    ("work left for later", SUITE, "int x;  // FIXME", 'const char* name = "store-XXXXXX";'),
    ("a path of one machine", "README.md", "cd /" + "home/anna/holdfast", "cd holdfast/home/anna"),
    ("a path of one machine", SUITE, 'Open("/' + 'work/main");', 'Open(root / "work/main");'),
    ("a path of one machine", SUITE, 'Open("/tmp/mine/x");', 'Open("/tmp/holdfast-XXXXXX");'),
    ("a build for one machine", "CMakeLists.txt",
     "target_compile_options(x PRIVATE -march=native)", "target_compile_options(x PRIVATE -O2)"),
    ("flags or files that CMake cannot follow", "spec/CMakeLists.txt",
     "file(GLOB sources *.cpp)", "file(CONFIGURE OUTPUT x)"),
    ("flags or files that CMake cannot follow", "CMakeLists.txt",
     'set(CMAKE_CXX_FLAGS "-O3")', "set(CMAKE_CXX_STANDARD 20)"),
]


def found(path, text, long_files=()):
    return [finding.rule for finding in style_rules.findings_in(path, text, long_files)]


class EachRule(unittest.TestCase):
    def test_finds_its_offender_on_its_line(self):
        for rule, path, bad, _ in OFFENDERS:
            with self.subTest(rule=rule, bad=bad):
                findings = list(style_rules.findings_in(path, f"\n{bad}\n"))
                self.assertEqual([(rule, 2)], [(f.rule, f.line) for f in findings])

    def test_leaves_the_neighbour_alone(self):
        for rule, path, _, good in OFFENDERS:
            with self.subTest(rule=rule, good=good):
                self.assertEqual([], found(path, f"\n{good}\n"))

    def test_has_an_offender(self):
        self.assertEqual({rule.name for rule in style_rules.LINE_RULES},
                         {rule for rule, *_ in OFFENDERS})

    def test_says_what_to_do_instead(self):
        for rule in style_rules.LINE_RULES:
            self.assertTrue(rule.instead, rule.name)

    def test_knows_where_it_does_not_hold(self):
        self.assertEqual([], found("reference/posix.cpp", "::open(path, flags);\n"))
        self.assertEqual([], found("conformance/backends/reference/backend.cpp",
                                   '#include "holdfast/reference/store.h"\n'))


class Names(unittest.TestCase):
    def test_that_say_nothing_are_refused(self):
        for path in ("spec/src/string_util.cpp", "conformance/helpers/x.h", "spec/LockManager.h",
                     "conformance/common/x.cpp", "bench/misc.cpp", "bench/misc.bin"):
            with self.subTest(path=path):
                self.assertEqual(1, len(found(path, None)))

    def test_that_only_contain_such_a_word_are_fine(self):
        self.assertEqual([], found("spec/src/utility_of_commons.cpp", "int x;\n"))

    def test_at_the_top_are_the_listed_ones(self):
        self.assertEqual(['"notes.txt" at the top of the tree'], found("notes.txt", ""))
        self.assertEqual(['"src" at the top of the tree'], found("src/x.cpp", ""))
        self.assertEqual([], found("README.md", ""))


class Lengths(unittest.TestCase):
    def test_of_lines_end_at_100_columns(self):
        self.assertEqual(["101 columns"], found(SUITE, "x" * 101 + "\n"))
        self.assertEqual([], found(SUITE, "é" * 100 + "\n"))

    def test_of_lines_do_not_count_in_urls_and_raw_strings(self):
        url = "// https://example.org/" + "x" * 100
        self.assertEqual([], found(SUITE, url))
        raw = 'auto t = R"(\n' + "x" * 120 + '\n)";\n'
        self.assertEqual([], found(SUITE, raw))
        self.assertEqual(["120 columns"], found(SUITE, raw + "y" * 120 + "\n"))

    def test_of_files_end_at_400_lines(self):
        self.assertEqual(["401 lines"], found(SUITE, "\n" * 401))
        self.assertEqual([], found(SUITE, "\n" * 400))

    def test_of_files_may_be_more_where_a_reason_is_given(self):
        self.assertEqual([], found(SUITE, "\n" * 401, {SUITE: "one table"}))

    def test_need_no_reason_that_has_become_stale(self):
        self.assertEqual(["a needless exception"], found(SUITE, "\n" * 400, {SUITE: "one table"}))


class TheProgram(unittest.TestCase):
    """.ci/style.py itself, in a small tree of its own."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)
        (self.root / ".ci").mkdir()
        for name in ("style.py", "style_rules.py"):
            (self.root / ".ci" / name).write_text((HERE / name).read_text())
        subprocess.run(["git", "init", "-q", self.root], check=True)
        subprocess.run(["git", "-C", self.root, "add", ".ci"], check=True)

    def run_style(self):
        return subprocess.run([sys.executable, "-B", self.root / ".ci/style.py"], check=False,
                              stdout=subprocess.PIPE, text=True)

    def plant(self, path, text):
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)

    def test_passes_a_clean_tree(self):
        self.assertEqual(0, self.run_style().returncode)

    def test_fails_a_tree_with_one_offender_and_says_where(self):
        self.plant("spec/x.cpp", "int x;\nint y = std::rand();\n")
        subprocess.run(["git", "-C", self.root, "add", "spec"], check=True)
        run = self.run_style()
        self.assertEqual(1, run.returncode)
        self.assertIn("spec/x.cpp:2: randomness without a seed", run.stdout)

    def test_looks_at_tracked_files_only(self):
        self.plant("scratch/x.cpp", "int y = std::rand();\n")
        self.assertEqual(0, self.run_style().returncode)


if __name__ == "__main__":
    unittest.main()
