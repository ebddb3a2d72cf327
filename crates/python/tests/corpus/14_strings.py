s = "Hello, World"
print s[0], s[-1], s[1:4], s[:5], s[7:], s[::-1], s[::2], len(s)
print s.upper(), s.lower(), s.swapcase(), s.replace("l", "L"), s.find("World"), s.index("o")
print s.split(", "), s.split("o", 1), "a b  c".split(), "a,b,,c".split(","), "x".split("y")
print "-".join(["a", "b"]), "abc".center(9, "*"), "abc".ljust(5) + "|", "abc".rjust(5), "7".zfill(3)
print "  x ".strip() + "|", "xxaxx".strip("x"), "abc".startswith("ab"), "abc".endswith(("x", "c"))
print "a%sb" % "X", "%s-%s" % ("a", "b"), "%(k)s=%(v)d" % {"k": "n", "v": 3}
print "abc".isalpha(), "123".isdigit(), " ".isspace(), "aB1".isalnum(), "Ab".istitle()
print "title case".title(), "abc".capitalize(), "a\tb".expandtabs(4)
print "abcabc".count("bc"), "abcabc".rfind("bc"), "a-b-c".partition("-"), "a-b-c".rpartition("-")
print "line1\nline2".splitlines(), repr("a'b"), repr('a"b'), repr("a'\"b")
print "tab\there", 'new\\n', r"raw\n", "\x41\102", "a" "b"
print """triple
quoted""", '''it's'''
print "abc" < "abd", "a" * 3, "b" in "abc", ord("a"), chr(98)
print "{0} {1} {name} {0!r:>5} {2:.2f} {3:05d}".format("a", 2, 1.5, 42, name="n")
print "{} {}".format("x", 1.1 * 3), "{:>6}|{:<6}|{:^6}".format("r", "l", "c")
