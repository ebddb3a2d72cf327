s = "key1=value1;key2=value2"
print dict(p.split("=") for p in s.split(";"))["key2"], s.split(";")[0].split("=")[1]
print "a,b , c".replace(" ", "").split(","), ",".join(str(i) for i in range(3)), "".join(map(chr, [72, 105]))
print "x" in "", "" in "x", "%s" % "", "a" * 0 + "|", "abc"[::-1], "abc"[-2], "Abc".lower() == "abc"
print "a\nb\n".split("\n"), "a\r\nb".splitlines(True), "  a b ".split(" "), "aXbXc".rsplit("X", 1), "abc".find("z")
print "1.2.3".split("."), "1,2;3".replace(";", ",").split(","), "name".upper().title(), "it's".title()
print "test".encode("utf-8"), "test".decode("utf-8"), u"test" == "test", "%05.1f" % 2.345, "%s, %s" % ("a", "b")
print "abc".translate(None, "b"), "hello world".count("o"), "hello".index("l"), "A".isupper(), "a1".isalnum()
try:
    "abc".index("z")
except ValueError, e:
    print e
print "abc" == 'abc', "a" "b" 'c', ("x"
    "y"), "tab\tx".expandtabs(), "%-5s|" % "ab", "%5.1f%%" % 99.55
print "abc".join(["1", "2"]), "{0}-{0}".format(1), "{a[0]} {b.real}".format(a=[7], b=3), "{{}}".format()
print "a=%d, b=%s" % (1, [2]), "<%s>" % None, "%s" % (None,), "%s %s" % tuple("ab")
