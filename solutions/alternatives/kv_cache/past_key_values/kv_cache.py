"""A tuple of tuples, as the large libraries once had it: each layer returns its present, and the model hands the new tuple back.

The cache is only the place where the tuple lies between two calls. Query, key and value are parts of one projection, per head.
"""


class KVCache:
    past = None

    @property
    def length(self):
        return 0 if self.past is None else self.past[0][0].size(1)

    def reset(self):
        self.past = None

    def reorder(self, rows):
        if self.past is not None:
            self.past = tuple(tuple(part.index_select(0, rows) for part in layer) for layer in self.past)
