import textwrap, string
text = """one two
three  four

five"""
words = text.split()
counts = {}
for w in words:
    counts[len(w)] = counts.get(len(w), 0) + 1
print sorted(counts.items()), [l for l in text.split("\n") if l.strip()]
print textwrap.fill("aaa bbb ccc ddd", 8), textwrap.dedent("  x\n  y")
rows = [("name", 1), ("longer", 22)]
for name, n in rows:
    print "%-10s|%5d|" % (name, n)
print string.Template("Hello $who").safe_substitute(who="W"), "".join(sorted("hello"))
print " ".join(w.capitalize() for w in words[:2]), max(words, key=len), "ab12".isalnum()
csv = "a;b\n1;2\n"
print [dict(zip(csv.split("\n")[0].split(";"), line.split(";"))) for line in csv.strip().split("\n")[1:]][0]["b"]
