if 1: print "a"
if 0: print "b"
else: print "c"
for i in 1, 2: print i
while 0: print "never"
try: print "t"
except: pass
def f(x): return x; print "dead"
class C: a = 1; b = a + 1
print f(3), C.b
lambda: 0
1; 2; "x"
pass
if 1: pass; print "after pass"
def g(): yield 1; yield 2
print list(g())
for x in []: pass
else: print "empty else"
