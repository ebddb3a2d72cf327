# durward: python=3
"""Vets payments that applications ask for, and says on the consent page what they are.

Name the script like the type of the elements, such as payment_initiation:

  {"type": "payment_initiation",
   "instructedAmount": {"currency": "EUR", "amount": "123.50"},
   "creditorName": "Merchant A",
   "creditorAccount": {"iban": "DE02100100109307118603"}}

Settings, configuration properties of the script:
  maxAmount    the most that one payment may be, such as 1000; required
  currencies   currencies that are taken, separated by spaces; otherwise EUR

Anything else in an element is refused: nobody would see it, and somebody might act on it.
"""

import re

from io.jans.model.custom.script.type.authzdetails import AuthzDetailType

AMOUNT = re.compile(r"[0-9]{1,12}([.][0-9]{1,2})?")
IBAN = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{10,30}")
NUMBERS = {ord(letter): str(int(letter, 36)) for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}
MEMBERS = {"type", "locations", "instructedAmount", "creditorName", "creditorAccount"}


class Wrong(Exception):
    """What is wrong with an element, for the application."""


class AuthzDetail(AuthzDetailType):
    def __init__(self, current_time_millis):
        self.max_cents = 0
        self.currencies = ["EUR"]

    def init(self, custom_script, configuration_attributes):
        most = setting(configuration_attributes, "maxAmount")
        if not AMOUNT.fullmatch(most):
            raise ValueError("set the property maxAmount: an amount such as 1000")
        self.max_cents = cents(most)
        self.currencies = setting(configuration_attributes, "currencies").split() or ["EUR"]
        return True

    def destroy(self, configuration_attributes):
        return True

    def getApiVersion(self):
        return 11

    def validateDetail(self, context):
        try:
            currency, amount, _name, _iban = payment(context.authzDetail.jsonObject)
            if currency not in self.currencies:
                raise Wrong("instructedAmount.currency is not taken")
            if not 0 < cents(amount) <= self.max_cents:
                raise Wrong("instructedAmount.amount is nothing, or over the limit")
            return True
        except Wrong as wrong:
            print(f"a payment was refused: {wrong}")
            # The text must be JSON; what is said here is ours, so it needs no escaping.
            context.createWebApplicationException(400, '{"error_description": "%s"}' % wrong)
            return False

    def getUiRepresentation(self, context):
        currency, amount, name, iban = payment(context.authzDetail.jsonObject)
        return f"Pay {amount} {currency}\nto account {iban}\nwhose owner the application calls “{name}”"


def payment(detail):
    unknown = set(detail.keySet()) - MEMBERS
    if unknown:
        raise Wrong("it has a member that this type does not know")
    amount = detail.optJSONObject("instructedAmount") or {}
    account = detail.optJSONObject("creditorAccount") or {}
    if set(amount) != {"currency", "amount"} or set(account) != {"iban"}:
        raise Wrong("instructedAmount or creditorAccount is incomplete")
    text, name, iban = amount["amount"], detail.opt("creditorName"), account["iban"]
    if not isinstance(text, str) or not AMOUNT.fullmatch(text):
        raise Wrong("instructedAmount.amount is not an amount")
    # A second line of it would be read as one of ours.
    if not isinstance(name, str) or not 0 < len(name.strip()) <= 70 or not name.isprintable():
        raise Wrong("creditorName is missing, too long or not printable")
    if not isinstance(iban, str) or not is_iban(iban):
        raise Wrong("creditorAccount.iban is not an IBAN")
    return amount["currency"], text, name, iban


def is_iban(text):
    """ISO 13616: the rearranged text, letters as numbers, leaves 1 over when divided by 97."""
    if not IBAN.fullmatch(text):
        return False
    return int((text[4:] + text[:4]).translate(NUMBERS)) % 97 == 1


def cents(amount):
    whole, _, fraction = amount.partition(".")
    return int(whole) * 100 + int((fraction + "00")[:2])


def setting(configuration_attributes, name):
    if not configuration_attributes.containsKey(name):
        return ""
    return (configuration_attributes.get(name).getValue2() or "").strip()
