"""`base64` for byte strings."""

import base64 as _base64

from _durward_py2.conversion import latin, octets


def _both(function):
    def convert(text, *args, **keywords):
        args = [octets(value) if isinstance(value, str) else value for value in args]
        try:
            return latin(function(octets(text), *args, **keywords))
        except ValueError as error:
            # Python 2 raises TypeError for text that is not base64.
            raise TypeError(str(error)) from None

    convert.__name__ = function.__name__
    return convert


b64encode = _both(_base64.b64encode)
b64decode = _both(_base64.b64decode)
standard_b64encode = _both(_base64.standard_b64encode)
standard_b64decode = _both(_base64.standard_b64decode)
urlsafe_b64encode = _both(_base64.urlsafe_b64encode)
urlsafe_b64decode = _both(_base64.urlsafe_b64decode)
b32encode = _both(_base64.b32encode)
b32decode = _both(_base64.b32decode)
b16encode = _both(_base64.b16encode)
b16decode = _both(_base64.b16decode)
encodestring = _both(_base64.encodebytes)
decodestring = _both(_base64.decodebytes)
