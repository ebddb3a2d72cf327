//! The Python 3 sources of Python 2's run-time support, to be installed as
//! modules under their private names.
//!
//! `_durward_py2` is a package; the rest are its modules. The standard
//! modules that Python 2 programs import by their old names, or that take and
//! give text where Python 3 has bytes, are among them; `IMPORTS` in
//! `lib/py2/imports.py` says which.

macro_rules! shims {
    ($($name:literal => $file:literal),* $(,)?) => {
        &[$(($name, include_str!(concat!("../../lib/py2/", $file)))),*]
    };
}

/// Dotted names and sources; the package first.
pub const MODULES: &[(&str, &str)] = shims! {
    "_durward_py2" => "package.py",
    "_durward_py2.attributes" => "attributes.py",
    "_durward_py2.base64" => "base64.py",
    "_durward_py2.binascii" => "binascii.py",
    "_durward_py2.builtin" => "builtin.py",
    "_durward_py2.classes" => "classes.py",
    "_durward_py2.collections" => "collections.py",
    "_durward_py2.commands" => "commands.py",
    "_durward_py2.config_parser" => "config_parser.py",
    "_durward_py2.conversion" => "conversion.py",
    "_durward_py2.formatting" => "formatting.py",
    "_durward_py2.hashlib" => "hashlib.py",
    "_durward_py2.hmac" => "hmac.py",
    "_durward_py2.httplib" => "httplib.py",
    "_durward_py2.imports" => "imports.py",
    "_durward_py2.itertools" => "itertools.py",
    "_durward_py2.json" => "json.py",
    "_durward_py2.math" => "math.py",
    "_durward_py2.ordering" => "ordering.py",
    "_durward_py2.pickle" => "pickle.py",
    "_durward_py2.printing" => "printing.py",
    "_durward_py2.re" => "re.py",
    "_durward_py2.string" => "string.py",
    "_durward_py2.string_io" => "string_io.py",
    "_durward_py2.struct" => "struct.py",
    "_durward_py2.sys" => "sys.py",
    "_durward_py2.traceback" => "traceback.py",
    "_durward_py2.types" => "types.py",
    "_durward_py2.urllib" => "urllib.py",
    "_durward_py2.urllib2" => "urllib2.py",
    "_durward_py2.urlparse" => "urlparse.py",
    "_durward_py2.zlib" => "zlib.py",
};
