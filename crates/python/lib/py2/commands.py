"""`commands`: refused, scripts start no programs."""


def getstatusoutput(command):
    """Refused."""
    raise OSError("scripts start no programs")


getoutput = getstatus = getstatusoutput
