from datetime import datetime, timedelta, date
start = datetime(2024, 1, 31, 23, 59, 59)
for delta in (timedelta(seconds=1), timedelta(days=29), timedelta(weeks=-1), timedelta(hours=1.5)):
    print start + delta
print (datetime(2024, 3, 1) - start).days, (start - datetime(2024, 1, 1)).seconds / 3600
print date(2024, 2, 29).isocalendar()[1], date.fromordinal(738000), start.strftime("%d/%m/%y"), start.isoformat()
print start < datetime(2025, 1, 1), max(start, datetime(2020, 1, 1)).year, timedelta(minutes=90) > timedelta(hours=1)
try:
    date(2023, 2, 29)
except ValueError, e:
    print "ValueError"
print (start.hour * 60 + start.minute) / 7, start.replace(microsecond=0) == start, str(timedelta(days=1, seconds=5))
millis = 1700000000123
print millis / 1000, millis % 1000, datetime.utcfromtimestamp(millis / 1000)
