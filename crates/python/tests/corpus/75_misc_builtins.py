print abs(-1.5), all([1]), bin(10), chr(65), divmod(7, 3), len("abc"), ord("A"), pow(3, 2)
print hex(4096), oct(64), unichr(65), isinstance(3, int), repr("x"), round(1.55, 1), sorted([2, 1])
print zip([1], [2]), range(1, 10, 3), reversed([1]).next(), slice(1, 2)
print hash("a") == hash("a"), id(None) == id(None), vars(type("X", (), {"a": 1})())
print getattr(5, "nope", "default"), hasattr([], "append"), callable(print_it) if False else "ok"
print filter(lambda x: x % 2, range(5)), list("abc"), tuple([1]), dict(a=1), int(), str(), float(), list(), bool(), long(), unicode() == ""
print object, type(object()).__name__
print max([1, 2], key=lambda x: -x), min([[1, 2], [0]], key=len), sum([[1], [2]], [])
print len(dir([])) > 10, "append" in dir([]), __name__, isinstance(__builtins__, object)
print enumerate([1]).next(), map(lambda *a: a, [1], [2]), apply(max, ([1, 2],)), buffer is not None
