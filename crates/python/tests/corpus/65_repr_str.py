print repr("a"), repr('a"b'), repr("a'b"), repr("\x01\x7f\xff"), repr("\t\n\r\\"), repr(u"\u20ac\xe9")
print repr(1), repr(1L << 40), repr(1.5), repr(None), repr(True), repr([1, "a", (2,), {"k": 3.0}])
print str([1.1 * 3]), str((1,)), str({"a": "b"}), str(set(["x"])), str(None), str(())
print repr(ValueError("x")), repr(KeyError()), repr(Exception("a", 2)), str(Exception("a", 2)), str(Exception())
class A:
    def __str__(self): return "str"
class B:
    def __repr__(self): return "rep"
print str(A()), A(), str(B()), repr(B()), [B()], "%s" % A(), "%r" % B(), {"b": B()}
print type(1), type("a"), type([]), type(None), type(1.0), type({}), type(()), type(True), int, str, ValueError
print str(1), str(1.0), str(10 ** 15), str(1e15), str(True), str(u"u")
class N(object):
    pass
print repr(N()).startswith("<__main__.N object at"), str(N)
print unicode(5), unicode(1.5), unicode([1]), unicode(None)
