"""One block for all layers, as long as the model's longest text, made at the first call; attention always reads all of it, masked.

Places that are not written yet are hidden by the mask. Length is a number that the model moves on.
"""


class KVCache:
    def __init__(self):
        self.block = None
        self.length = 0

    def place(self, n_layers, template, room):
        """Make the block (layers, 2, batch, room, heads, size) when there is none."""
        if self.block is None:
            batch, _, heads, size = template.shape
            self.block = template.new_zeros(n_layers, 2, batch, room, heads, size)

    def write(self, layer, keys, values):
        end = self.length + keys.shape[1]
        self.block[layer, 0, :, self.length : end] = keys
        self.block[layer, 1, :, self.length : end] = values
        return self.block[layer]

    def reset(self):
        self.block, self.length = None, 0

    def reorder(self, rows):
        if self.block is not None:
            self.block = self.block[:, :, rows]
