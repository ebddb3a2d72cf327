import sys
def line():
    return sys.exc_info()[2].tb_lineno
try:
    x = [1,
         2,
         3][
        9]
except IndexError: print "a", line() in (6, 7, 8, 9)
try:
    print "text %s %s" % "one"
except TypeError: print "b", line()
try:
    exec "raise KeyError"
except KeyError: print "c", line()
try:

    raise ValueError, "on line 20"

except ValueError: print "d", line()
def f((a, b)): return a / b
try:
    f((1, 0))
except ZeroDivisionError:
    tb = sys.exc_info()[2]
    print "e", tb.tb_lineno, tb.tb_next.tb_lineno
class C:
    def m(self): return `undefined`
try:
    C().m()
except NameError:
    print "f", line(), sys.exc_info()[2].tb_next.tb_lineno
if 1:
	try:
		if None < 0: {}["tab"]
	except KeyError:
		print "g", line()
try: assert 0777 <> 511, "h"
except AssertionError, e: print e, line()
