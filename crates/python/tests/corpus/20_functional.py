print map(lambda x: x * 2, [1, 2]), map(str, [1, 2.5, None]), map(lambda a, b: (a, b), [1, 2], [3])
print filter(None, [0, 1, "", "a"]), filter(lambda c: c > "b", "abcd"), filter(lambda x: x, (0, 1))
print reduce(lambda a, b: a + b, [1, 2, 3]), reduce(lambda a, b: a * b, [], 1)
print zip([1, 2, 3], [4, 5]), zip(), zip(*[(1, 2), (3, 4)])
print apply(lambda a, b=2: (a, b), (1,), {"b": 3}), sum([1, 2]), any([0, 1]), all([])
print len(map(lambda x: x, "abc")), map(int, "123"), map(None, [1]), map(lambda x: x, {})
print cmp(1, 2), coerce(1, 2.5), callable(len), callable(3), intern("x")
print [x for x in range(10) if x % 2], [(x, y) for x in (1, 2) for y in "ab"]
print sorted(set([3, 1, 3])), set("aa"), frozenset([1])
print isinstance([], (list, tuple)), hasattr("", "upper"), getattr("", "nope", 5), type(1) == int
print divmod(9, 4), pow(2, 3), abs(-2), bool(""), id(1) == id(1)
print range(3)[1:], max([1, 3, 2]), min("b", "a"), max("ab", key=lambda c: -ord(c))
