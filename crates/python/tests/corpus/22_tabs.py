def f(a):
	if a:
	    return "tab then four"
        return "eight spaces equal one tab"
print f(1), f(0)
class C:
    def m(self):
	x = 1
        y = 2
	return x + y
print C().m()
if True:
	print "tab"
        print "spaces"
for i in range(2):
  	print i
        print "after two spaces and a tab"
