"""Pages of four positions that rows own in common: a reorder copies page numbers and no numbers of the model.

Each row has a table of pages. A page that several rows hold is copied when one of them is about to write into it.
"""

import torch

PAGE = 4


class Pages:
    """The pages of one layer; a page is (2, heads, PAGE, size), keys and values."""

    def __init__(self, batch):
        self.pages = []
        self.holders = []
        self.tables = [[] for _ in range(batch)]

    def page_to_write(self, row, place, template):
        """The page of that row in which the place lies, owned by that row alone."""
        table, slot = self.tables[row], place // PAGE
        if slot == len(table):
            table.append(self._add(template.new_zeros(2, template.shape[1], PAGE, template.shape[3])))
        elif self.holders[table[slot]] > 1:
            self.holders[table[slot]] -= 1
            table[slot] = self._add(self.pages[table[slot]].clone())
        return self.pages[table[slot]]

    def move(self, rows):
        self.tables = [list(self.tables[row]) for row in rows]
        self.holders = [sum(page in table for table in self.tables) for page in range(len(self.pages))]

    def read(self, length):
        rows = [torch.cat([self.pages[page] for page in table], dim=2)[:, :, :length] for table in self.tables]
        return torch.stack(rows, dim=1)

    def _add(self, page):
        self.pages.append(page)
        self.holders.append(1)
        return len(self.pages) - 1


class KVCache:
    def __init__(self):
        self.reset()

    def reset(self):
        self.length = 0
        self._layers = {}
        self._last_layer = {}

    def reorder(self, rows):
        for pages in self._layers.values():
            pages.move([int(row) for row in rows])

    def append(self, layer, key, value):
        batch, _, new, _ = key.shape
        pages = self._layers.setdefault(layer, Pages(batch))
        start = self._last_layer.get(layer, 0)
        for row in range(batch):
            for step in range(new):
                page = pages.page_to_write(row, start + step, key)
                page[0, :, (start + step) % PAGE] = key[row, :, step]
                page[1, :, (start + step) % PAGE] = value[row, :, step]
        self._last_layer[layer] = self.length = start + new
        return pages.read(self.length)
