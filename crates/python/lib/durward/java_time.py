"""Dates and instants. Everything is UTC: the server's zone is not a script's business."""

import datetime
import time

from durward.java_exceptions import Exception as JavaException

_UTC = datetime.timezone.utc
_EPOCH = datetime.datetime(1970, 1, 1, tzinfo=_UTC)


def _now_ms():
    return time.time_ns() // 1000000


class Date(object):
    __slots__ = ("_ms",)

    def __init__(self, milliseconds=None):
        self._ms = _now_ms() if milliseconds is None else int(milliseconds)

    def getTime(self):
        return self._ms

    def setTime(self, milliseconds):
        self._ms = int(milliseconds)

    time = property(getTime, setTime)

    def after(self, other):
        return self._ms > other._ms

    def before(self, other):
        return self._ms < other._ms

    def compareTo(self, other):
        return (self._ms > other._ms) - (self._ms < other._ms)

    def toInstant(self):
        return Instant(self._ms * 1000000)

    def _datetime(self):
        return _EPOCH + datetime.timedelta(milliseconds=self._ms)

    def toString(self):
        return self._datetime().strftime("%a %b %d %H:%M:%S UTC %Y")

    __str__ = __repr__ = toString

    def __eq__(self, other):
        return isinstance(other, Date) and other._ms == self._ms

    def __lt__(self, other):
        return self._ms < other._ms

    def __hash__(self):
        return hash(self._ms)

    def equals(self, other):
        return self == other

    def clone(self):
        return Date(self._ms)

    def _json_value(self):
        return self._ms


