"""`math`, in which rounding gives floats."""

import math as _math
from math import *


def floor(number):
    return float(_math.floor(number))


def ceil(number):
    return float(_math.ceil(number))
