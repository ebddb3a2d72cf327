l = range(10)
print l[2:5], l[:3], l[7:], l[-3:], l[::3], l[::-2], l[5:2], l[1:8:2], l[100:], l[-100:2]
s = "abcdef"
print s[1:3], s[:-1], s[-1:], s[::-1], s[10:], s[2:2] + "|"
t = (1, 2, 3)
print t[1:], t[:1], t[-1], t + (4,), t * 2, t[::-1]
l[2:4] = []
print l
l[0:0] = ["a", "b"]
print l
del l[:2], l[-1]
print l, len(l)
m = [[1, 2], [3, 4]]
print m[1][0], [r[0] for r in m], zip(*m)
n = l[:]
n[0] = "changed"
print l[0], n[0]
i, j = 1, 3
print s[i:j], s[i:], s[:j], s[i + 1:j + 1]
