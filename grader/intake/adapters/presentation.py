"""The thin modules that present a foreign submission under the course's names."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.checks.home import module_path
from grader.checks.plan import Plan, PlannedExercise
from grader.checks.student_error import ADAPTER_PACKAGE
from grader.intake.adapters.beside.loading import Place
from grader.intake.adapters.mapping import Mapped, Unmapped
from grader.intake.adapters.place import import_from

_NOT_SOUGHT = "this adapter does not look for it, because no signature tells what it does"
_CUDA = b"cuda"
_BESIDE = Path(__file__).with_name("beside")


@dataclass(frozen=True)
class Shown:
    """One name of the course as it will be presented: ``how`` names the function beside the submission, ``single_file.row_by_row``."""

    mapped: Mapped
    how: str


def files_beside() -> dict[str, bytes]:
    """The adapters' own code, path in the clean folder -> content."""
    return {f"{ADAPTER_PACKAGE}/{path.name}": path.read_bytes() for path in sorted(_BESIDE.glob("*.py"))}


def presentation(plan: Plan, shown: Sequence[Shown], missing: Sequence[Unmapped], sources: Mapping[str, bytes]) -> dict[str, bytes]:
    """A module for each exercise: what was found in it, and for what was not, why."""
    found = {item.mapped.wanted.symbol: item for item in shown}
    reasons = {item.wanted.symbol: item.why for item in missing}
    return {module_path(exercise.module): _module(exercise, found, reasons, sources).encode() for exercise in plan.exercises}


def _module(exercise: PlannedExercise, found: Mapping[str, Shown], reasons: Mapping[str, str], sources: Mapping[str, bytes]) -> str:
    own = [found[symbol] for symbol in exercise.symbols if symbol in found]
    absent = {symbol: reasons.get(symbol, _NOT_SOUGHT) for symbol in exercise.symbols if symbol not in found}
    modules = sorted({"presenting", *(item.how.partition(".")[0] for item in own)})
    imports = [f"from {ADAPTER_PACKAGE} import {', '.join(modules)}\n"] if own else []
    return "".join(
        (
            '"""Written at intake: presents what was handed in under the names of the course."""\n\n',
            *imports,
            f"from {ADAPTER_PACKAGE}.binding import Binding, Ours, not_found\n",
            f"from {ADAPTER_PACKAGE}.loading import Place\n\n" if own else "\n",
            *(_definition(item, sources) for item in own),
            _missing_names(exercise.id, absent) if absent else "",
        )
    )


def _definition(item: Shown, sources: Mapping[str, bytes]) -> str:
    mapped = item.mapped
    kind = "model" if mapped.wanted.is_class else "function"
    place = _place(mapped, sources)
    return f"{mapped.wanted.symbol} = presenting.{kind}(\n    {place!r},\n    {mapped.binding!r},\n    {item.how},\n)\n\n"


def _place(mapped: Mapped, sources: Mapping[str, bytes]) -> Place:
    files: Collection[str] = sources.keys()
    definition, config = mapped.definition, mapped.config
    folders, module = import_from(definition.file, files, sources)
    in_files = any(_CUDA in source for source in sources.values())
    # A function works on the tensors it is given; only a model brings its own.
    in_calls = in_files if definition.is_class else _CUDA in b"\n".join(sources[definition.file].splitlines()[slice(*definition.lines)])
    if isinstance(config, str):
        return Place(folders, module, definition.name, config, cuda_in_files=in_files, cuda_in_calls=in_calls)
    config_folders, config_module = import_from(config.file, files, sources)
    both = (*folders, *(folder for folder in config_folders if folder not in folders))
    return Place(both, module, definition.name, config.name, config_module, in_files, in_calls)


def _missing_names(exercise: str, absent: Mapping[str, str]) -> str:
    table = "".join(f"    {json.dumps(symbol)}: {json.dumps(why)},\n" for symbol, why in absent.items())
    return (
        f"_ABSENT = {{\n{table}}}\n\n\n"
        "def __getattr__(name: str) -> object:\n"
        "    if name in _ABSENT:\n"
        f"        raise not_found({exercise!r}, f'{{name}}: {{_ABSENT[name]}}')\n"
        "    raise AttributeError(name)\n"
    )
