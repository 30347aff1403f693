"""What of the machine student code can see: the interpreter's library, installed packages, shared libraries, ``grader.checks``."""

from __future__ import annotations

import site
import sysconfig
from dataclasses import dataclass
from pathlib import Path

import grader

DEVICES = ("/dev/null", "/dev/zero", "/dev/urandom", "/dev/random")
_LIBRARY_FOLDERS = ("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib")


@dataclass(frozen=True)
class Visible:
    """Paths shown read-only.

    Attributes:
        paths: folders and files shown where they are; none lies inside another.
        links: symbolic link -> its target, for the library folders that are links.
        hidden: the grader's own folder where ``paths`` would show it; ``grader_paths`` are shown in it again.
        grader_paths: the parts of the grader that student code may read.
        listable, readable: the same for Landlock, which cannot hide part of a folder: where the grader is installed among the packages,
            that folder's names may be listed and its other entries read.
    """

    paths: tuple[Path, ...]
    links: tuple[tuple[Path, str], ...]
    hidden: Path | None
    grader_paths: tuple[Path, ...]
    listable: tuple[Path, ...]
    readable: tuple[Path, ...]


def visible_paths() -> Visible:
    """Found out in the process that has loaded everything a worker needs, so that what it has mapped is known.

    Raises RuntimeError when the repository, with its tests and solutions, lies inside one of these folders.
    """
    places = {Path(sysconfig.get_path(name)) for name in ("stdlib", "platstdlib", "purelib", "platlib")}
    places.update(Path(folder) for folder in site.getsitepackages())
    links = tuple((Path(name), str(Path(name).readlink())) for name in _LIBRARY_FOLDERS if Path(name).is_symlink())
    places.update(Path(name) for name in _LIBRARY_FOLDERS if not Path(name).is_symlink())
    places.update(_mapped_libraries())
    places.update({place.resolve() for place in places})
    behind_links = tuple(link for link, _ in links)
    existing = sorted(place for place in places if place.exists() and not any(place.is_relative_to(link) for link in behind_links))
    outer = tuple(place for place in existing if not any(place != other and place.is_relative_to(other) for other in existing))
    package = Path(grader.__path__[0])
    grader_paths = (package / "__init__.py", package / "checks")
    around = tuple(place for place in outer if package.is_relative_to(place))
    if not around:
        return Visible(outer, links, None, grader_paths, (), (*outer, *grader_paths))
    for kept_secret in ("tests", "solutions"):
        if (package.parent / kept_secret).exists():
            raise RuntimeError(f"{package.parent} lies inside {around[0]}, which student code may read; move it elsewhere")
    way_down = tuple(folder for folder in package.parents if folder.is_relative_to(around[0]))
    beside = tuple(entry for folder in way_down for entry in folder.iterdir() if not package.is_relative_to(entry))
    readable = (*(place for place in outer if place not in around), *beside, *grader_paths)
    return Visible(outer, links, package, grader_paths, way_down, readable)


def _mapped_libraries() -> set[Path]:
    fields = [line.split(maxsplit=5) for line in Path("/proc/self/maps").read_text().splitlines()]
    names = {line[5] for line in fields if len(line) == 6 and line[5].startswith("/")}
    return {Path(name) for name in names if ".so" in Path(name).name and not name.endswith("(deleted)")}
