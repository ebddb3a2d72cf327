class Range:
    def __init__(self, n): self.n = n
    def __iter__(self):
        for i in range(self.n): yield i
print list(Range(3)), sum(Range(4)), max(Range(5)), 2 in Range(3), tuple(Range(2)), sorted(Range(2), reverse=True)
class OldSeq:
    def __getitem__(self, i):
        if i > 2: raise IndexError
        return i * i
print list(OldSeq()), [x for x in OldSeq()], 4 in OldSeq(), map(None, OldSeq())
class It(object):
    def __init__(self): self.data = ["x", "y"]
    def __iter__(self): return self
    def next(self):
        if not self.data: raise StopIteration()
        return self.data.pop(0)
i = It()
print i.next(), next(i), list(i), next(i, "none left")
it = iter([1, 2, 3])
print it.next(), next(it), list(it)
print list(iter(lambda l=[3, 2, 1, 0]: l.pop(0), 0)), zip(iter("ab"), iter("cd")), dict(zip("ab", [1, 2]))["b"]
e = enumerate("ab", 1)
print e.next(), e.next()
d = {"k": 1}
print d.iteritems().next(), d.iterkeys().next(), iter(d).next()
print [a for a in (b for b in range(3))], [(i, j) for i in range(2) for j in range(i + 1) if j != 5]
