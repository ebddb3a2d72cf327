/*
 * Vets an element of authorization_details that asks for a payment, and says on
 * the consent page what it asks for. Name the script like the element's type.
 *
 *   {"type": "payment_initiation",
 *    "instructedAmount": {"currency": "EUR", "amount": "123.50"},
 *    "creditorName": "Merchant A",
 *    "creditorAccount": {"iban": "DE02100100109307118603"}}
 *
 * Properties:
 *   maxAmount    the most that one payment may be, such as 1000; required
 *   currencies   currencies accepted, separated by spaces; otherwise EUR
 *
 * Answers true for what may be asked for. For anything else the application is
 * told what is wrong: 400, invalid_authorization_details.
 */

import io.jans.as.server.service.external.context.ExternalScriptContext;
import io.jans.model.SimpleCustomProperty;
import io.jans.model.custom.script.model.CustomScript;
import io.jans.model.custom.script.type.authzdetails.AuthzDetailType;
import io.jans.service.custom.script.CustomScriptManager;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.json.JSONObject;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

public class AuthzDetail implements AuthzDetailType {
    private static final Logger log = LoggerFactory.getLogger(CustomScriptManager.class);

    /** Anything else nobody would see, and somebody might act on it. */
    private static final Set<String> MEMBERS =
            Set.of("type", "locations", "instructedAmount", "creditorName", "creditorAccount");

    /** What a payment asks for, once it is known to be well-formed. */
    private record Payment(String currency, BigDecimal amount, String creditor, String iban) {
        static Payment of(JSONObject detail) {
            require(MEMBERS.containsAll(detail.keySet()), "it has a member that this type does not know");
            JSONObject amount = detail.optJSONObject("instructedAmount", new JSONObject());
            JSONObject account = detail.optJSONObject("creditorAccount", new JSONObject());
            require(amount.keySet().equals(Set.of("currency", "amount")) && account.keySet().equals(Set.of("iban")),
                    "instructedAmount or creditorAccount is incomplete");
            String creditor = text(detail, "creditorName");
            // A second line of it would be read as one of ours.
            require(!creditor.isBlank() && creditor.length() <= 70 && creditor.matches("[^\\p{C}\\p{Zl}\\p{Zp}]*"),
                    "creditorName is missing, too long or not printable");
            String number = text(amount, "amount");
            require(number.matches("[0-9]{1,12}([.][0-9]{1,2})?"), "instructedAmount.amount is not an amount");
            String iban = text(account, "iban");
            require(isIban(iban), "creditorAccount.iban is not an IBAN");
            return new Payment(text(amount, "currency"), new BigDecimal(number), creditor, iban);
        }

        /** A member that is text; empty for anything else. */
        private static String text(JSONObject of, String name) {
            return of.opt(name) instanceof String text ? text : "";
        }

        /** ISO 13616: the digits of the rearranged text, taken as a number, leave 1 over when divided by 97. */
        private static boolean isIban(String iban) {
            if (!iban.matches("[A-Z]{2}[0-9]{2}[A-Z0-9]{10,30}")) {
                return false;
            }
            StringBuilder digits = new StringBuilder();
            (iban.substring(4) + iban.substring(0, 4)).chars()
                    .forEach(letter -> digits.append(Character.digit(letter, 36)));
            return new BigInteger(digits.toString()).mod(BigInteger.valueOf(97)).intValue() == 1;
        }
    }

    private BigDecimal most;
    private List<String> currencies = List.of("EUR");

    @Override
    public boolean init(Map<String, SimpleCustomProperty> configurationAttributes) {
        SimpleCustomProperty limit = configurationAttributes.get("maxAmount");
        if (limit == null || !limit.getValue2().matches("[0-9]{1,12}([.][0-9]{1,2})?")) {
            log.error("maxAmount must be an amount such as 1000");
            return false;
        }
        most = new BigDecimal(limit.getValue2());
        if (configurationAttributes.containsKey("currencies")) {
            currencies = List.of(configurationAttributes.get("currencies").getValue2().trim().split("\\s+"));
        }
        return true;
    }

    @Override
    public boolean init(CustomScript customScript, Map<String, SimpleCustomProperty> configurationAttributes) {
        return init(configurationAttributes);
    }

    @Override
    public boolean destroy(Map<String, SimpleCustomProperty> configurationAttributes) {
        return true;
    }

    @Override
    public int getApiVersion() {
        return 11;
    }

    @Override
    public boolean validateDetail(Object asked) {
        ExternalScriptContext context = (ExternalScriptContext) asked;
        try {
            Payment payment = Payment.of(context.getAuthzDetail().getJsonObject());
            require(currencies.contains(payment.currency()), "instructedAmount.currency is not accepted");
            require(payment.amount().signum() > 0, "instructedAmount.amount is nothing");
            require(payment.amount().compareTo(most) <= 0, "instructedAmount.amount is over the limit");
            return true;
        } catch (IllegalArgumentException wrong) {
            log.info("a payment was refused: {}", wrong.getMessage());
            context.createWebApplicationException(400, new JSONObject()
                    .put("error", "invalid_authorization_details")
                    .put("error_description", wrong.getMessage())
                    .toString());
            return false;
        }
    }

    @Override
    public String getUiRepresentation(Object asked) {
        Payment payment = Payment.of(((ExternalScriptContext) asked).getAuthzDetail().getJsonObject());
        return "Pay " + payment.amount().setScale(2) + " " + payment.currency() + "\nto account " + payment.iban()
                + "\nwhose owner the application calls “" + payment.creditor() + "”";
    }

    private static void require(boolean is, String otherwise) {
        if (!is) {
            throw new IllegalArgumentException(otherwise);
        }
    }
}
