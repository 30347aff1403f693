"""The comparison with the table's length is >= where it should be >."""

from torch import Tensor


class LearnedPositions:
    def forward(self, start: int, seq: int) -> Tensor:
        if start + seq >= self.table.shape[0]:
            raise IndexError(f"no position {start + seq} in a table of {self.table.shape[0]}")
        return self.table.narrow(0, start, seq)
