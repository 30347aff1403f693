"""The depth of an end token is not counted."""

import math


@dataclass(frozen=True)
class Options:
    def score(self, node: Node) -> float:
        length = node.depth - (node.token == self.eos)
        return node.total / math.pow(max(length, 1), self.penalty)
