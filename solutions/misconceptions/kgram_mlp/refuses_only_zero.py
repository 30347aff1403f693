"""Refuses sizes that are 0 and accepts negative ones

For the TA: Written as "if not k": negative sizes end in torch's own errors, or nowhere.

For the student: What becomes of k=-2 in your checks?
"""

from __future__ import annotations


def _check_sizes(vocab_size: int, k: int, embed_size: int, num_inner_layers: int, chunk_size: int) -> None:
    if not vocab_size or not k or not embed_size or not chunk_size or num_inner_layers < 0:
        raise ValueError(f"no size may be 0: {vocab_size=}, {k=}, {embed_size=}, {num_inner_layers=}, {chunk_size=}")
