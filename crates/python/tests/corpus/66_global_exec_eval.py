value = eval("[i * 2 for i in range(3)]")
print value
print eval("len('abc')"), eval("{'a': 1}['a']"), eval(" 1 + 1 "), eval(u"3 <> 4")
def f():
    local = 5
    return eval("local + 1"), eval("g", {"g": 9})
print f()
src = "x = 10\ny = x / 4\nprint 'exec print', y\n"
scope = {}
exec src in scope
print scope["x"], scope["y"], sorted(k for k in scope if not k.startswith("_"))
c = compile("a + b", "<expr>", "eval")
print eval(c, {"a": 1, "b": 2})
try:
    eval("1 +")
except SyntaxError, e:
    print "SyntaxError", e.lineno
try:
    exec "raise ValueError, 'from exec'"
except ValueError, e:
    print e
