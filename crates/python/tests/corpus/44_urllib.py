import urllib, urlparse
print urllib.quote("a b/c?d=e&f~g"), urllib.quote("a/b", ""), urllib.quote_plus("a b+c/"), urllib.unquote("a%20b%2B"), urllib.unquote_plus("a+b")
print urllib.urlencode({"a": "b c"}), urllib.urlencode([("a", 1), ("b", "x&y")]), urllib.urlencode({"k": [1, 2]}, True), urllib.urlencode([("k", None)])
print urllib.quote(u"\xe9".encode("utf-8")), repr(urllib.unquote("%C3%A9"))
p = urlparse.urlparse("https://user@example.org:8443/path;x?q=1#frag")
print p.scheme, p.netloc, p.path, p.params, p.query, p.fragment, p.hostname, p.port
print urlparse.parse_qs("a=1&b=2&a=3")["a"], urlparse.parse_qsl("a=1&b="), urlparse.urljoin("http://h/a/b", "../c"), urlparse.urlunparse(("http", "h", "/p", "", "q=1", ""))
print urlparse.urlsplit("http://h/p?q").query, urlparse.urldefrag("http://h/p#f")[0], urlparse.parse_qs("x=%41")["x"]
import urllib2
r = urllib2.Request("http://example.org/x", "data", {"X-a": "1"})
print r.get_full_url(), r.get_method(), r.get_data(), r.get_host(), r.header_items()
