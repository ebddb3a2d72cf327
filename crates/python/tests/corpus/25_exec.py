exec "a = 1"
print a
exec "b = 2; print 'inside', 7/2"
ns = {}
exec "c = 3" in ns
print ns["c"], "c" in globals()
loc = {}
exec "d = e + 1" in {"e": 4}, loc
print loc
exec("f = 5")
print f
exec("g = 6", ns)
print ns["g"]
code = compile("h = 'compiled'\nprint h", "<code>", "exec")
exec code
print eval("1 + 2"), eval("7 / 2"), eval("x * 2", {"x": 4}), eval(compile("`3`", "<e>", "eval"))
def in_function():
    scope = {"n": 3}
    exec "m = n * 2" in scope
    return scope["m"]
print in_function()
exec """
def made(x):
    print "made", x
    return x / 2
"""
print made(5)
try:
    exec "syntax error here"
except SyntaxError, e:
    print "SyntaxError"
