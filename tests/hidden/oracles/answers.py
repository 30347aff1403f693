"""What a submission answers to questions that hold no secret, as facts for diagnosis; nothing is judged here."""

from grader.checks.answer_text import answer_text


def note_answers(observe, prefix, questions):
    """``questions`` maps the end of a fact's name to a call without arguments; an exception is an answer too."""
    for name, ask in questions.items():
        try:
            answer = ask()
        except Exception as error:  # noqa: BLE001  (the check's own question raises it again, where it counts)
            answer = error
        observe(f"{prefix}.{name}", answer_text(answer))
