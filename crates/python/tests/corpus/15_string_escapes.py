print '\u0041', len('\u0041'), u'\u0041', len(u'\u0041')
print len('\N{DASH}'), len(u'\N{EM DASH}')
print r'\u0041', len(r'\u0041'), len(ur'\u0041\d'), repr(ur'\d')
print '\d\w', len('\d'), "\
continued"
print b'bytes', br'\n', B"x", U"y" , R'\z', uR'\w'
print len('\x00\xff'), repr('\xff\x00\n\t\\')
print 'a' b'b' u'c' r'\d'
print len("\\u0041"), "\\N"
