"""The penalty gives back the sum as it is."""


@dataclass(frozen=True)
class LengthPenalty:
    def __call__(self, total: float, length: int) -> float:
        return total
