import types
print isinstance("a", basestring), isinstance(u"a", basestring), isinstance(1, basestring)
print isinstance("a", str), isinstance(u"a", unicode), isinstance(5, (int, long)), isinstance(2 ** 50, (int, long))
print isinstance([], list), isinstance({}, dict), isinstance((), tuple), isinstance(None, types.NoneType)
print type("") is str, type(1) is int, type([]) == list, type(1.0) is float, type(None) is types.NoneType
print isinstance("", types.StringTypes), isinstance([], types.ListType), isinstance(lambda: 0, types.FunctionType)
print type(3).__name__, type("").__name__, type(3.0).__name__, type([]).__name__, type({}).__name__
print isinstance(True, bool), issubclass(bool, int), isinstance(len, types.BuiltinFunctionType)
class A: pass
class B(A): pass
print isinstance(B(), A), B().__class__.__name__, isinstance(types, types.ModuleType)
print callable(A), hasattr(A, "__init__") or True
def g(): yield 1
print isinstance(g(), types.GeneratorType)
