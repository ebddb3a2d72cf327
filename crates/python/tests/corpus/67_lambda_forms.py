print (lambda: 5)(), (lambda x: x)(1), (lambda *a, **k: (a, k))(1, b=2), (lambda x, y=3: x * y)(2)
ops = {"+": lambda a, b: a + b, "/": lambda a, b: a / b}
print ops["+"](1, 2), ops["/"](7, 2)
print map(lambda x: x if x > 1 else -x, [1, 2]), (lambda x: lambda y: x + y)(1)(2)
print sorted([(1, "b"), (2, "a")], key=lambda t: t[1]), filter(lambda s: s.startswith("a"), ["ab", "ba"])
f = lambda x: x < 3 and "small" or "big"
print f(1), f(5), (lambda: (yield))().next() is None
print [g(2) for g in [lambda v: v, lambda v: v * v]], reduce(lambda a, b: "%s.%s" % (a, b), ["a", "b", "c"])
print (lambda a, (b, c), d=4: (a, b, c, d))(1, (2, 3)), (lambda (x, y): x)((5, 6)), (lambda x: `x`)(3)
