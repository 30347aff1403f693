"""Downloads with one broken submission in them: kind by kind, the same one for the same seed and number."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random

from grader.verify.fuzz.break_bytes import break_bytes
from grader.verify.fuzz.break_text import break_notebook, break_source, encoded, notebook
from grader.verify.fuzz.break_zip import Files, break_entries, break_headers, zipped


@dataclass(frozen=True)
class Work:
    """What is broken: a student's package, path in the student's folder -> text; and a sound one beside it."""

    modules: Mapping[str, str]
    sound: Mapping[str, str]

    @property
    def files(self) -> dict[str, bytes]:
        """The package with what students hand in beside it, and what their machines add."""
        litter = {"__MACOSX/._report.md": b"\0\5\x16\7", ".DS_Store": b"\0", "picollm/__pycache__/rmsnorm.cpython-311.pyc": b"\0"}
        return {
            **{name: text.encode() for name, text in self.modules.items()},
            "report.md": b"# Report\n",
            "members.txt": b"Eve\n",
            **litter,
        }


@dataclass(frozen=True)
class Download:
    """Files of a folder, or the bytes of one zip when there is only ``""``. ``amy``: whether the sound submission must come out whole."""

    kind: str
    files: Mapping[str, bytes]
    amy: bool


def download(seed: int, number: int, work: Work) -> Download:
    """The download of this number."""
    kind = tuple(_KINDS)[number % len(_KINDS)]
    broken = _KINDS[kind](Random(f"{seed}:{number}"), work)
    if "" in broken:
        return Download(kind, broken, amy=False)
    return Download(kind, {**broken, "amy.zip": zipped(_encoded(work.sound))}, amy=True)


def _one(random: Random, work: Work, breaking: Callable[[Random, bytes], bytes]) -> Files:
    """One student's zip, under a common wrapping folder or not, broken; now and then inside another zip, or two."""
    above = random.choice(("", "", "hw1/", "my work/hw1/"))
    content = breaking(random, zipped({f"{above}{name}": content for name, content in work.files.items()}))
    for name in random.choice(((), (), ("inner.zip",), ("a/b.zip", "c.ZIP"))):
        content = zipped({name: content, "readme.txt": b"x"})
    return {"eve.zip": content}


def _class(random: Random, work: Work, breaking: Callable[[Random, bytes], bytes]) -> Files:
    return {"": breaking(random, zipped(_class_files(random, work)))}


def _class_files(random: Random, work: Work) -> Files:
    """A class as course sites pack it: zips, or folders of zips, or folders of files, with pages of their own."""
    ben = random.choice(("ben_1_assignsubmission_file_/", "ben/", "submission_17/"))
    packed = (
        {f"{ben}work.zip": zipped(work.files)} if random.random() < 0.5 else {f"{ben}{name}": data for name, data in work.files.items()}
    )
    return {"amy.zip": zipped(_encoded(work.sound)), **packed, "eve/": b"", "index.html": b"x", "Tina.txt": b"I am ill."}


def _source(random: Random, work: Work) -> Files:
    name = random.choice(tuple(work.modules))
    content = encoded(random, break_source(random, work.modules[name]))
    if random.random() < 0.3:
        return {"eve.py": content}
    return {f"eve/{path}": data for path, data in {**work.files, name: content}.items()}


def _source_bytes(random: Random, work: Work) -> Files:
    name = random.choice(tuple(work.modules))
    return {f"eve/{path}": data for path, data in {**work.files, name: break_bytes(random, work.files[name])}.items()}


def _notebook(random: Random, work: Work) -> Files:
    cells = [f"{part}\n" for text in work.modules.values() for part in text.split("\n\n\n")]
    if random.random() < 0.5:
        place = random.randrange(len(cells))
        cells[place] = break_source(random, cells[place])
    content = break_notebook(random, notebook(cells))
    return random.choice(
        ({"eve.ipynb": content}, {"eve/work.ipynb": content, "eve/report.md": b"x"}, {"eve.zip": zipped({"a b.ipynb": content})})
    )


def _notebook_bytes(random: Random, work: Work) -> Files:
    sound = break_notebook(Random(0), notebook(list(work.modules.values())))
    return {"eve.ipynb": break_bytes(random, sound)}


def _encoded(texts: Mapping[str, str]) -> dict[str, bytes]:
    return {name: text.encode() for name, text in texts.items()}


_KINDS: Mapping[str, Callable[[Random, Work], Files]] = {
    "bytes of a zip": lambda random, work: _one(random, work, break_bytes),
    "headers of a zip": lambda random, work: _one(random, work, break_headers),
    "entries of a zip": lambda random, work: {"eve.zip": break_entries(random, work.files)},
    "bytes of the class's zip": lambda random, work: _class(random, work, break_bytes),
    "headers of the class's zip": lambda random, work: _class(random, work, break_headers),
    "entries of the class's zip": lambda random, work: {"": break_entries(random, _class_files(random, work))},
    "lines of a source": _source,
    "bytes of a source": _source_bytes,
    "cells and JSON of a notebook": _notebook,
    "bytes of a notebook": _notebook_bytes,
}
