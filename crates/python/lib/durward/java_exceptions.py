"""Java exceptions as Python ones: `except Exception` catches them, and they have Java's methods."""

import builtins


class Throwable(builtins.Exception):
    def __init__(self, message=None, cause=None):
        if isinstance(message, BaseException) and cause is None:
            message, cause = str(message), message
        super().__init__(*(() if message is None else (message,)))
        self.message = message
        if cause is not None:
            self.__cause__ = cause

    def getMessage(self):
        return self.message

    getLocalizedMessage = getMessage

    def getCause(self):
        return self.__cause__

    def printStackTrace(self, *_):
        import traceback

        traceback.print_exception(type(self), self, self.__traceback__)

    def toString(self):
        text = type(self).__name__
        return text if self.message is None else text + ": " + self.message


class Exception(Throwable):
    pass


class Error(Throwable):
    pass


class RuntimeException(Exception):
    pass


class IllegalArgumentException(RuntimeException, ValueError):
    pass


class NumberFormatException(IllegalArgumentException):
    pass


class IllegalStateException(RuntimeException):
    pass


class NullPointerException(RuntimeException):
    pass


class IndexOutOfBoundsException(RuntimeException, IndexError):
    pass


class StringIndexOutOfBoundsException(IndexOutOfBoundsException):
    pass


class UnsupportedOperationException(RuntimeException):
    pass


class ClassCastException(RuntimeException):
    pass


class NoSuchElementException(RuntimeException):
    pass


class IOException(Exception, OSError):
    def __init__(self, message=None, cause=None):
        Throwable.__init__(self, message, cause)

    def __str__(self):
        return "" if self.message is None else str(self.message)


class FileNotFoundException(IOException):
    pass


class UnsupportedEncodingException(IOException):
    pass


class MalformedURLException(IOException):
    pass


class URISyntaxException(Exception):
    pass


class NoSuchAlgorithmException(Exception):
    pass
