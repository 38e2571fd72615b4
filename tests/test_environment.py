"""One environment, told in three places that agree; set-up that ends in one clear sentence when it cannot be done."""

import re
import shutil
import stat
import subprocess
import sys
import tomllib
import zipfile
from importlib.metadata import version
from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml
from packaging.markers import Marker
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
LOCK = {
    pin.name: pin
    for line in (ROOT / "requirements.txt").read_text().splitlines()
    if (text := line.partition(" #")[0].partition("#")[0].strip())
    for pin in [Requirement(text)]
}
WANTED = [
    Requirement(text)
    for texts in [PROJECT["dependencies"], *PROJECT["optional-dependencies"].values()]
    for text in texts
]


def pinned(pin):
    return str(pin.specifier).removeprefix("==")


@pytest.mark.parametrize("wanted", WANTED, ids=str)
def test_the_lock_holds_what_pyproject_asks_for(wanted):
    pin = LOCK[wanted.name.lower()]
    assert pinned(pin) in wanted.specifier
    if wanted.marker and wanted.name != "mxnet":
        assert pin.marker == wanted.marker


def test_mxnet_is_asked_for_only_where_it_has_a_wheel():
    marker = LOCK["mxnet"].marker
    assert isinstance(marker, Marker)
    for system, machine, wheel in [
        ("linux", "x86_64", True),
        ("linux", "aarch64", True),
        ("darwin", "x86_64", True),
        ("darwin", "arm64", False),
        ("win32", "AMD64", False),
    ]:
        assert marker.evaluate({"sys_platform": system, "platform_machine": machine}) == wheel


@pytest.mark.parametrize("pin", [pin for pin in LOCK.values() if not pin.marker or pin.marker.evaluate()], ids=str)
def test_what_runs_here_is_what_the_lock_says(pin):
    assert version(pin.name).partition("+")[0] == pinned(pin)


def test_the_lock_names_no_local_build_and_no_place():
    text = (ROOT / "requirements.txt").read_text()
    assert not re.search(r"==[^ ;]*\+", text)
    assert "://" not in text
    assert "--" not in text


def test_conda_installs_the_same_lock_on_the_same_python():
    conda = yaml.safe_load((ROOT / "environment.yml").read_text())
    python, pip, listed = conda["dependencies"]
    assert (python, pip) == ("python=3.11", "pip")
    assert listed["pip"] == ["--requirement requirements.txt", "--editable ."]
    assert "Python 3.11 is needed" in (ROOT / ".ci/setup").read_text()
    assert sys.version_info[:2] == (3, 11)
    assert PROJECT["requires-python"] == ">=3.11"


def test_one_file_to_download_holds_all_exercises_and_installs_what_they_need(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "book/_ext")
    from downloads import FOLDER, pack_exercises

    pack_exercises(SimpleNamespace(outdir=str(tmp_path / "html")))
    with zipfile.ZipFile(tmp_path / "exercises.zip") as packed:
        exercises = {f"{FOLDER}/{path.relative_to(ROOT)}" for path in ROOT.glob("exercises/*/*.ipynb")}
        assert exercises == {name for name in packed.namelist() if name.endswith(".ipynb")}
        assert all(name.startswith(f"{FOLDER}/") for name in packed.namelist())
    wheel = [sys.executable, "-m", "pip", "wheel", "./exercises.zip", "--no-deps", "--no-build-isolation", "--no-index"]
    done = subprocess.run([*wheel, "-q", "-w", "wheels"], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "Warning" not in done.stderr
    (built,) = (tmp_path / "wheels").glob("*.whl")
    holds = set(zipfile.ZipFile(built).namelist())
    modules = {str(path.relative_to(ROOT)) for name in ("grading", "lib") for path in ROOT.glob(f"{name}/**/*.py")}
    photographs = {f"lib/images/{path.name}" for path in ROOT.glob("book/images/*.png")}
    assert modules | photographs <= holds


class TestSetup:
    @pytest.fixture
    def fresh(self, tmp_path):
        """A clone that nothing has been set up in, with a lock that asks for one package."""
        (tmp_path / ".ci").mkdir()
        shutil.copy(ROOT / ".ci/setup", tmp_path / ".ci/setup")
        (tmp_path / "requirements.txt").write_text("six==1.17.0\n")
        return tmp_path

    def set_up(self, folder, **environment):
        done = subprocess.run(
            [".ci/setup"], cwd=folder, capture_output=True, text=True, env={"PATH": "/usr/bin:/bin", **environment}
        )
        return done.returncode, done.stderr

    def python(self, folder, script):
        path = folder / "python"
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(path.stat().st_mode | stat.S_IEXEC)
        return str(path)

    def test_another_python_is_named_in_one_sentence(self, fresh):
        code, said = self.set_up(fresh, PYTHON=self.python(fresh, "echo 3.9"))
        assert code == 1
        assert said.startswith("Set-up stopped: Python 3.11 is needed, and '")
        assert "is 3.9. Name yours with: make PYTHON=" in said
        assert said.count("\n") == 1

    def test_no_python_is_named_in_one_sentence(self, fresh):
        code, said = self.set_up(fresh, PYTHON="no-such-python")
        assert code == 1
        assert "'no-such-python' is none." in said

    def test_no_network_is_said_and_nothing_is_kept(self, fresh):
        nowhere = {
            "PIP_INDEX_URL": "http://127.0.0.1:9/simple",
            "PIP_CONFIG_FILE": "/dev/null",
            "PIP_NO_CACHE_DIR": "1",
        }
        code, said = self.set_up(fresh, PYTHON=sys.executable, **nowhere)
        assert code == 1
        assert said.startswith("Set-up stopped: the packages could not be downloaded; is there a network?")
        assert not (fresh / ".venv").exists()

    def test_a_finished_set_up_is_not_repeated(self, fresh):
        (fresh / ".venv").mkdir()
        shutil.copy(fresh / "requirements.txt", fresh / ".venv")
        assert self.set_up(fresh, PYTHON="no-such-python") == (0, "")


@pytest.mark.parametrize("path", sorted(ROOT.glob(".github/workflows/*.yml")), ids=lambda path: path.stem)
def test_a_workflow_runs_only_commands_that_exist(path):
    workflow = yaml.safe_load(path.read_text())
    commands = [step["run"] for job in workflow["jobs"].values() for step in job["steps"] if "run" in step]
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert commands
    for command in commands:
        for target in re.findall(r"make ([a-z-]+)", command):
            assert target in targets
        for file in re.findall(r"(?:\.ci|tests)/[\w./]+", command):
            assert (ROOT / file).exists()
        for extra in re.findall(r"\.\[(\w+)\]", command):
            assert extra in PROJECT["optional-dependencies"]
