print 7 / 2, -7 / 2, 7 / -2, 7.0 / 2, 7 / 2.0
print 7 // 2, 7.0 // 2, -7 // 2, -7 % 3
x = 9
x /= 2
print x
x = 9.0
x /= 2
print x
d = {"a": 7}
d["a"] /= 2
print d
class C:
    n = 11
c = C()
c.n /= 4
print c.n
print True / 2, 10L / 3, divmod(7, 2), divmod(-7, 2)
try:
    1 / 0
except ZeroDivisionError, e:
    print "error:", e
try:
    1 % 0
except ZeroDivisionError, e:
    print "error:", e
print 2 ** -1, 2 ** 10, 1 / 3 * 3
calls = []
def f():
    calls.append(1)
    return d
f()["a"] /= 2
print d, len(calls)
