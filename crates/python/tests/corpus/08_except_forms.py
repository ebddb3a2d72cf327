try:
    raise ValueError("a")
except ValueError, e:
    print "comma", e
print "still bound:", e
try:
    raise KeyError("k")
except (ValueError, KeyError), e:
    print "tuple", e, type(e).__name__
try:
    raise KeyError("k")
except (ValueError, KeyError) as e:
    print "as", e
try:
    [][1]
except IndexError:
    print "plain"
try:
    undefined_name
except:
    print "bare"
try:
    raise ValueError(1, 2)
except ValueError, (a, b):
    print "unpacked", a, b
class Holder:
    pass
h = Holder()
try:
    raise ValueError("kept")
except ValueError, h.error:
    pass
print h.error
errors = {}
try:
    raise ValueError("in dict")
except ValueError, errors["x"]:
    pass
print errors["x"]
def nested():
    try:
        try:
            raise ValueError("inner")
        except KeyError, e:
            print "not here"
        finally:
            print "finally"
    except ValueError, e:
        print "outer", e
    else:
        print "no else"
nested()
try:
    print "body"
except ValueError, e: print "never"
else: print "else"
finally: print "done"
