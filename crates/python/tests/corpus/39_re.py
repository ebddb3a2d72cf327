import re
m = re.match(r"(\w+)\s(\d+)", "abc 123 def")
print m.group(0), m.group(1), m.groups(), m.start(2), m.end(), m.span(1)
print re.search("b+", "aabbb").group(), re.findall(r"\d", "a1b2"), re.split(r"[,;]", "a,b;c"), re.sub("a", "x", "banana")
print re.sub(r"(\w)(\d)", r"\2\1", "a1b2"), re.sub("a", lambda m: m.group().upper(), "banana", 2), re.subn("a", "", "aa")
p = re.compile("hello", re.IGNORECASE)
print p.match("HELLO") is not None, p.search("say Hello").group(), p.pattern
print re.match(r"(?P<name>\w+)@(?P<host>[\w.]+)", "me@example.org").groupdict()["host"]
print re.match("x", "y"), bool(re.match("^a$", "a")), re.escape("a.b"), re.findall("(a)(b)?", "ab a")
print [m.group() for m in re.finditer("[a-c]", "xaybzc")], re.match("a|b", "b").group()
print re.search(r"^\s*#", "  # c", re.M) is not None, re.compile(r"""
  \d+  # digits
""", re.VERBOSE).match("12").group()
print re.match(r"\d+$", u"\u0661\u0662"), re.match(r"\w", u"\xe9"), re.match(r"(?u)\w", u"\xe9") is not None
print re.split("(-)", "a-b"), re.match("(?i)ABC", "abc") is not None, re.search("a.c", "a\nc", re.DOTALL) is not None
