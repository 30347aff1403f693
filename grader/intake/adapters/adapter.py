"""The two adapters: what each recognises, what it looks for, and how it presents what was found."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from grader.intake.adapters.layout import Layout, layout_of, window_ends_before
from grader.intake.adapters.mapping import START, Mapped
from grader.intake.adapters.wanted import WANTED

_TARGETS = ("targets", "target", "labels", "y")
_MODELS = ("TransformerModel", "KGramMLPSeqModel")


@dataclass(frozen=True)
class Adapter:
    """A layout of foreign code.

    Attributes:
        name: as ``--adapter`` knows it.
        symbols: names of the course that it looks for.
        layout: of the tokens; a model that says otherwise is not presented.
        how: for a name that was found, the function beside the submission that presents it, ``single_file.row_by_row``.
    """

    name: str
    symbols: frozenset[str]
    layout: Layout
    how: Callable[[Mapped], str]

    def contradicts(self, mapped: Mapped) -> bool:
        """Whether a model's own code says that its tokens lie otherwise."""
        other = {Layout.BATCH_FIRST: Layout.SEQUENCE_FIRST, Layout.SEQUENCE_FIRST: Layout.BATCH_FIRST}[self.layout]
        return mapped.wanted.symbol in _MODELS and layout_of(mapped.definition) is other

    def recognises(self, mapped: Sequence[Mapped]) -> bool:
        """Whether the layout is unmistakable: a language model is there, and its own code says how its tokens lie."""
        models = [item for item in mapped if item.wanted.symbol in _MODELS]
        return any(layout_of(item.definition) is self.layout for item in models) and not any(map(self.contradicts, models))


def _single_file(mapped: Mapped) -> str:
    symbol = mapped.wanted.symbol
    if symbol == "KGramMLPSeqModel" and window_ends_before(mapped.definition):
        return "single_file.window_before"
    if symbol in _MODELS:
        return "single_file.sequence_first"
    return "single_file.row_by_row" if symbol == "nucleus_sampling" else "presenting.as_they_are"


def _batch_first(mapped: Mapped) -> str:
    if not mapped.wanted.is_class:
        return "presenting.passed_on" if mapped.wanted.symbol == "generate" else "batch_first.rows"
    others = mapped.definition.forward[1:] if mapped.definition.forward else ()
    if any(item.required and item.name in START for item in others):
        return "batch_first.with_start"
    return "batch_first.with_targets" if others and others[0].name in _TARGETS else "presenting.as_they_are"


SINGLE_FILE = Adapter(
    "single-file",
    frozenset({"RMSNorm", "KGramMLPSeqModel", "TransformerModel", "nucleus_sampling"}),
    Layout.SEQUENCE_FIRST,
    _single_file,
)
BATCH_FIRST = Adapter("batch-first", frozenset(wanted.symbol for wanted in WANTED), Layout.BATCH_FIRST, _batch_first)
ADAPTERS = (SINGLE_FILE, BATCH_FIRST)
