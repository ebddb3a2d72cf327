"""Standard modules import it; scripts get no way to make code objects out of bytes."""

version = 4


def _refuse(*_arguments):
    raise ValueError("marshal is not for scripts")


dump = dumps = load = loads = _refuse
