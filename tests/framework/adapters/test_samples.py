"""Foreign samples, right and wrong, through both adapters and the course's own checks: what each earns, and what is said of it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from foreign import SAMPLES, Grading, collected, not_passed

from grader.checks.outcome import Status
from grader.intake.submission import Submission
from grader.jail.zygote import Zygote

FAILED, ERROR, NOT_STARTED = Status.FAILED, Status.ERROR, Status.NOT_STARTED
EVERYTHING_ELSE_PASSES: dict[str, Status] = {}


@pytest.mark.parametrize(
    ("sample", "exercise", "expected"),
    [
        ("one_file_right", "rmsnorm", EVERYTHING_ELSE_PASSES),
        ("one_file_right", "transformer", EVERYTHING_ELSE_PASSES),
        ("one_file_right", "nucleus_sampling", EVERYTHING_ELSE_PASSES),
        (
            "one_file_slips",
            "rmsnorm",
            {
                "test_handout_example": FAILED,
                "test_subtracts_nothing": FAILED,
                "test_eps_inside_the_root": FAILED,
                "test_gradient_of_a_single_number": FAILED,
                "test_wrong_width": ERROR,
            },
        ),
        ("one_file_slips", "nucleus_sampling", {"test_crossing_token_stays": FAILED, "test_bad_p": FAILED}),
        ("one_file_slips", "kgram_mlp", {"test_chunks_save_memory": FAILED, "test_refuses_zero": FAILED}),
        (
            "one_file_confused",
            "transformer",
            {
                "test_a_token_changes_only_what_follows": FAILED,
                "test_the_first_token_is_not_forgotten": FAILED,
                "test_rows_do_not_mix": FAILED,
                "test_order_matters": FAILED,
                "test_refuses_heads_that_do_not_divide": FAILED,
            },
        ),
        ("package_with_config", "rmsnorm", EVERYTHING_ELSE_PASSES),
        ("package_with_config", "nucleus_sampling", EVERYTHING_ELSE_PASSES),
        ("package_with_config", "transformer", EVERYTHING_ELSE_PASSES),
        (
            "package_with_dict",
            "rmsnorm",
            {"test_eps_inside_the_root": NOT_STARTED, "test_squares_do_not_overflow": FAILED, "test_wrong_width": ERROR},
        ),
        ("package_with_dict", "transformer", {"test_refuses_heads_that_do_not_divide": ERROR}),
    ],
)
def test_what_a_sample_earns(
    by_itself: dict[str, Submission], grading: Grading, sample: str, exercise: str, expected: dict[str, Status]
) -> None:
    assert not_passed(grading.run(by_itself[sample].root, exercise)) == expected


def test_the_window_that_the_layout_hands_out_is_read_where_it_ends_with_the_newest_token(
    by_itself: dict[str, Submission], grading: Grading
) -> None:
    names = ("test_newest_token_counts", "test_exactly_k_tokens", "test_order_counts", "test_shapes")
    outcomes = grading.run(by_itself["one_file_right"].root, "kgram_mlp", names)
    assert len(outcomes) == 4 and not not_passed(outcomes)
    assert "its window read one position later" in by_itself["one_file_right"].notes[0]
    # The other's window is cut from a padded copy, and ends with the newest token already.
    assert "its window read" not in by_itself["one_file_slips"].notes[0]


@pytest.mark.parametrize(
    ("sample", "exercise", "why"),
    [
        ("one_file_slips", "transformer", "looked for one class whose constructor takes"),
        ("package_with_config", "kgram_mlp", "looked for a class with kgram or ngram in its name"),
        ("package_with_config", "kv_cache", "a cache of another code base cannot be told"),
        ("one_file_right", "beam_search", "this adapter does not look for it"),
    ],
)
def test_what_is_not_there_is_not_found_and_not_wrong(
    by_itself: dict[str, Submission], grading: Grading, sample: str, exercise: str, why: str
) -> None:
    outcomes = grading.run(by_itself[sample].root, exercise).values()
    assert {outcome.status for outcome in outcomes} == {NOT_STARTED}
    assert all(f"{exercise} was not found: " in outcome.message and not outcome.hint for outcome in outcomes)
    assert any(why in outcome.message for outcome in outcomes)


def test_two_that_could_be_it_are_none(batch_first: dict[str, Submission], grading: Grading) -> None:
    two = batch_first["package_with_two_models"]
    outcomes = grading.run(two.root, "transformer")
    assert set(not_passed(outcomes).values()) == {NOT_STARTED} and len(not_passed(outcomes)) == len(outcomes)
    assert "several could be it (SmallDecoder in handed_in/lm/models.py" in next(iter(outcomes.values())).message
    assert not not_passed(grading.run(two.root, "rmsnorm"))
    assert not_passed(grading.run(two.root, "nucleus_sampling"))["test_crossing_token_stays"] is FAILED


def test_a_model_that_says_otherwise_is_not_presented_in_the_wrong_layout(batch_first: dict[str, Submission]) -> None:
    (_, missing, *_) = batch_first["package_sequence_first"].notes
    assert "TransformerModel (Decoder in handed_in/seqlm/net.py, line 17, does not have its tokens batch first)" in missing


def test_a_package_that_the_exercise_needs_is_named(by_itself: dict[str, Submission], grading: Grading) -> None:
    outcomes = grading.run(by_itself["one_file_confused"].root, "rmsnorm").values()
    assert {(outcome.status, outcome.message) for outcome in outcomes} == {
        (Status.MISSING_DEPENDENCY, "It needs the package fused_norms_of_ours, which is not installed here.")
    }


def test_a_mistake_is_shown_in_the_students_own_file(by_itself: dict[str, Submission], grading: Grading) -> None:
    outcome = grading.run(by_itself["one_file_slips"].root, "rmsnorm", ["test_wrong_width"])["test_wrong_width"]
    assert outcome.frames == ("handed_in/pico_llm.py:20 in forward",)


def test_the_report_says_what_was_mapped_what_was_not_and_what_is_missing(by_itself: dict[str, Submission]) -> None:
    first, absent, beyond, *_ = by_itself["package_with_config"].notes
    assert first.startswith("There is no folder picollm; graded through the adapter batch-first, ")
    assert "TransformerModel is GPT in handed_in/src/tinygpt/model.py, line 34, takes d_model as n_embd, n_heads as n_head" in first
    assert absent.startswith("Not found, and not counted as wrong: KGramMLPSeqModel (looked for ")
    assert (
        beyond
        == "Not looked for, because no signature tells what it does: scaled_dot_product_attention, causal_mask, KVCache, beam_search."
    )
    listed = next(note for note in by_itself["one_file_right"].notes if note.startswith("Not installed here"))
    assert re.findall(r"(\w+) \(handed_in/pico_llm.py", listed) == ["seaborn", "tiktoken", "wandb", "datasets"]


def test_the_students_own_modules_travel_along_and_nothing_of_the_grader_does(by_itself: dict[str, Submission]) -> None:
    root = by_itself["one_file_right"].root
    files = {path.relative_to(root).as_posix() for path in root.rglob("*.py")}
    assert {"handed_in/pico_llm.py", "handed_in/extra_layers.py", "picollm/transformer.py", "fairmark_adapter/single_file.py"} <= files
    assert all(
        "grader" not in (root / file).read_text(encoding="utf-8") for file in files if file.startswith(("fairmark_adapter/", "picollm/r"))
    )


def test_a_layout_that_is_not_unmistakable_needs_to_be_named(by_itself: dict[str, Submission], batch_first: dict[str, Submission]) -> None:
    assert by_itself["package_with_two_models"].problem and not batch_first["package_with_two_models"].problem


def test_a_submission_with_the_package_is_never_adapted(tmp_path: Path) -> None:
    amy = tmp_path / "class" / "amy" / "picollm"
    amy.mkdir(parents=True)
    (amy / "rmsnorm.py").write_bytes((SAMPLES / "one_file_slips" / "pico-llm.py").read_bytes())
    (amy.parent / "pico-llm.py").write_bytes((SAMPLES / "one_file_right" / "pico-llm.py").read_bytes())
    (tmp_path / "class" / "ben").mkdir()
    for adapter in ("auto", "single-file"):
        submission = collected(tmp_path / adapter, adapter, tmp_path / "class")["amy"]
        assert not submission.problem and not any("adapter" in note for note in submission.notes)


def test_both_modes_say_the_same(by_itself: dict[str, Submission], grading: Grading) -> None:
    with Zygote(allow_tier="C") as zygote:
        for sample, exercise in (("one_file_right", "transformer"), ("one_file_confused", "rmsnorm")):
            root = by_itself[sample].root
            with zygote.open(root) as workers:
                assert grading.run_in(workers, root, exercise) == grading.run(root, exercise)
