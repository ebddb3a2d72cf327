class AppError(Exception):
    code = 500
    def __init__(self, message, **details):
        Exception.__init__(self, message)
        self.details = details
class NotFound(AppError):
    code = 404
for error in (AppError("a"), NotFound("b", what="x"), ValueError("c"), KeyboardInterrupt()):
    try:
        raise error
    except NotFound, e:
        print "NotFound", e.code, e.message, e.details
    except AppError, e:
        print "AppError", e.code, e.args
    except (TypeError, ValueError), e:
        print "value", e
    except BaseException, e:
        print "base", type(e).__name__
class Wrapped(Exception):
    def __init__(self, cause):
        self.cause = cause
    def __str__(self):
        return "wrapped: " + str(self.cause)
try:
    try:
        int("x")
    except ValueError, e:
        raise Wrapped(e)
except Wrapped, w:
    print type(w.cause).__name__, str(w)[:8]
class NoInit(Exception): pass
try: raise NoInit
except NoInit, e: print repr(e), str(e) == "", e.args
try: raise NoInit, 5
except NoInit, e: print repr(e), e.message
try: raise NoInit("m"), None
except NoInit, e: print e
