import datetime, time, calendar
d = datetime.datetime(2020, 2, 29, 13, 5, 9)
print d, d.isoformat(), d.year, d.weekday(), d.strftime("%Y-%m-%d %H:%M:%S"), d.date(), d.time()
print d + datetime.timedelta(days=1, hours=2), (datetime.date(2020, 3, 1) - datetime.date(2020, 1, 1)).days
t = datetime.timedelta(seconds=90)
print t, t.seconds, t.total_seconds(), datetime.timedelta(1, 2) * 2, t / 2
print datetime.datetime.strptime("2021-01-02", "%Y-%m-%d"), datetime.date(2021, 1, 2) < datetime.date(2021, 1, 3)
print datetime.datetime.utcfromtimestamp(0), calendar.timegm((1970, 1, 2, 0, 0, 0)), calendar.isleap(2020)
print calendar.monthrange(2021, 2), time.strftime("%Y", time.gmtime(0)), time.gmtime(86400)[:3]
print repr(datetime.date(2020, 1, 2)), datetime.datetime.min.year, d.replace(year=2021, day=1)
print type(time.time()).__name__, time.time() > 1e9, int(time.time()) > 0, calendar.timegm(d.timetuple())
