"""A piece's rows are those of the last reorder alone, also where tokens came between two."""


class KVCache:
    def reorder(self, rows):
        for pieces in self._layers:
            for piece in pieces:
                piece[2] = torch.as_tensor(rows)
