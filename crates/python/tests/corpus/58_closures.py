def counter():
    state = {"n": 0}
    def step(by=1):
        state["n"] += by
        return state["n"]
    return step
c = counter()
print c(), c(5), c()
def compose(*fs):
    def run(x):
        for f in reversed(fs):
            x = f(x)
        return x
    return run
print compose(lambda x: x + 1, lambda x: x * 2)(5)
adders = [lambda x, n=n: x + n for n in range(3)]
print [a(10) for a in adders]
def late():
    fs = []
    for i in range(3):
        fs.append(lambda: i)
    return [f() for f in fs]
print late()
def rec(n): return 1 if n <= 1 else n * rec(n - 1)
print rec(10), rec(20)
def memo(f):
    cache = {}
    def g(n):
        if n not in cache: cache[n] = f(n)
        return cache[n]
    return g
@memo
def fib(n): return n if n < 2 else fib(n - 1) + fib(n - 2)
print fib(30)
