# -*- coding: utf-8 -*-
u = u"\u00e9\u20ac"
print len(u), repr(u.encode("utf-8")), len(u.encode("utf-8"))
b = u.encode("utf-8")
print b.decode("utf-8") == u, [ord(c) for c in b.decode("utf-8")], [ord(c) for c in b]
print unicode("abc") == "abc", unicode("\xc3\xa9", "utf-8") == u"\xe9", isinstance(u, basestring), isinstance("x", basestring)
print unichr(233) == u"\xe9", ord(u"\u20ac")
print u"abc".encode("ascii"), "abc".decode("ascii"), u"a".encode("latin-1")
try:
    "\xff".decode("ascii")
except UnicodeDecodeError, e:
    print "decode error"
try:
    u"\u20ac".encode("latin-1")
except UnicodeEncodeError, e:
    print "encode error"
print u"\xe9".encode("ascii", "replace"), u"\xe9".encode("ascii", "ignore"), u"\xe9".encode("ascii", "xmlcharrefreplace")
print "caf\xc3\xa9".decode("utf-8").upper() == u"CAF\xc9"
print "abc".encode("hex"), "616263".decode("hex"), "abc".encode("base64").strip(), "YWJj".decode("base64"), "abc".encode("rot13")
print u"a".upper(), u",".join([u"a", "b"]), str(u"plain"), u"%s" % "x", "%s" % u"y"
class N:
    def __unicode__(self): return u"uni"
    def __str__(self): return "str"
print unicode(N()), str(N())
