people = [("bob", 3), ("al", 5), ("cy", 3)]
print sorted(people), sorted(people, key=lambda p: p[1]), sorted(people, key=lambda p: (-p[1], p[0]))
people.sort(key=lambda p: p[0], reverse=True)
print people
def by_len(a, b):
    return cmp(len(a), len(b)) or cmp(a, b)
print sorted(["ccc", "a", "bb", "aa"], by_len), sorted("banana", cmp=lambda a, b: cmp(b, a))
print sorted([3, 1, 2], reverse=True), sorted((3, 1)), sorted(x for x in (2, 1))
print sorted([1, 10, 9], key=str), sorted(["B", "a"], key=str.lower), sorted([None, 1, "x", 0.5])
from operator import itemgetter, attrgetter
print sorted(people, key=itemgetter(1, 0))
class K:
    def __init__(self, k): self.k = k
    def __lt__(self, other): return self.k < other.k
    def __repr__(self): return "K%d" % self.k
print sorted([K(2), K(1)]), max([K(1), K(3)], key=attrgetter("k"))
l = [[2, "b"], [1, "z"], [1, "a"]]
l.sort()
print l, min(l), max(l)
import bisect, heapq
a = [1, 3]
bisect.insort(a, 2)
h = []
heapq.heappush(h, 2); heapq.heappush(h, 1)
print a, heapq.heappop(h)
