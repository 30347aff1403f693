"""What a foreign code base may do, an ordinary submission may do too: tuples, an int for one row, constructor arguments of its own."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from foreign import REPOSITORY, Grading, not_passed

TUPLES = """

class _Theirs({name}):
    def __init__(self, *args, colour="red", device=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.colour = colour

    def forward(self, tokens, cache=None):
        return super().forward(tokens, cache), {{"colour": self.colour}}


{name} = _Theirs
"""
NORM = """

class _Theirs(RMSNorm):
    def __init__(self, dim, eps=1e-5, bias=False, device=None):
        super().__init__(dim, eps)


RMSNorm = _Theirs
"""
INT = """

_batch = nucleus_sampling


def nucleus_sampling(logits, p=0.95, generator=None, temperature=1.0):
    tokens = _batch(logits / temperature, p, generator)
    return int(tokens) if logits.dim() == 1 else tokens
"""


@pytest.mark.parametrize(
    ("exercise", "addition"),
    [
        ("rmsnorm", NORM),
        ("nucleus_sampling", INT),
        ("transformer", TUPLES.format(name="TransformerModel")),
        ("kgram_mlp", TUPLES.format(name="KGramMLPSeqModel")),
    ],
)
def test_an_ordinary_submission_is_treated_the_same(tmp_path: Path, grading: Grading, exercise: str, addition: str) -> None:
    shutil.copytree(REPOSITORY / "solutions" / "picollm", tmp_path / "picollm", ignore=shutil.ignore_patterns("__pycache__"))
    module = tmp_path / "picollm" / f"{exercise}.py"
    module.write_text(module.read_text(encoding="utf-8") + addition, encoding="utf-8")
    assert not_passed(grading.run(tmp_path, exercise)) == {}
