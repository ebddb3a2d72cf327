class K: pass
k = K()
setattr(k, "as", 1)
setattr(k, "in", 2)
k.exec = 3
print k.as, k.in, k.exec, k.as + k.in
k.from = lambda: "from"
k.class = "klass"
print k.from(), k.class, hasattr(k, "class")
