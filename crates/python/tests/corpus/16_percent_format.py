print "%s %r %d %i %u" % ("a", "b", 3, 4, 5)
print "%5d|%-5d|%05d|%+d|% d" % (1, 2, 3, 4, 5)
print "%x %X %#x %o %#o" % (255, 255, 255, 8, 8)
print "%f %.3f %10.2f|%-10.2f|" % (1.5, 2.0, 3.14159, 2.5)
print "%e %E %g %G" % (1234.5, 0.00012, 1e10, 1e-10)
print "%c%c %%" % ("a", 98)
print "%s" % 1.1, "%s" % (1.1 * 3), "%r" % (1.1 * 3), "%s" % None, "%s" % True
print "%s" % [1, "a", 2.5], "%s" % ((1, 2),), "%s" % {"a": 1}, "%r" % "it's"
print "%(a)s %(b)05.1f %(a)r" % {"a": "x", "b": 2.25}
print "%*d|%-*d|%.*f" % (5, 1, 5, 2, 2, 3.14159)
print "%s %s" % ("a", ("b", "c"))
print "%10s|%-10s|%.2s" % ("right", "left", "cut")
print "%d" % 3.99, "%d" % 10 ** 20 if 0 else "%d" % (10 ** 20), "%s" % 10 ** 2 if 0 else "-"
print "%5s%%" % 50, "100%" + "%s" % "!"
for bad in ("%d", "%s %s", "plain"):
    try:
        print bad % "x"
    except TypeError, e:
        print "TypeError"
class P:
    def __str__(self): return "P!"
    def __repr__(self): return "<P>"
print "%s %r" % (P(), P()), "%s" % [P()], str(P()), repr(P()), [P()]
print "%s" % ValueError("err"), "%d items" % len([1, 2])
