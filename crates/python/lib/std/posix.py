"""Standard modules import it for what they do not do here: every call is refused."""

O_RDONLY = O_WRONLY = O_CREAT = O_EXCL = 0
environ = {}
error = OSError


def fspath(path):
    return path


def _refuse(*_arguments, **_options):
    raise PermissionError("scripts have no file system")


getcwd = listdir = open = replace = stat = unlink = _refuse
