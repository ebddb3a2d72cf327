"""Calls to the server: everything a script can do outside its own process."""

import _durward


class HostRefused(Exception):
    """The server did not do what a script asked for; the text says why."""


def ask(service, **arguments):
    """The result of a host service; raises `HostRefused`."""
    done, answer = _durward.host(service, arguments)
    if done:
        return answer
    raise HostRefused(answer)
