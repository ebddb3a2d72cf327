import sys
try:
    raise ValueError, "message"
except ValueError, e:
    print e, e.args, e.message
try:
    raise ValueError
except ValueError, e:
    print repr(e.message), e.args
try:
    raise ValueError, ("a", "b")
except ValueError, e:
    print e.args, repr(e.message)
try:
    raise ValueError, ValueError("instance")
except ValueError, e:
    print e
try:
    raise ValueError, None
except ValueError, e:
    print e.args
try:
    try:
        1 / 0
    except ZeroDivisionError:
        kind, value, tb = sys.exc_info()
        raise RuntimeError, "wrapped: %s" % value, tb
except RuntimeError, e:
    print e
try:
    try:
        raise KeyError("again")
    except KeyError:
        raise
except KeyError, e:
    print "reraised", e
class Mine(Exception):
    def __init__(self, code, text):
        Exception.__init__(self, code, text)
        self.code = code
    def __str__(self):
        return "Mine(%s)" % self.code
try:
    raise Mine(3, "x")
except Mine, e:
    print e, e.code, e.args
try:
    raise Mine, (4, "y")
except Mine, e:
    print e, e.args
try:
    raise ValueError, \
        "continued"
except ValueError, e:
    print e
