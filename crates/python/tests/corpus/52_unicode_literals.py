from __future__ import unicode_literals
print "\u0041", len("\u00e9"), type(b"x") is str, len(b"\u0041")
print isinstance("x", basestring), "a" + b"b"
