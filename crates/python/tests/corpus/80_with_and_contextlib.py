from contextlib import contextmanager, closing
@contextmanager
def tag(name):
    print "<%s>" % name,
    try:
        yield name.upper()
    finally:
        print "</%s>" % name
with tag("b") as t:
    print t,
with tag("x") as a, tag("y") as b:
    print a + b,
class R:
    def close(self): print "closed"
with closing(R()):
    print "using"
try:
    with tag("e"):
        raise ValueError("inside")
except ValueError, e:
    print e
import threading
lock = threading.Lock()
with lock:
    print "locked"
