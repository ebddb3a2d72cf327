# durward: python=3
"""Writes the page after a logout under your own name.

Settings, configuration properties of the script:
  brand            the name that the page bears
  moreLogoutUris   if there are any: further https addresses to load, separated by spaces,
                   such as the logout address of another identity provider

The answer is always the page. It lists the applications that the person was
signed in to and links to where the browser goes next, if it goes anywhere. The
server goes on by itself once the frames have loaded; the link is for browsers
that run no scripts.
"""

from html import escape

from io.jans.model.custom.script.type.logout import EndSessionType

STYLE = """
:root { color-scheme: light dark; font: 100%/1.5 system-ui, sans-serif; }
body { margin: 0; padding: 2rem 1rem; }
main { max-width: 32rem; margin: 0 auto; }
.brand { margin: 0; font-weight: 600; }
a { display: inline-block; padding: 0.5rem 0; }
"""


class EndSession(EndSessionType):
    def __init__(self, current_time_millis):
        self.brand = ""
        self.more_logout_uris = []

    def init(self, custom_script, configuration_attributes):
        self.brand = setting(configuration_attributes, "brand").strip()
        self.more_logout_uris = setting(configuration_attributes, "moreLogoutUris").split()
        if not self.brand:
            raise ValueError("set the property brand: the name that the page bears")
        refused = [uri for uri in self.more_logout_uris if not uri.startswith("https://")]
        if refused:
            raise ValueError(f"moreLogoutUris takes https addresses only, not {' '.join(refused)}")
        print(f"ready to write pages for {self.brand}")
        return True

    def destroy(self, configuration_attributes):
        return True

    def getApiVersion(self):
        return 11

    def getFrontchannelHtml(self, context):
        for uri in self.more_logout_uris:
            context.extraLogoutUris.append(uri)
        print(f"{context.sessionId.userId} signed out of {len(context.clients)} applications")
        return page(
            brand=escape(self.brand),
            nonce=escape(context.nonce),
            body=[*applications(context.clients), *onward(context.postLogoutRedirectUri)],
            # Ready-made HTML: escaped once more they would be no frames.
            frames=context.frames,
        )


def setting(configuration_attributes, name):
    if not configuration_attributes.containsKey(name):
        return ""
    return configuration_attributes.get(name).getValue2() or ""


def applications(clients):
    if not clients:
        return []
    # Whoever registers a client chooses its name: it is text, never HTML.
    names = [f"<li><bdi>{escape(client['clientName'])}</bdi></li>" for client in clients]
    return ["<h2>You were signed in to</h2>", "<ul>", *names, "</ul>"]


def onward(uri):
    if not uri:
        return ["<p>You can close this page.</p>"]
    return [f'<p><a href="{escape(uri)}">Continue</a></p>']


def page(brand, nonce, body, frames):
    # The policy of the page lets no style apply that lacks the nonce.
    lines = [
        "<!doctype html>",
        '<html lang="en">',
        "<head>",
        '<meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>Signed out - {brand}</title>",
        f'<style nonce="{nonce}">{STYLE}</style>',
        "</head>",
        "<body>",
        "<main>",
        f'<p class="brand">{brand}</p>',
        "<h1>You are signed out</h1>",
        *body,
        "</main>",
        *frames,
        "</body>",
        "</html>",
    ]
    return "\n".join(lines)
