import os.path
import json as j, re
from re import (match,
                search as find)
from json import *
import  sys  ,  time
from   string  import   join
print j.dumps([1]), match("a", "a") is not None, find("b", "ab").start(), dumps({}), join(["x"])
try:
    import simplejson as js
except ImportError:
    import json as js
print js.__name__.split(".")[-1]
try:
    import no_such_module
except ImportError, e:
    print "ImportError:", e
try:
    from json import no_such_name
except ImportError, e:
    print "ImportError"
def local():
    import math
    return math.sqrt(4)
print local(), __import__("json") is j, __import__("string").digits
from types import *
print type(None) is NoneType
