def f(n):
    try:
        print "try", n
        if n == 1: return "returned"
        if n == 2: raise ValueError("two")
        for i in range(3):
            try:
                if i == 1: continue
                if i == 2: break
                print "i", i
            finally:
                print "f", i
    except ValueError, e:
        print "except", e
        return "handled"
    else:
        print "else"
    finally:
        print "finally", n
    return "end"
for n in range(3):
    print f(n)
class Ctx:
    def __enter__(self):
        print "enter"
        return "value"
    def __exit__(self, kind, value, tb):
        print "exit", kind is not None and kind.__name__
        return True
with Ctx() as v:
    print v
with Ctx():
    raise KeyError("swallowed")
for i in range(2):
    print i
else:
    print "for else"
while False: pass
else: print "while else"
