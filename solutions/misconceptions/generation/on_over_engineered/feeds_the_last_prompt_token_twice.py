"""The feeder shows the model the prompt first, and then asks with the newest token alone."""

from torch import Tensor


class OnlyWhatIsNew(Feeder):
    def ask(self, text: Tensor) -> Tensor | tuple[Tensor, ...]:
        if self.cache.length == 0:
            self.model(text, cache=self.cache)
        return self.model(text[:, -1:], cache=self.cache)
