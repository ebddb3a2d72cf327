"""Terminal colours, for the standard modules that ask for them: there is no terminal, so every colour is empty."""


class _NoColors:
    """Every colour, style and theme section there is, and none of them colours anything."""

    def __getattr__(self, name):
        return ""


class _NoTheme:
    def __getattr__(self, name):
        return NoColors


NoColors = ANSIColors = _NoColors()
theme_no_color = default_theme = _NoTheme()
COLORIZE = False


def get_colors(colorize=False, *, file=None):
    return NoColors


def get_theme(**_options):
    return theme_no_color


def can_colorize(*, file=None):
    return False


def decolor(text):
    return text
