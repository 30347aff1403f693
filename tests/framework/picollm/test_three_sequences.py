"""The bundled integer sequences are what their script makes."""

import importlib.util
from itertools import pairwise
from pathlib import Path

REPOSITORY = Path(__file__).parents[3]
SPECIFICATION = importlib.util.spec_from_file_location("make_3seqs", REPOSITORY / "data" / "make_3seqs.py")
make_3seqs = importlib.util.module_from_spec(SPECIFICATION)
SPECIFICATION.loader.exec_module(make_3seqs)


def test_the_file_is_what_the_script_makes():
    assert (REPOSITORY / "3seqs.txt").read_bytes() == make_3seqs.text().encode()


def test_three_families_in_turn_without_repeats():
    sequences = make_3seqs.sequences()
    assert len(sequences) == 3_000
    assert len({tuple(sequence) for sequence in sequences}) == 3_000
    assert {len(sequence) for sequence in sequences} == {20}
    for arithmetic, fibonacci, wave in zip(sequences[::3], sequences[1::3], sequences[2::3], strict=True):
        assert len({later - earlier for earlier, later in pairwise(arithmetic)}) == 1
        assert all((a + b) % 100 == c for a, b, c in zip(fibonacci, fibonacci[1:], fibonacci[2:], strict=False))
        assert {later - earlier for earlier, later in pairwise(wave)} == {1, -1}
