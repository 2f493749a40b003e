"""What the faulty drivers share: the sound ones they are made from, and a name for each fault."""
import importlib.util
import json
import os
import runpy
import sys

sys.dont_write_bytecode = True
SUITE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
BACKENDS = os.path.join(SUITE, "backends")
FAULTS = {}  # by name: clause, level and the function that runs the driver


def backend(name):
    """The module of a driver that comes with the suite, to be changed in one place."""
    folder = os.path.join(BACKENDS, name)
    sys.path.insert(0, folder)
    described = importlib.util.spec_from_file_location(name, os.path.join(folder, "driver.py"))
    module = importlib.util.module_from_spec(described)
    described.loader.exec_module(module)
    return module


def store_of(name):
    """The module `store` of a driver that comes with the suite, to be changed in one place."""
    sys.path[:0] = [os.path.join(SUITE, "sdk"), os.path.join(BACKENDS, name)]
    return importlib.import_module("store")


def serve(name):
    """Runs a driver that comes with the suite as it stands, with the modules that are loaded."""
    runpy.run_path(os.path.join(BACKENDS, name, "driver.py"), run_name="__main__")


def mutant(name, clause, level):
    """Names the function that runs a driver with the fault."""
    def register(function):
        FAULTS[name] = (clause, level, function)
        return function
    return register


def run():
    name = sys.argv[1] if len(sys.argv) == 2 else ""
    if name == "--list":
        print(json.dumps([{"name": name, "clause": clause, "level": level}
                          for name, (clause, level, _) in FAULTS.items()]))
    elif name in FAULTS:
        FAULTS[name][2]()
    else:
        sys.exit(f"there is no fault {name!r}; --list tells those there are")
