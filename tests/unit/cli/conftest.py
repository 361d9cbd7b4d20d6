"""`grove` in this process: arguments in, exit code and texts out."""

import json
from dataclasses import dataclass

import pytest
from grove_client import GroveClient, shared_copy

from grovemusic.cli import commands


@dataclass(frozen=True)
class Ran:
    """How a command ended and what it said."""

    code: int
    out: str
    err: str

    @property
    def json(self):
        return json.loads(self.out)

    @property
    def trouble(self):
        """The one sentence of an error, after the checks every error must pass."""
        assert self.code != 0
        assert "Traceback" not in self.out + self.err
        (line,) = (each for each in self.err.splitlines() if each.startswith("grove: "))
        return line.removeprefix("grove: ")


@pytest.fixture
def run(capsys, monkeypatch):
    """Run a command in a folder: `run(folder, "playlist", "Song by Artist")`."""

    def ran(folder, *arguments, **env):
        # The environment is this program's input, as its arguments are.
        for name, value in {"GROVE_DATA": str(folder), "GROVE_OFFLINE": "1", **env}.items():
            monkeypatch.setenv(name, value)
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            commands.main([str(each) for each in arguments])
        said = capsys.readouterr()
        return Ran(ended.value.code or 0, said.out, said.err)

    return ran


@pytest.fixture(scope="module")
def module_demo(demo_folder, tmp_path_factory):
    """A folder for all tests of a module that only add playlists."""
    return shared_copy(demo_folder, tmp_path_factory.mktemp("module") / "data")


@pytest.fixture
def grove(run, module_demo):
    """Run a command on the demo."""
    return lambda *arguments, **env: run(module_demo, *arguments, **env)


@pytest.fixture(scope="session")
def made(played_folder):
    """The id of the one playlist there."""
    with GroveClient(played_folder) as client:
        (made,) = client.get("/api/user/history").json()["runs"]
    return made["playlistId"]


@pytest.fixture
def played(run, played_folder, made):
    """Run a command that changes nothing where one playlist is: (command, its id)."""
    return lambda *arguments: run(played_folder, *arguments), made
