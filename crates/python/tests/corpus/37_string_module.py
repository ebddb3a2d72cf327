import string
print string.letters, string.digits, string.lowercase, string.uppercase
print string.join(["a", "b"]), string.join(["a", "b"], "-"), string.split("a b"), string.split("a,b", ",")
print string.upper("x"), string.lower("X"), string.strip(" x "), string.replace("aXa", "X", "-"), string.find("abc", "c")
print string.atoi("12"), string.atoi("ff", 16), string.atof("1.5"), string.zfill("7", 3), string.capitalize("abc")
table = string.maketrans("abc", "xyz")
print "aabbcc".translate(table), "abcd".translate(table, "d"), len(table), "a-b".translate(None, "-")
print string.Template("$a and ${b}").substitute(a=1, b=2), string.capwords("one two"), string.hexdigits
print string.ljust("a", 3) + "|", string.rjust("a", 3), string.center("a", 3), string.count("aa", "a")
print string.punctuation, len(string.whitespace), string.ascii_letters == string.letters
print string.translate("abc", table), string.rfind("aba", "a"), string.swapcase("aB")
