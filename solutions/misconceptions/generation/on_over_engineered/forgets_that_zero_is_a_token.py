"""The end token is asked for its truth."""

from torch import Tensor


class Endings:
    def admit(self, tokens: Tensor) -> Tensor:
        if not self.eos_id:
            return tokens
        column = [self.eos_id if over else token for over, token in zip(self.over, tokens.tolist(), strict=True)]
        self.over = [token == self.eos_id for token in column]
        return tokens.new_tensor(column)
