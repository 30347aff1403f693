"""Only the count goes to 0: the block stays, with the rows that it has."""


class KVCache:
    def reset(self):
        self.length = 0
