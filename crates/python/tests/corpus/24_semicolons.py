a = 1; b = 2; print a, b;
def f(): x = 1; return x
print f(); print "second"
class E: pass
class G: y = 1; z = 2
print G.y, G.z
if a: print "yes"; print "and"
while a < 3: a += 1; print a,
print;
try: raise ValueError, "x"; print "no"
except ValueError, e: print e; print "caught"
finally: print "end";
import sys; sys.stdout.write("w\n");
