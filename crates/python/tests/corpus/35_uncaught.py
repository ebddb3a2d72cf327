def f(a):
    b = a / 2
    print "b", b
    return g(
        b)

def g(x): return {}[x]
print "start"
f(7)
print "never"
