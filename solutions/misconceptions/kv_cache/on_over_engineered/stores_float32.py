"""Each snapshot is in single precision, and converted when it is read."""


class KVCache:
    def append(self, layer: int, key: Tensor, value: Tensor) -> tuple[Tensor, Tensor]:
        state = self._journal.apply(layer, Extend(key.float(), value.float()))
        return state.keys.to(key.dtype), state.values.to(value.dtype)
