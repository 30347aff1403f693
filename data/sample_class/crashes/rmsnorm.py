"""Reads memory that is not there: the interpreter dies in the middle of a call."""

import ctypes


class RMSNorm:
    def forward(self, x):
        return ctypes.string_at(0)
