print (5).__class__.__name__, (2.5).is_integer(), (255).bit_length(), 3 .__add__(4)
print complex(1, 2), 1j * 1j, (1 + 2j).real, abs(3 + 4j)
print 10 % 3, -10 % 3, 10 % -3, 5.5 % 2, 2 ** 0.5
print 1e3, 1E-2, .5, 5., 1.5e+3, 0.1e1
print int("12"), int("-7"), float(" 2.5 "), str(12), repr(1.0), int("z", 36)
print bool(0), bool(0.0), bool(""), bool([]), bool(None), bool("0"), True + True
print hash(1) == hash(1.0), 1 == True, round(1.25, 1), round(-1.5), round(1e20)
print sum(range(5)), sum([1.5, 2]), max([1, 5, 3]), min(4, 2)
print 7 & 3 | 8, 1 << 3, 256 >> 4, -1 >> 1, ~0
print 0.1 + 0.2 == 0.3, 1 / 3.0, 2 / 3.0, 100.0, 1e22, 1e21, 123456789.123456789
print "%d %s" % (2 ** 40, 2 ** 40), 2 ** 31 - 1 == 2147483647, -2147483648
