"""The length is multiplied by what should be its exponent."""


@dataclass(frozen=True)
class LengthPenalty:
    def __call__(self, total: float, length: int) -> float:
        return total / (length * self.exponent) if self.exponent else -float("inf")
