"""Server programs out of Debian packages, unpacked into a cache folder: nothing is installed, root is not needed.

A private apt configuration names one suite only and an empty list of installed packages, so that apt brings the
server with every library it needs, verified with the machine's own keys; the server then runs through the loader that
came along. The archive's address comes from the machine's own apt sources.
"""

from __future__ import annotations

import fcntl
import os
import platform
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from dmsform.provider.unprivileged import runner
from dmsform.testing.debian_sources import Source, debian_archives

# Hooks of the machine's configuration are for its own package lists.
_CONFIGURATION = """\
#clear APT::Update::Pre-Invoke;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
#clear DPkg::Pre-Install-Pkgs;
Dir::Etc::sourcelist "{root}/private{suffix}";
Dir::Etc::sourceparts "/dev/null";
Dir::Etc::preferences "/dev/null";
Dir::Etc::preferencesparts "/dev/null";
Dir::State "{root}/state";
Dir::State::lists "{root}/lists";
Dir::State::status "{root}/status";
Dir::Cache "{root}/cache";
Dir::Cache::archives "archives";
APT::Sandbox::User "";
APT::Install-Recommends "false";
Acquire::Languages "none";
Acquire::Retries "3";
"""


class PackagesUnavailableError(RuntimeError):
    """The packages cannot be had on this machine; the text says why."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """A server of one version in Debian: `packages` come with what they need, `extras` alone."""

    name: str
    version: str
    suite: str
    packages: tuple[str, ...]
    program: str
    extras: tuple[str, ...] = ()
    ask_version: tuple[str, ...] = ("--version",)


_NO_FILES = ("--no-defaults", "--version")
MYSQL = Recipe("mysql", "9.7", "sid", ("mysql-server-core",), "usr/sbin/mysqld", ask_version=_NO_FILES)
# The plugins, such as auth_ed25519, are in the package with the service, whose other needs nothing here has.
MARIADB = Recipe(
    "mariadb", "10.11", "bookworm", ("mariadb-server-core",), "usr/sbin/mariadbd", ("mariadb-server",), _NO_FILES
)
POSTGRESQL = Recipe("postgresql", "18", "sid", ("postgresql-18",), "usr/lib/postgresql/18/bin/postgres")


@dataclass(frozen=True, slots=True)
class Programs:
    """An unpacked server: the folder that stands for the root of its system."""

    root: Path
    program: str

    def command(self) -> list[str]:
        """The words that run the program: by the loader and the libraries of its own system."""
        folders = [f for p in ("lib/*-linux-gnu*", "usr/lib/*-linux-gnu*") for f in sorted(self.root.glob(p))]
        loaders = [loader for folder in folders for loader in sorted(folder.glob("ld-linux-*.so.*"))]
        if not loaders:
            raise PackagesUnavailableError(f"there is no loader of programs among the packages in {self.root}")
        # Servers keep libraries of their own in a folder beside the system's.
        folders += sorted(self.root.glob("usr/lib/mysql/private"))
        libraries = ":".join(str(folder) for folder in folders)
        return [str(loaders[0]), "--library-path", libraries, str(self.root / self.program)]


@cache
def programs(recipe: Recipe) -> Programs:
    """The server of a recipe, downloaded unless it is in the cache. Raises PackagesUnavailableError."""
    root = cached(f"{recipe.name}-{recipe.version}", lambda folder: _unpack(recipe, folder))
    reached = subprocess.run([*runner().prefix, "test", "-x", str(root / recipe.program)], check=False)
    if reached.returncode != 0:
        raise PackagesUnavailableError(
            f"the server runs as another user than root, and that user cannot reach {root}: "
            "set XDG_CACHE_HOME to a folder that every user may enter"
        )
    return Programs(root, recipe.program)


def cached(name: str, build: Callable[[Path], None]) -> Path:
    """A folder of the cache, built by one process once: it is there whole or not at all."""
    cache_home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    servers = cache_home / "dmsform" / "servers"
    folder = servers / name
    if folder.exists():
        return folder
    servers.mkdir(parents=True, exist_ok=True)
    with (servers / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            with tempfile.TemporaryDirectory(prefix=f".{name}-", dir=servers) as temporary:
                Path(temporary).chmod(0o755)
                built = Path(temporary) / "built"
                built.mkdir(mode=0o755)
                build(built)
                built.rename(folder)
    return folder


def _unpack(recipe: Recipe, folder: Path) -> None:
    for tool in ("apt-get", "dpkg"):
        if shutil.which(tool) is None:
            raise PackagesUnavailableError(f"{recipe.name} {recipe.version} comes from Debian's packages: no {tool}")
    archives = debian_archives(platform.freedesktop_os_release().get("VERSION_CODENAME", "stable"))
    if not archives:
        raise PackagesUnavailableError("no source in /etc/apt names Debian's own archive")
    reasons = []
    for archive in archives:
        with tempfile.TemporaryDirectory(prefix="dmsform-apt-") as temporary:
            shutil.rmtree(folder)  # what another archive left
            folder.mkdir(mode=0o755)
            try:
                for package in _download(recipe, archive, Path(temporary)):
                    _run(["dpkg", "-x", str(package), str(folder)], {})
                _check_version(recipe, folder)
            except PackagesUnavailableError as error:
                reasons.append(str(error))
            else:
                return
    raise PackagesUnavailableError("\n".join(reasons))


def _download(recipe: Recipe, archive: Source, root: Path) -> list[Path]:
    for folder in ("state", "lists/partial", "cache/archives/partial", "extras"):
        (root / folder).mkdir(parents=True)
    (root / "status").touch()
    (root / f"private{archive.suffix}").write_text(archive.for_suite(recipe.suite))
    configuration = root / "apt.conf"
    configuration.write_text(_CONFIGURATION.format(root=root, suffix=archive.suffix))
    environment = {"APT_CONFIG": str(configuration)}
    _run(["apt-get", "-q", "update"], environment)
    _run(["apt-get", "-q", "-y", "install", "--download-only", *recipe.packages], environment)
    if recipe.extras:
        _run(["apt-get", "-q", "download", *recipe.extras], environment, root / "extras")
    return sorted([*(root / "cache" / "archives").glob("*.deb"), *(root / "extras").glob("*.deb")])


def _check_version(recipe: Recipe, folder: Path) -> None:
    said = _run([*Programs(folder, recipe.program).command(), *recipe.ask_version], {})
    if f" {recipe.version}." not in said:
        raise PackagesUnavailableError(f"{recipe.suite} has no {recipe.name} {recipe.version} but: {said.strip()}")


def _run(command: Sequence[str], environment: dict[str, str], directory: Path | None = None) -> str:
    environment = {**os.environ, "LC_ALL": "C.UTF-8", "DEBIAN_FRONTEND": "noninteractive", **environment}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment, cwd=directory)
    if done.returncode != 0:
        raise PackagesUnavailableError(f"{' '.join(command)} failed:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return done.stdout
