import sys
from StringIO import StringIO
out = StringIO()
print >>out, "one", 2
print >>out, "part",
print >>out, "rest"
print >>out
print >> sys.stdout, "to stdout"
print >>None, "to none is stdout"
print repr(out.getvalue())
class Sink:
    def __init__(self):
        self.text = ""
    def write(self, s):
        self.text = self.text + s
sink = Sink()
print >>sink, "a", "b", 3
print >>sink, "x",
print >>sink, "y"
print repr(sink.text)
