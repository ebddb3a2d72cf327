"""`ConfigParser`."""

import configparser as _configparser
from configparser import (
    DEFAULTSECT, DuplicateSectionError, Error, InterpolationDepthError, InterpolationError,
    InterpolationMissingOptionError, InterpolationSyntaxError, MissingSectionHeaderError,
    NoOptionError, NoSectionError, ParsingError)


class RawConfigParser(_configparser.RawConfigParser):
    """Without interpolation; a repeated name replaces the earlier one."""

    def __init__(self, defaults=None, dict_type=dict, allow_no_value=False):
        super().__init__(defaults, dict_type, allow_no_value, strict=False)

    def readfp(self, file, filename=None):
        self.read_file(file, filename)


class ConfigParser(_configparser.ConfigParser):
    """With `%(name)s` in values."""

    def __init__(self, defaults=None, dict_type=dict, allow_no_value=False):
        super().__init__(defaults, dict_type, allow_no_value, strict=False)

    def readfp(self, file, filename=None):
        self.read_file(file, filename)


SafeConfigParser = ConfigParser
