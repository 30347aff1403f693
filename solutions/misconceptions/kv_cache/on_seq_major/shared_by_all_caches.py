"""The table is an attribute of the class, and only ever changed in place."""


class KVCache:
    table: list = []  # noqa: RUF012 - this is the mistake

    def __init__(self):
        pass

    def reset(self):
        self.table.clear()

    def reorder(self, rows):
        self.table[:] = [torch.index_select(both, 1, torch.as_tensor(rows)) for both in self.table]
