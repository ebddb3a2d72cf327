class N:
    def __init__(self, v): self.v = v
    def __nonzero__(self): return self.v != 0
    def __cmp__(self, other): return cmp(self.v, other.v)
    def __div__(self, other): return "div %s" % other
    def __rdiv__(self, other): return "rdiv %s" % other
    def __add__(self, o): return N(self.v + o.v)
    def __repr__(self): return "N%d" % self.v
    def __int__(self): return self.v
    def __neg__(self): return N(-self.v)
print bool(N(0)), bool(N(1)), not N(0), N(1) < N(2), N(2) == N(2), N(2) != N(2), N(3) >= N(4)
print sorted([N(3), N(1), N(2)]), max(N(1), N(5)), cmp(N(1), N(2)), [N(1)].index(N(1)), N(1) in [N(1)]
print N(1) / 2, 3 / N(1), N(1) + N(2), int(N(4)), -N(1)
if N(0): print "true"
else: print "false"
n = N(4)
n /= 3
print n
class It:
    def __init__(self): self.i = 0
    def __iter__(self): return self
    def next(self):
        self.i += 1
        if self.i > 3: raise StopIteration
        return self.i
print list(It()), It().next(), [x for x in It()], sum(It())
class Sl:
    def __getslice__(self, i, j): return ("slice", i, j)
    def __getitem__(self, i): return ("item", i)
    def __len__(self): return 10
print Sl()[1:3], Sl()[5], Sl()[-2:8]
class L:
    def __len__(self): return 0
print bool(L()), bool([L()])
class G:
    def __getattr__(self, n): return n
    def __setattr__(self, n, v): print "set", n, v
    def __delattr__(self, n): print "del", n
g = G()
g.x = 1
del g.y
print g.z
