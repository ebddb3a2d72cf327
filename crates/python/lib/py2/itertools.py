"""`itertools` with the names that are builtins by now."""

from itertools import *
from itertools import filterfalse as ifilterfalse
from itertools import zip_longest as izip_longest

imap = map
ifilter = filter
izip = zip
