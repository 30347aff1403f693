"""Trusts its arguments.

For the TA: An empty prompt, a beam of 0 or more results than hypotheses end in errors about shapes, or in results of the wrong size.

For the student: Call your function with num_return larger than beam_width. Does the message help?
"""

from torch import Tensor


def _check_arguments(prompt: Tensor, beam_width: int, max_new_tokens: int, num_return: int) -> None:
    pass
