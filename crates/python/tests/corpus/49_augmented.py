x = 5
x += 2; print x,
x -= 1; print x,
x *= 3; print x,
x /= 4; print x,
x //= 2; print x,
x **= 5; print x,
x %= 7; print x,
x <<= 3; print x,
x |= 1; print x,
x &= 3; print x,
x ^= 1; print x
s = "a"
s += "b"; s *= 2
print s
s = "%s-%s"
s %= (1, 2)
print s
l = [1]
m = l
l += [2]
print m
class V:
    def __init__(self, v): self.v = v
    def __iadd__(self, o):
        self.v += o
        return self
    def __idiv__(self, o):
        self.v = "idiv %r" % o
        return self
v = V(1)
v += 4
print v.v
v /= 2
print v.v
d = {"k": [1]}
d["k"] += [2]
d["n"] = d.get("n", 0) + 1
print d["k"], d["n"]
f = 7.0
f /= 2
print f
