"""One key is dropped, which is the one that length looks at."""


class KVCache:
    def reset(self):
        self.pop(0, None)
