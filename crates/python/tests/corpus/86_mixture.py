# -*- coding: utf-8 -*-
import sys
def f(x):
    print "in f",
    return x
print "a", f(1), f(2)
print >>sys.stdout, f(3), "z"
s = "abc"
print s.encode("utf-8").decode("utf-8").upper(), "%s" % s.encode("hex")
class A:
    def keys(self): return "mykeys"
    def encode(self, x): return "myenc" + x
    def message(self): return "mymsg"
    def format(self, *a): return a
    def sort(self): return "mysort"
    def write(self, x): return "w" + x
    def translate(self): return 1
a = A()
print a.keys(), a.encode("q"), a.message(), a.format(1), a.sort(), a.write("x"), a.translate()
d = {}
d[None] = 1; d[1] = 2; d["x"] = 3
print sorted(d.items())
print sorted([(1, None), (1, 2), (0, "a")])
try:
    try:
        raise KeyError, "first"
    finally:
        print "cleanup"
except Exception, e:
    print repr(e), str(e), e.message
def gen():
    for x in [3, 4]:
        yield x
g = gen()
print [g.next(), g.next()]
print "%s" % u"\u20ac".encode("utf-8").decode("utf-8") == u"\u20ac"
x = [1, 2, 3]
print x.index(2), "%d%%" % 5, "%s" % (x,), "%r" % (x,)
print "long", 3L, repr(3L * 10 ** 10), 10 ** 10, [10 ** 10], {1: 10 ** 10}
print "é" == "é"
print u"abc" + "def", "x" + u"y"
print int("10") / 4, float(7) / 2, 7 % 4, -7 / 2.0
print max("a", 3), min([], ()), [] < {}
print (lambda: (yield 1))().next()
import time
t = time.strftime("%Y")
print len(t)
print hasattr({}, "has_key"), hasattr([].__iter__(), "next")
print "x".join(str(n) for n in range(3))
print dict(zip(["a", "b"], range(2))) == {"a": 0, "b": 1}
print map(lambda k: k, {"a": 1}), {"a": 1}.keys() + ["b"], {"a": 1}.values() + [2]
l = [5]
l[0] /= 2
print l
print round(1.005, 2), round(0.5), round(1.5), round(-0.5), round(1234.5678, -2)
print "abc".find("b") != -1 and "yes" or "no"
print "a,b".split(",", 1)[1], "%02d:%02d" % divmod(75, 60), "%.3s" % "abcdef"
print isinstance(u"x".encode("utf-8"), str), type(u"x".encode("utf-8")) == str
print [None] * 2, (None,) < (1,), cmp(None, None)
print "{0:.3f}|{1:>8}|{2!s}".format(1.23456, "x", None), "{:d}".format(5)
print ",".join(["%s=%s" % (k, v) for k, v in sorted({"a": 1}.items())])
print bool("False"), not "x", "x" and 1
print repr("caf\xc3\xa9"), "caf\xc3\xa9".decode("utf8") == u"caf\xe9"
exec "y = 5"
print y
print __name__, __doc__
print zip("abc", range(10)), range(0), sum(map(int, "123"))
print str(u"x") , unicode("y"), u"%d" % 3
print abs(-2147483648), -2147483648 - 1, 2147483647 * 2, int(2147483648.0), 1 << 31, hash(1)
