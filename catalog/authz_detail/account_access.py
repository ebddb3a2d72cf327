# durward: python=3
"""Vets access to bank accounts, fills in which accounts are meant, and lets applications ask for less later.

Name the script like the type of the elements, such as account_access:

  {"type": "account_access", "actions": ["list_accounts", "read_balances"],
   "locations": ["https://bank.example/accounts"]}

Settings, configuration properties of the script:
  actions    actions that exist, separated by spaces; otherwise list_accounts read_balances read_transactions
  accounts   accounts as USER=IBAN, separated by spaces: what an element is filled in with

Uses narrowDetail and projectDetail, which Jans does not have and does not call.
"""

from io.jans.model.custom.script.type.authzdetails import AuthzDetailType

ACTIONS = "list_accounts read_balances read_transactions"

WORDS = {
    "list_accounts": "see which accounts you have",
    "read_balances": "see how much is in them",
    "read_transactions": "see what went in and out",
}


class AuthzDetail(AuthzDetailType):
    def __init__(self, current_time_millis):
        self.actions = []
        self.accounts = []

    def init(self, custom_script, configuration_attributes):
        self.actions = (setting(configuration_attributes, "actions") or ACTIONS).split()
        pairs = setting(configuration_attributes, "accounts").split()
        self.accounts = [pair.split("=", 1) for pair in pairs]
        return all(len(pair) == 2 for pair in self.accounts)

    def destroy(self, configuration_attributes):
        return True

    def getApiVersion(self):
        return 11

    def validateDetail(self, context):
        detail = context.authzDetail.jsonObject
        actions = texts(detail.opt("actions"))
        if not actions or not set(actions) <= set(self.actions):
            return False
        if not set(detail.keySet()) <= {"type", "actions", "locations", "accounts"}:
            return False
        # A list of nothing would be read as everywhere.
        if detail.has("locations") and not texts(detail.opt("locations")):
            return False
        if context.user is None:
            return not detail.has("accounts")
        own = [iban for user, iban in self.accounts if user == context.user.userId]
        if not detail.has("accounts"):
            if own:
                detail.put("accounts", own)
            return True
        # An application may name accounts again that it was told of, and no others.
        asked = texts(detail.opt("accounts"))
        return is_part(asked, own)

    def getUiRepresentation(self, context):
        detail = context.authzDetail.jsonObject
        lines = [WORDS.get(action, action) for action in texts(detail.opt("actions"))]
        lines += [f"account {iban}" for iban in texts(detail.opt("accounts"))]
        return "\n".join(lines)

    def narrowDetail(self, context):
        wanted, granted = context.authzDetail.jsonObject, context.grantedAuthzDetail.jsonObject
        lists = ("actions", "locations", "accounts")
        # A list that is not there means all: less only where it was not there before either.
        return all(
            is_part(texts(wanted.opt(name)), texts(granted.opt(name)))
            if wanted.has(name) and granted.has(name)
            else not granted.has(name)
            for name in lists)

    def projectDetail(self, context):
        detail = context.authzDetail.jsonObject
        locations = texts(detail.opt("locations"))
        here = [one for one in locations if one in context.resourceServer]
        if locations and not here:
            return None
        if here:
            # What else it was granted for is not this resource server's business.
            detail.put("locations", here)
        return detail


def is_part(some, of_these):
    return bool(some) and set(some) <= set(of_these)


def texts(value):
    """A list of text; nothing for anything else."""
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        return []
    return list(value)


def setting(configuration_attributes, name):
    if not configuration_attributes.containsKey(name):
        return ""
    return (configuration_attributes.get(name).getValue2() or "").strip()
