print
print "a"
print "a", "b"
print("a")
print ("a"), "b"
print ("a", "b")
print "x = %d" % 3
print "a" + "b", 1, 2.5, None, True
print "no newline",
print "follows"
print "tab\t",
print "after tab"
print "nl\n",
print "after newline"
print 1,; print 2,
print 3
if True: print "one line"
for i in range(3): print i,
print
print "a" if 1 else "b"
print not 1, -2, ~3
print [1, 2], (3,), {}
print "say \"hi\"", 'it''s'
