class V(object):
    def __init__(self, *parts): self.parts = parts
    def __cmp__(self, other):
        if not isinstance(other, V):
            return NotImplemented
        return cmp(self.parts, other.parts)
    def __hash__(self): return hash(self.parts)
print V(1, 2) < V(1, 3), V(2) > V(1, 9), V(1) == V(1), V(1) != V(1), V(1) <= V(1)
print len(set([V(1), V(1), V(2)])), {V(1): "a"}[V(1)], V(1) in [V(0), V(1)], cmp(V(1), V(2))
class W:
    def __cmp__(self, other): return 0
print W() == 5, W() == W(), W() < 3
class E:
    def __eq__(self, o): return "eq"
    def __ne__(self, o): return "ne"
    def __lt__(self, o): return "lt"
    def __ge__(self, o): return "ge"
print E() == 1, E() != 1, E() < 1, E() >= 1
class S(V):
    pass
print S(1) < S(2), sorted([S(3), S(1)])[0].parts
