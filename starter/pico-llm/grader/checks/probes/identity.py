"""Put a given model beside the student's code and keep it there."""

from __future__ import annotations


def identity(model: object) -> object:
    """The model itself: the argument was built from its description on this side, and goes back as a handle."""
    return model
