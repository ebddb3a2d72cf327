def g():
    yield 1
    yield 2
it = g()
print it.next(), it.next()
try:
    it.next()
except StopIteration:
    print "stop"
def take(source, n):
    "stops when the source does"
    source = iter(source)
    while n:
        yield source.next()
        n -= 1
print list(take([1, 2], 5)), list(take("abc", 2)), take.__doc__
def echo():
    got = None
    while True:
        got = yield got
e = echo()
print e.next(), e.send("a"), e.send("b")
e.close()
def early():
    yield 1
    return
print list(early())
print sum(x * x for x in range(4)), list(x for x in "ab"), next(iter([7])), next(iter([]), "default")
def fin():
    try:
        yield 1
    finally:
        print "cleanup"
f = fin()
f.next()
f.close()
def raiser():
    yield 1
    raise StopIteration
print list(raiser())
import itertools
print list(itertools.izip([1, 2], "ab")), list(itertools.imap(lambda x: x + 1, [1])), list(itertools.islice(itertools.count(5), 2))
print list(itertools.ifilter(None, [0, 1])), list(itertools.chain([1], [2]))
print [k for k, grp in itertools.groupby("aab")]
