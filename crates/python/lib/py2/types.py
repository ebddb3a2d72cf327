"""`types` with Python 2's names of the builtin types."""

from types import *

NoneType = type(None)
TypeType = ClassType = type
ObjectType = InstanceType = object
BooleanType = bool
IntType = LongType = int
FloatType = float
ComplexType = complex
StringType = UnicodeType = str
StringTypes = (str,)
BufferType = memoryview
TupleType = tuple
ListType = list
DictType = DictionaryType = dict
XRangeType = range
SliceType = slice
EllipsisType = type(...)
NotImplementedType = type(NotImplemented)
UnboundMethodType = FunctionType
