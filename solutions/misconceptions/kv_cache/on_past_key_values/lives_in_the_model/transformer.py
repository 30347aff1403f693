"""The model's one cache is made when it is first asked for."""


class TransformerModel:
    def make_cache(self):
        if "cache" not in self.__dict__:
            self.cache = KVCache()
        return self.cache
