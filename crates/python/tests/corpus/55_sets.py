s = set([3, 1, 2])
print sorted(s), len(s), 1 in s, sorted(s | set([9])), sorted(s & set([1, 2, 7])), sorted(s - set([1])), sorted(s ^ set([3, 4]))
s.add(5); s.discard(1); s.remove(2)
print sorted(s), s == set([3, 5]), s <= set([3, 5, 7]), s.issubset([3, 5]), s.isdisjoint([8])
print set("a"), frozenset([1]), set(), {1}, sorted({x % 2 for x in range(5)})
s.update([1, 2]); print sorted(s)
print sorted(s.union([100])), s.copy() == s, sorted(s.intersection([1, 2, 99])), sorted(s.difference([1]))
try:
    s.remove(42)
except KeyError, e:
    print "KeyError", e
s.clear()
print s, not s
