async = 1
await = 2
nonlocal = 3
print async + await + nonlocal
def f(async=5, await=6): return async, await
print f(), f(async=1)
class C:
    def nonlocal_(self): return "x"
    async = "attribute"
print C.async, C().async
def match(case): return case
type_ = match("soft")
print type_
