import struct, zlib, cPickle, pickle
print repr(struct.pack(">IH", 1, 2)), struct.unpack(">I", "\x00\x00\x01\x00"), struct.calcsize(">IH"), repr(struct.pack("3s", "ab"))
print struct.unpack("<hb", "\x01\x00\x02"), struct.unpack("2s", "ab")
c = zlib.compress("aaaaaaaaaa")
print zlib.decompress(c), zlib.crc32("abc"), type(c).__name__, zlib.adler32("abc")
s = pickle.dumps({"a": [1, "x"]})
print type(s).__name__, pickle.loads(s), cPickle.loads(cPickle.dumps((1, 2), 2))
