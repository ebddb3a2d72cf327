"""Runs once in a new interpreter: our import system, and no way to the outside."""

import builtins
import gc
import sys

import _durward
from _frozen_importlib import BuiltinImporter, FrozenImporter, ModuleSpec


# What is imported here stays: looking through it for garbage, again and again
# while it grows, finds nothing.
gc.disable()


class Source:
    """Loads one of our own modules from the code compiled into the binary."""

    @staticmethod
    def create_module(spec):
        return None

    @staticmethod
    def exec_module(module):
        exec(_durward.code(module.__name__), module.__dict__)


class OwnModules:
    """Finds our own modules; they come before the standard ones of the same name."""

    @staticmethod
    def find_spec(name, path=None, target=None):
        kind = _durward.kind(name)
        if kind == 0:
            return None
        return ModuleSpec(name, Source, is_package=kind == 2)


class JavaPackages:
    """Finds the Java packages that scripts import from (`durward.packages`)."""

    @staticmethod
    def find_spec(name, path=None, target=None):
        if name.partition(".")[0] not in ("java", "javax", "jakarta", "org", "com", "io"):
            return None
        from durward import packages

        return packages.find_spec(name)


class _Output:
    """`sys.stdout` and `sys.stderr`: text goes to the log, a line at a time."""

    encoding = "utf-8"
    errors = "replace"
    newlines = None
    closed = False

    def __init__(self, error):
        self._error = error
        self.name = "<stderr>" if error else "<stdout>"

    def write(self, text):
        if isinstance(text, (bytes, bytearray)):
            text = bytes(text).decode("utf-8", "replace")
        elif not isinstance(text, str):
            raise TypeError("write() argument must be str, not " + type(text).__name__)
        _durward.write(self._error, text)
        return len(text)

    def writelines(self, lines):
        for line in lines:
            self.write(line)

    def flush(self):
        pass

    def close(self):
        pass

    def isatty(self):
        return False

    def writable(self):
        return True

    def readable(self):
        return False

    def fileno(self):
        raise OSError("no file behind this stream")


sys.path_hooks.clear()
sys.path.clear()
sys.stdin = None
sys.stdout = sys.__stdout__ = _Output(False)
sys.stderr = sys.__stderr__ = _Output(True)
sys.setrecursionlimit = _durward.set_recursion_limit
sys.argv = [""]

def _no_files(*_arguments, **_options):
    raise PermissionError("scripts have no file system")


class _LoggingLoader:
    """The standard `logging`, with a handler that writes to the server's log."""

    @staticmethod
    def create_module(spec):
        return FrozenImporter.create_module(spec)

    @staticmethod
    def exec_module(module):
        FrozenImporter.exec_module(module)
        levels = {"WARNING": "warn", "CRITICAL": "error", "FATAL": "error"}

        class ServerLog(module.Handler):
            def emit(self, record):
                level = levels.get(record.levelname, record.levelname.lower())
                if level not in ("trace", "debug", "info", "warn", "error"):
                    level = "info"
                _durward.log(level, self.format(record))

        module.root.addHandler(ServerLog())
        module.root.setLevel(module.DEBUG)


class Logging:
    @staticmethod
    def find_spec(name, path=None, target=None):
        if name != "logging":
            return None
        spec = FrozenImporter.find_spec(name, path, target)
        spec.loader = _LoggingLoader
        return spec


sys.meta_path[:] = [OwnModules, Logging, BuiltinImporter, FrozenImporter, JavaPackages]

for _name in ("input", "breakpoint", "exit", "quit", "help", "copyright", "credits", "license"):
    if hasattr(builtins, _name):
        delattr(builtins, _name)

import _io
import io

# Standard modules name `open` when they are imported, so a name has to be there.
for _module in (builtins, io, _io):
    _module.open = _no_files
    for _name in ("open_code", "FileIO"):
        if hasattr(_module, _name):
            delattr(_module, _name)
# `io` is a standard module and the first word of Jans's packages.
io.__path__ = []

# Imported by most scripts or by what they import. Not `random`: its state
# must not be shared by workers, so each imports and seeds it for itself.
import base64
import collections
import copy
import datetime
import functools
import hashlib
import itertools
import json
import math
import os
import re
import string
import time
import traceback
import types

import durward.context
import durward.encryption
import durward.firebase
import durward.java_arrays
import durward.java_lang
import durward.java_text
import durward.java_time
import durward.log
import durward.packages
import durward.redirect_uri
import durward.strings
import durward.turns
import durward.types
import _durward_py2
import io.jans.model.custom.script.type
import java.lang
import java.util
import linecache

linecache.cache.clear()
gc.enable()
