def depth(n):
    return 0 if n == 0 else 1 + depth(n - 1)
print depth(200)
def forever(): return forever()
try:
    forever()
except RuntimeError:
    print "recursion stopped"
