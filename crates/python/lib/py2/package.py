"""Run-time support of translated Python 2 programs.

`NAMESPACE` holds their builtins; `order` and `format_string` are called by the
native part (`_durward_front`). Programs in Python 3 see nothing of this.
"""

from _durward_py2.builtin import NAMESPACE
from _durward_py2.formatting import format_string
from _durward_py2.ordering import order
