"""A hand-in without the course's package: is it of a layout that an adapter knows, and what of the course is in it?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.checks.handin import MAX_MODULES, MAX_MODULES_BYTES
from grader.checks.home import MAX_MODULE_BYTES, Home
from grader.checks.plan import Plan
from grader.checks.student_error import ADAPTER_PACKAGE
from grader.checks.tree import Tree
from grader.intake.adapters.adapter import ADAPTERS, Adapter
from grader.intake.adapters.definitions import Definition, definitions
from grader.intake.adapters.mapping import Mapped, Unmapped, map_one
from grader.intake.adapters.place import HANDED_IN, private_paths
from grader.intake.adapters.presentation import Shown, files_beside, presentation
from grader.intake.adapters.wanted import WANTED

AUTO = "auto"
CHOICES = (AUTO, *(adapter.name for adapter in ADAPTERS))


@dataclass(frozen=True)
class Adapted:
    """A foreign hand-in as it will be graded.

    Attributes:
        home: where the student's own files lie, and where they go.
        files: what intake writes beside them, path in the clean folder -> content.
        notes: which adapter, what it mapped and what it did not, as sentences.
    """

    home: Home
    files: dict[str, bytes]
    notes: tuple[str, ...]


def adapt(folder: Path, tree: Tree, plan: Plan, choice: str) -> Adapted | None:
    """The hand-in through the adapter ``choice``; with ``auto`` through the one whose layout it unmistakably has.

    None where there is nothing that it could present. Files are read and parsed, within the bounds of any hand-in, and not run.
    """
    placed = private_paths(_readable(tree), {plan.package, ADAPTER_PACKAGE})
    sources = {path: (folder / sent).read_bytes() for path, sent in placed.items()}
    found = definitions(sources)
    for adapter in ADAPTERS:
        if choice in (AUTO, adapter.name):
            mapped, missing = _map(adapter, plan, found)
            if mapped and (choice == adapter.name or adapter.recognises(mapped)):
                shown = [Shown(item, adapter.how(item)) for item in mapped]
                files = {**files_beside(), **presentation(plan, shown, missing, sources)}
                return Adapted(Home("", placed), files, _notes(adapter, plan, shown, missing))
    return None


def _readable(tree: Tree) -> list[str]:
    total = 0
    names: list[str] = []
    for name, size in tree.files.items():
        if name.endswith(".py") and size <= MAX_MODULE_BYTES and total + size <= MAX_MODULES_BYTES and len(names) < MAX_MODULES:
            total += size
            names.append(name)
    return names


def _map(adapter: Adapter, plan: Plan, found: Sequence[Definition]) -> tuple[list[Mapped], list[Unmapped]]:
    mapped, missing = [], []
    for exercise in plan.exercises:
        for wanted in WANTED:
            if wanted.symbol not in exercise.symbols or wanted.symbol not in adapter.symbols:
                continue
            outcome = map_one(wanted, found, exercise.id)
            if isinstance(outcome, Mapped) and adapter.contradicts(outcome):
                outcome = Unmapped(wanted, f"{outcome.definition.shown}, does not have its tokens {adapter.layout.value}")
            if isinstance(outcome, Mapped):
                mapped.append(outcome)
            else:
                missing.append(outcome)
    return mapped, missing


def _notes(adapter: Adapter, plan: Plan, shown: Sequence[Shown], missing: Sequence[Unmapped]) -> tuple[str, ...]:
    found = {item.mapped.wanted.symbol for item in shown}
    symbols = [symbol for exercise in plan.exercises for symbol in exercise.symbols]
    absent = "; ".join(f"{item.wanted.symbol} ({item.why})" for item in missing)
    beyond = ", ".join(symbol for symbol in symbols if symbol not in {*found, *(item.wanted.symbol for item in missing)})
    return (
        f"There is no folder {plan.package}; graded through the adapter {adapter.name}, which keeps the files under {HANDED_IN}. "
        f"Found: {'; '.join(map(_mapped_note, shown))}.",
        *((f"Not found, and not counted as wrong: {absent}.",) if absent else ()),
        *((f"Not looked for, because no signature tells what it does: {beyond}.",) if beyond else ()),
    )


def _mapped_note(item: Shown) -> str:
    binding = item.mapped.binding
    renamed = [f"{our} as {their}" for their, our in binding.theirs if our != their]
    without = [ours.name for ours in binding.ours if ours.name not in {our for _, our in binding.theirs} and ours.name in _TOLD]
    parts = [
        f"{item.mapped.wanted.symbol} is {item.mapped.definition.shown}",
        f"takes {', '.join(renamed)}" if renamed else "",
        f"has nothing for {', '.join(without)}" if without else "",
        _HOW.get(item.how, ""),
    ]
    return ", ".join(part for part in parts if part)


_TOLD = frozenset({"eps", "embed_size", "num_inner_layers", "chunk_size", "max_seq_len", "temperature", "top_k", "top_p", "eos_id"})
_HOW = {
    "single_file.sequence_first": "called with (seq, batch)",
    "single_file.window_before": "called with (seq, batch), its window read one position later, because it ends before the newest token, "
    "as that layout hands it out",
    "single_file.row_by_row": "called once for each row, and lent the generator where it takes none",
    "batch_first.rows": "a single row is passed as a batch of one, and the generator is lent where it takes none",
}
