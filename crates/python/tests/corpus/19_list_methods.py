l = [3, 1, 2]
l.sort()
print l
l.sort(reverse=True)
print l
l.sort(lambda a, b: cmp(a, b))
print l
l.sort(cmp=lambda a, b: cmp(b, a))
print l
words = ["bb", "a", "ccc"]
words.sort(key=len)
print words
words.sort(cmp=lambda a, b: cmp(len(b), len(a)))
print words, sorted(words), sorted(words, cmp=lambda a, b: cmp(a[-1], b[-1]), reverse=True)
print sorted([3, 1, 2], lambda a, b: b - a), sorted("hello"), sorted({"b": 1, "a": 2})
l.append(4); l.extend([5, 6]); l.insert(0, 9)
print l, l.pop(), l.pop(0), l.index(4), l.count(2)
l.remove(4); l.reverse()
print l, l + [1], l * 2, 3 in l
del l[0]
print l, l[:], l[1:], l[-2:], l[::2]
l[1:2] = ["x", "y"]
print l
l[::2] = [0] * len(l[::2])
print l, [] or "empty", [[0] * 2 for _ in range(2)]
print range(5), range(2, 5), range(10, 0, -3), xrange(3)[1], list(xrange(3))
print zip([1, 2], "ab"), map(None, [1, 2], [3]), list(enumerate("ab")), list(reversed([1, 2]))
a, b = 1, 2
a, b = b, a
(c, [d, e]) = (1, [2, 3])
print a, b, c, d, e