class Calendar(object):
    """A Gregorian calendar in UTC."""

    ERA, YEAR, MONTH, WEEK_OF_YEAR, WEEK_OF_MONTH, DATE = range(6)
    DAY_OF_MONTH, DAY_OF_YEAR, DAY_OF_WEEK, DAY_OF_WEEK_IN_MONTH = 5, 6, 7, 8
    AM_PM, HOUR, HOUR_OF_DAY, MINUTE, SECOND, MILLISECOND = 9, 10, 11, 12, 13, 14
    JANUARY, FEBRUARY, MARCH, APRIL, MAY, JUNE = range(6)
    JULY, AUGUST, SEPTEMBER, OCTOBER, NOVEMBER, DECEMBER = range(6, 12)
    SUNDAY, MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY, SATURDAY = range(1, 8)

    def __init__(self, *fields):
        numbers = [one for one in fields if isinstance(one, int)]
        if len(numbers) >= 3:
            year, month, *rest = numbers
            self._at = datetime.datetime(year, month + 1, *rest, tzinfo=_UTC)
        else:
            self.setTimeInMillis(_now_ms())

    @classmethod
    def getInstance(cls, *_):
        return GregorianCalendar()

    def getTimeInMillis(self):
        return (self._at - _EPOCH) // datetime.timedelta(milliseconds=1)

    def setTimeInMillis(self, milliseconds):
        self._at = _EPOCH + datetime.timedelta(milliseconds=milliseconds)

    timeInMillis = property(getTimeInMillis, setTimeInMillis)

    def getTime(self):
        return Date(self.getTimeInMillis())

    def setTime(self, date):
        self.setTimeInMillis(date.getTime())

    time = property(getTime, setTime)

    def setTimeZone(self, zone):
        pass

    def get(self, field):
        at = self._at
        found = {
            0: 1, 1: at.year, 2: at.month - 1, 3: at.isocalendar()[1], 5: at.day, 6: at.timetuple().tm_yday,
            7: at.isoweekday() % 7 + 1, 9: at.hour // 12, 10: at.hour % 12, 11: at.hour, 12: at.minute,
            13: at.second, 14: at.microsecond // 1000}
        if field not in found:
            raise ValueError("unknown calendar field %r" % (field,))
        return found[field]

    def set(self, *fields):
        if len(fields) == 2:
            self.add(fields[0], fields[1] - self.get(fields[0]))
        else:
            year, month, *rest = fields
            keep = [self._at.hour, self._at.minute, self._at.second]
            rest += keep[len(rest) - 1:] if len(rest) < 4 else []
            self._at = self._at.replace(
                year=year, month=month + 1, day=rest[0], hour=rest[1], minute=rest[2], second=rest[3])

    def add(self, field, amount):
        steps = {5: "days", 6: "days", 7: "days", 10: "hours", 11: "hours", 12: "minutes", 13: "seconds", 14: "milliseconds"}
        if field in (1, 2):
            months = self._at.year * 12 + self._at.month - 1 + (amount * 12 if field == 1 else amount)
            year, month = divmod(months, 12)
            import calendar

            day = min(self._at.day, calendar.monthrange(year, month + 1)[1])
            self._at = self._at.replace(year=year, month=month + 1, day=day)
        elif field in (3, 4):
            self._at += datetime.timedelta(weeks=amount)
        elif field in steps:
            self._at += datetime.timedelta(**{steps[field]: amount})
        else:
            raise ValueError("unknown calendar field %r" % (field,))

    roll = add

    def after(self, other):
        return self._at > other._at

    def before(self, other):
        return self._at < other._at


class GregorianCalendar(Calendar):
    pass


class TimeZone(object):
    def __init__(self, name="UTC"):
        self._name = name

    @staticmethod
    def getTimeZone(name):
        return TimeZone(name)

    @staticmethod
    def getDefault():
        return TimeZone()

    def getID(self):
        return self._name


class Locale(object):
    def __init__(self, language="", country=""):
        self._language, self._country = language, country

    def getLanguage(self):
        return self._language

    def getCountry(self):
        return self._country

    def toLanguageTag(self):
        return self._language + ("-" + self._country if self._country else "")

    def toString(self):
        return self._language + ("_" + self._country if self._country else "")

    __str__ = toString


Locale.ENGLISH, Locale.US, Locale.ROOT = Locale("en"), Locale("en", "US"), Locale()


class Instant(object):
    """A moment, nanoseconds since the epoch."""

    __slots__ = ("_ns",)

    def __init__(self, nanoseconds):
        self._ns = nanoseconds

    @staticmethod
    def now():
        return Instant(time.time_ns())

    @staticmethod
    def ofEpochSecond(seconds):
        return Instant(seconds * 1000000000)

    @staticmethod
    def ofEpochMilli(milliseconds):
        return Instant(milliseconds * 1000000)

    @staticmethod
    def parse(text):
        at = datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))
        return Instant((at - _EPOCH) // datetime.timedelta(microseconds=1) * 1000)

    def getEpochSecond(self):
        return self._ns // 1000000000

    epochSecond = property(getEpochSecond)

    def toEpochMilli(self):
        return self._ns // 1000000

    def getNano(self):
        return self._ns % 1000000000

    def plusSeconds(self, seconds):
        return Instant(self._ns + seconds * 1000000000)

    def minusSeconds(self, seconds):
        return self.plusSeconds(-seconds)

    def plusMillis(self, milliseconds):
        return Instant(self._ns + milliseconds * 1000000)

    def isAfter(self, other):
        return self._ns > other._ns

    def isBefore(self, other):
        return self._ns < other._ns

    def toString(self):
        at = _EPOCH + datetime.timedelta(microseconds=self._ns // 1000)
        text = at.strftime("%Y-%m-%dT%H:%M:%S")
        part = self._ns % 1000000000
        return text + (".%09d" % part if part else "") + "Z"

    __str__ = __repr__ = toString

    def __eq__(self, other):
        return isinstance(other, Instant) and other._ns == self._ns

    def __hash__(self):
        return hash(self._ns)

    def equals(self, other):
        return self == other

    def compareTo(self, other):
        return (self._ns > other._ns) - (self._ns < other._ns)


class Duration(object):
    def __init__(self, nanoseconds):
        self._ns = nanoseconds

    @staticmethod
    def ofSeconds(seconds):
        return Duration(seconds * 1000000000)

    @staticmethod
    def ofMinutes(minutes):
        return Duration.ofSeconds(minutes * 60)

    @staticmethod
    def ofMillis(milliseconds):
        return Duration(milliseconds * 1000000)

    @staticmethod
    def between(start, end):
        return Duration(end._ns - start._ns)

    def getSeconds(self):
        return self._ns // 1000000000

    toSeconds = getSeconds

    def toMillis(self):
        return self._ns // 1000000


class _Unit(object):
    def __init__(self, name, nanoseconds):
        self._name, self._ns = name, nanoseconds

    def toSeconds(self, amount):
        return amount * self._ns // 1000000000

    def toMillis(self, amount):
        return amount * self._ns // 1000000

    def sleep(self, amount):
        time.sleep(amount * self._ns / 1e9)

    def toString(self):
        return self._name

    __str__ = toString


class TimeUnit(object):
    NANOSECONDS = _Unit("NANOSECONDS", 1)
    MICROSECONDS = _Unit("MICROSECONDS", 1000)
    MILLISECONDS = _Unit("MILLISECONDS", 1000000)
    SECONDS = _Unit("SECONDS", 1000000000)
    MINUTES = _Unit("MINUTES", 60000000000)
    HOURS = _Unit("HOURS", 3600000000000)
    DAYS = _Unit("DAYS", 86400000000000)


class ParseException(JavaException):
    pass


class SimpleDateFormat(object):
    """The letters y M d H m s S Z X E a and quoted text."""

    _LETTERS = {
        "yyyy": "%Y", "yy": "%y", "MMMM": "%B", "MMM": "%b", "MM": "%m", "M": "%m", "dd": "%d", "d": "%d",
        "HH": "%H", "H": "%H", "hh": "%I", "mm": "%M", "m": "%M", "ss": "%S", "s": "%S", "Z": "%z", "X": "Z",
        "XXX": "Z", "EEE": "%a", "EEEE": "%A", "a": "%p", "z": "UTC"}

    def __init__(self, pattern, *_):
        import re

        def one(match):
            run = match.group()
            if run.startswith("'"):
                return run[1:-1].replace("%", "%%") or "'"
            if run.startswith("S"):
                return "\0"
            if run not in self._LETTERS:
                raise ValueError("SimpleDateFormat: '%s' is not offered" % run)
            return self._LETTERS[run]

        self._pattern = re.sub(r"'[^']*'|([A-Za-z])\1*", one, pattern)

    def setTimeZone(self, zone):
        pass

    def setLenient(self, value):
        pass

    def format(self, date):
        at = date._datetime()
        return at.strftime(self._pattern.replace("\0", "%03d" % (at.microsecond // 1000)))

    def parse(self, text):
        try:
            at = datetime.datetime.strptime(text, self._pattern.replace("\0", "%f"))
        except ValueError:
            raise ParseException('Unparseable date: "%s"' % text) from None
        at = at.replace(tzinfo=at.tzinfo or _UTC)
        return Date((at - _EPOCH) // datetime.timedelta(milliseconds=1))
