import sys, traceback
def inner():
    raise ValueError, "deep"

def outer():
    x = 1

    inner()

try:
    outer()
except ValueError:
    for frame in traceback.extract_tb(sys.exc_info()[2]):
        print frame[1], frame[2]
    print traceback.format_exc().splitlines()[0]
    print traceback.format_exc().splitlines()[-1]
    print traceback.format_exception_only(ValueError, ValueError("x"))
def lines():
    try:
        a = [1,
             2]
        print a[
            5]
    except IndexError:
        print sys.exc_info()[2].tb_lineno
lines()
class C:
    def m(self):
        try:
            return self.missing
        except AttributeError:
            print traceback.extract_tb(sys.exc_info()[2])[-1][1:3]
C().m()
