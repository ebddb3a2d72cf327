import sys
print 0777, 0, 00, 0xFF, 0b101, 0o17, 0XfF, 0B1
print 10L, 0xFFL, 0777L, 5l
print sys.maxint, sys.maxint + 1
print 2147483647 + 1, repr(2147483647 + 1), [2147483648]
print 2 ** 64, repr(2 ** 64)
print long("123"), int("0x1f", 16), int("777", 8), int(" 42 "), int(3.99), int(-3.99), long(5) + 1
print isinstance(2 ** 40, long), isinstance(5, int), isinstance(True, int)
print hex(255), oct(8), oct(0), hex(-1), bin(5)
print 1 << 40, 5 & 3, 5 | 3, 5 ^ 3, ~5
print abs(-5), pow(2, 10), pow(2, 10, 1000)
print 100 * 100 * 100 * 100 * 100
print 12345678901234567890 % 7
total = 1
for i in range(1, 21):
    total *= i
print total
