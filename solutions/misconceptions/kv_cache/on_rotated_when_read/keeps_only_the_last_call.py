"""A call begins with an empty list."""


class KVCache:
    def begin(self):
        self.calls = [[]]
