package durward.host.process;

/** A certificate for tests: CN=tpp-1, OU=org-1, issued by CN=directory, valid for a hundred years. Its key is lost. */
final class CertificateText {
    static final String PEM = """
            -----BEGIN CERTIFICATE-----
            MIIBMDCB1wIUXOYGPPZ+KfFji95dsmkEOzJVKFQwCgYIKoZIzj0EAwIwFDESMBAG
            A1UEAwwJZGlyZWN0b3J5MCAXDTI2MTEyMTEyMjgwNloYDzIxMjYxMDI4MTIyODA2
            WjAgMQ4wDAYDVQQLDAVvcmctMTEOMAwGA1UEAwwFdHBwLTEwWTATBgcqhkjOPQIB
            BggqhkjOPQMBBwNCAAReOCEP4BqjPEV+pcGEXgTnFJ8+UDBKV8H7dXLdYGXQsiGA
            uK8DDAN9a6s/gTx0/shHYYXy5hIEQmoxIPx8PxU4MAoGCCqGSM49BAMCA0gAMEUC
            IQDbDt1ut3L1F0TAfqpOxBZE35c03VBc174KR8n3MLwoUgIgAzNigIJbqkCQ6wfj
            DKtHoGyt9NqTlBJd6FZiEs43zE8=
            -----END CERTIFICATE-----
            """;

    private CertificateText() {
    }
}
