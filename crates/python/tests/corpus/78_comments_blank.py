#!/usr/bin/env jython
# -*- coding: utf-8 -*-

# comment with 'quotes" and print >>x

print "a" # trailing print
if True:
# unindented comment
    # indented comment

    print "b"

  # odd comment
    print "c"
def f():
    # only a comment then return

    return 1 # done
print f()
x = "# not a comment" # but this is
print x
y = '''
# inside
print "not run"
''' # after
print len(y)
