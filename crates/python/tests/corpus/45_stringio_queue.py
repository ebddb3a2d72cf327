import StringIO, cStringIO, Queue
s = StringIO.StringIO()
s.write("a\n"); s.write("b"); s.writelines(["c", "d"])
print repr(s.getvalue()), s.len
r = cStringIO.StringIO("l1\nl2\n")
print repr(r.readline()), r.read(), repr(r.read())
for line in StringIO.StringIO("x\ny"):
    print line.strip(),
print
q = Queue.Queue()
q.put(1); q.put(2)
print q.get(), q.qsize(), q.empty()
try:
    Queue.Queue().get_nowait()
except Queue.Empty:
    print "empty"
import ConfigParser
c = ConfigParser.ConfigParser()
c.readfp(StringIO.StringIO("[s]\nkey = value\nn = 5\nflag = yes\n"))
print c.get("s", "key"), c.getint("s", "n"), c.getboolean("s", "flag"), c.sections(), c.has_option("s", "zz"), sorted(c.options("s"))
