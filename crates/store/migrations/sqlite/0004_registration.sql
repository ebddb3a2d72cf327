-- Who may register clients, and what we said about software.

CREATE TABLE "initial_access_token" (
    key TEXT NOT NULL PRIMARY KEY,
    version INTEGER NOT NULL,
    expires_at INTEGER,
    links TEXT,
    body TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX "initial_access_token_expiry" ON "initial_access_token" (expires_at) WHERE expires_at IS NOT NULL;

CREATE TABLE "issued_statement" (
    key TEXT NOT NULL PRIMARY KEY,
    version INTEGER NOT NULL,
    expires_at INTEGER,
    links TEXT,
    body TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX "issued_statement_expiry" ON "issued_statement" (expires_at) WHERE expires_at IS NOT NULL;
