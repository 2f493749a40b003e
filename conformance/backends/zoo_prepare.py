"""What the drivers need before they can be started: packages of npm, and the drivers beside them."""
import json
import shutil
import subprocess

from zoo_catalogue import HERE, SOURCE

LONGEST_INSTALL_S = 600
NPM_CI = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier"]


def debian_packages(backends):
    """npm among them where a driver wants packages of it and there is no npm yet, from wherever."""
    packages = {package for backend in backends for package in backend.manifest["packages"]["debian"]}
    if any(map(needs_npm, backends)) and not shutil.which("npm"):
        packages.add("npm")
    return sorted(packages)


def needs_npm(backend):
    return bool(backend.manifest["packages"]["npm"])


def targets(backends):
    """What is to be built: each driver in {build} is a target of its own name."""
    starts = [backend.manifest["start"][0] for backend in backends]
    return sorted({start.rsplit("/", 1)[1] for start in starts if start.startswith("{build}/")})


def prepare_npm(backends, npm):
    """Installs the packages and lays the drivers beside them, as their users would. A sentence where it
    cannot: nothing where it could, or nobody needs them."""
    wanting = [backend for backend in backends if needs_npm(backend)]
    if not wanting:
        return ""
    npm.mkdir(parents=True, exist_ok=True)
    lay_drivers(npm)
    locked = (HERE / "package-lock.json").read_text()
    stamp = npm / "installed-lock.json"
    if stamp.exists() and stamp.read_text() == locked and (npm / "node_modules").is_dir():
        return ""
    for name in ("package.json", "package-lock.json"):
        shutil.copyfile(HERE / name, npm / name)
    stamp.unlink(missing_ok=True)
    try:
        done = subprocess.run(NPM_CI, cwd=npm, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, timeout=LONGEST_INSTALL_S, check=False)
    except FileNotFoundError:
        return "npm is not installed"
    except subprocess.TimeoutExpired:
        return f"npm did not end within {LONGEST_INSTALL_S} s"
    if done.returncode != 0:
        lines = done.stdout.decode("utf-8", "replace").strip().splitlines()
        return "npm could not install the packages: " + (lines[0] if lines else "it says nothing")
    stamp.write_text(locked)
    return ""


def lay_drivers(npm):
    """A module finds its packages in the folders above it, so the drivers go below those."""
    (npm / "sdk").mkdir(exist_ok=True)
    shutil.copyfile(SOURCE / "conformance" / "sdk" / "driver.mjs", npm / "sdk" / "driver.mjs")
    for driver in HERE.glob("node_*/*.mjs"):
        folder = npm / "backends" / driver.parent.name
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(driver, folder / driver.name)


def why_not(backend, command, npm_complaint):
    """Why the driver cannot be started, as far as that shows without starting it."""
    if needs_npm(backend) and npm_complaint:
        return npm_complaint
    is_there = (SOURCE / command[0]).exists() if "/" in command[0] else shutil.which(command[0])
    return "" if is_there else f"{command[0]} is not there"


def pinned():
    """The packages of package.json, by name."""
    package = json.loads((HERE / "package.json").read_text())
    return package["dependencies"] | package.get("optionalDependencies", {})
