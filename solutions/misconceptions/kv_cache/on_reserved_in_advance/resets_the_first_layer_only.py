"""The room of the first layer is given back, and length set to 0."""


class KVCache:
    def reset(self):
        self._room.pop(0, None)
        self.length = 0
