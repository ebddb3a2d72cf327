"""doc first"""
from __future__ import with_statement
from __future__ import absolute_import, generators, nested_scopes
print __doc__
import __future__
print 3 / 2
