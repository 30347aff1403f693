"""Pages are of 16-bit numbers, and converted when they are read."""


class KVCache:
    def append(self, layer, key, value):
        small_key, small_value = key.to(torch.bfloat16), value.to(torch.bfloat16)
        batch, _, new, _ = key.shape
        pages = self._layers.setdefault(layer, Pages(batch))
        start = self._last_layer.get(layer, 0)
        for row in range(batch):
            for step in range(new):
                page = pages.page_to_write(row, start + step, small_key)
                page[0, :, (start + step) % PAGE] = small_key[row, :, step]
                page[1, :, (start + step) % PAGE] = small_value[row, :, step]
        self._last_layer[layer] = self.length = start + new
        return pages.read(self.length).to(key.dtype)
