print 1.1 * 3, str(1.1 * 3), repr(1.1 * 3), [1.1 * 3]
print 0.1 + 0.2, 1e16, 1e100, 100000000000.0, 1e12, 123456789012.5, 1.0, -0.0, 1e-5, 0.0001
print 3.0, 2.5e10, 1 / 3.0
print round(2.5), round(3.5), round(-2.5), round(2.567, 2), round(5)
print int(2.9), float("1.5"), float(3), float("1e3")
print "%.2f %5.1f %e %g" % (3.14159, 2.25, 12345.678, 0.00001)
print 7.5 % 2, 7.5 // 2, divmod(7.5, 2)
print float("inf"), float("-inf"), float("nan")
import math
print math.floor(2.7), math.ceil(2.1), math.sqrt(16), math.pi
print sum([0.1] * 3), max(1, 2.5), min(0.5, 1)
