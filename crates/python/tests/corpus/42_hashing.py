import hashlib, hmac, base64, binascii
print hashlib.md5("abc").hexdigest(), hashlib.sha1("abc").hexdigest()
print hashlib.sha256("abc").hexdigest(), len(hashlib.sha512("").digest()), repr(hashlib.md5("abc").digest()[:4])
h = hashlib.new("sha256")
h.update("a"); h.update("bc")
print h.hexdigest() == hashlib.sha256("abc").hexdigest(), h.digest_size
print hmac.new("key", "msg", hashlib.sha256).hexdigest(), hmac.new("key", "msg").hexdigest()
print base64.b64encode("hello"), base64.b64decode("aGVsbG8="), base64.urlsafe_b64encode("\xff\xfe\xfd"), repr(base64.b64decode("//79"))
print base64.encodestring("x"), base64.b32encode("a"), base64.b16encode("a"), base64.urlsafe_b64decode("__79") == "\xff\xfe\xfd"
print binascii.hexlify("abc"), binascii.unhexlify("616263"), binascii.b2a_hex("\x00\xff"), binascii.crc32("abc"), binascii.crc32("hello world")
print hashlib.sha256(u"\u20ac".encode("utf-8")).hexdigest(), base64.b64encode(u"\xe9".encode("utf-8"))
try:
    base64.b64decode("a")
except TypeError, e:
    print "TypeError"
