from __future__ import print_function
import sys
print("a", "b", sep="-")
print("x", end="!\n")
print()
print("to", file=sys.stdout)
print([1.1 * 3], 1.1 * 3)
p = print
p("alias")
class T:
    def print(self):
        return "method"
