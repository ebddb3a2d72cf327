import sys
print "a",
sys.stdout.write("direct\n")
print "b",
print
print "c\n",
print "d"
print "",
print "e"
print "x", "", "y"
print 1, "\n", 2
print "end\t",
print "tabbed"
def f():
    print "inner"
    return "result"
print "outer", f()
