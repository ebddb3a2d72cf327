import sys
print sys.maxint, sys.version_info[0], sys.version_info[:2] >= (2, 7), sys.getdefaultencoding()
try:
    raise ValueError("info")
except:
    kind, value, tb = sys.exc_info()
    print kind.__name__, value, tb is not None, tb.tb_lineno
    print sys.exc_info()[1], sys.exc_info()[0] is ValueError
sys.exc_clear()
print sys.exc_info()[0]
from sys import exc_info, maxint
print maxint, exc_info()
sys.stdout.write("direct\n")
print "sys" in sys.modules, isinstance(sys.path, list)

try:
    sys.exit(3)
except SystemExit, e:
    print "exit", e.code
print sys.byteorder in ("little", "big"), sys.maxsize > 0
old = sys.stdout
class W:
    def __init__(self): self.t = []
    def write(self, s): self.t.append(s)
w = W()
sys.stdout = w
print "captured",
print "too"
sys.stdout = old
print "".join(w.t)
