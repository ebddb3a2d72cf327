x = 1 + \
    2
print x
y = (1 +
     2 # comment
     + 3)
print y
z = [1,
  2,
	3]
print z
print "a", \
      "b"
if x == 3 and \
   y == 6:
    print "both"
def f(a,
      b=2,
      *c):
    return (a,
            b, c)
print f(1), f(1, 2, 3)
s = "one \
line"
print s
t = {"k":
     "v",
}
print t
print (
    "in parentheses"
)
