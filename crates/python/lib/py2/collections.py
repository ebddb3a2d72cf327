"""`collections` with its abstract classes, and `UserDict`'s."""

from collections import *
from collections.abc import *
