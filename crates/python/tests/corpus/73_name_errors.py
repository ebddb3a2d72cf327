def f():
    return missing
try:
    f()
except NameError, e:
    print "NameError"
try:
    del nothing
except NameError:
    print "del NameError"
def g():
    print local
    local = 1
try:
    g()
except UnboundLocalError:
    print "UnboundLocalError"
try:
    object().nope
except AttributeError, e:
    print e
try:
    (lambda x: x)()
except TypeError:
    print "TypeError"
try:
    len(5)
except TypeError:
    print "TypeError len"
try:
    "a" + 1
except TypeError:
    print "TypeError add"
try:
    [] + ()
except TypeError:
    print "TypeError list"
try:
    open("/no/such/file/at/all")
except IOError:
    print "IOError"
try:
    None()
except TypeError:
    print "not callable"
try:
    {}[[]]
except TypeError:
    print "unhashable"
