"""`StringIO` and `cStringIO`."""

import io as _io

from _durward_py2.conversion import to_str


class StringIO(_io.StringIO):
    """Text in memory; what is written is made text first."""

    def __init__(self, text=""):
        _io.StringIO.__init__(self, to_str(text), newline="")
        self.softspace = 0

    def write(self, text):
        _io.StringIO.write(self, to_str(text))

    def writelines(self, lines):
        for line in lines:
            self.write(line)

    def next(self):
        return self.__next__()

    @property
    def len(self):
        return len(self.getvalue())


InputType = OutputType = StringIO
