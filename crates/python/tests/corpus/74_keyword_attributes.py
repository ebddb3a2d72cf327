class K: pass
k = K()
setattr(k, "as", 1)
setattr(k, "in", 2)
k.exec = 3
k.print = 4
print k.as, k.in, k.exec, k.print, k.as + k.in
k.from = lambda: "from"
k.class = "klass"
print k.from(), k.class, hasattr(k, "class")
class M:
    def exec(self): return "exec"
    def print(self): return "print"
print M().exec(), M().print()
