-- The first schema: one table per kind, one for secondary keys, one counter.
--
-- Rows that are read and written often are small and live in their primary key's
-- own tree (WITHOUT ROWID): one page to find them, one to write them. Rows that may
-- be long live in a heap, so that the tree of their keys stays narrow.
-- `body` stands last: what is read before it never touches its overflow pages.
-- `links` repeats a row's entries in `link`, so that a write knows what to remove
-- without a second index there.

CREATE TABLE "access_token" (
    key TEXT NOT NULL PRIMARY KEY,
    version INTEGER NOT NULL,
    expires_at INTEGER,
    links TEXT,
    body TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX "access_token_expiry" ON "access_token" (expires_at) WHERE expires_at IS NOT NULL;

CREATE TABLE "authorization_code" (
    key TEXT NOT NULL PRIMARY KEY,
    version INTEGER NOT NULL,
    expires_at INTEGER,
    links TEXT,
    body TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX "authorization_code_expiry" ON "authorization_code" (expires_at) WHERE expires_at IS NOT NULL;

CREATE TABLE "ciba_request" (
    key TEXT NOT NULL PRIMARY KEY,
    version INTEGER NOT NULL,
    expires_at INTEGER,
    links TEXT,
    body TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX "ciba_request_expiry" ON "ciba_request" (expires_at) WHERE expires_at IS NOT NULL;

CREATE TABLE "client" (
    key TEXT NOT NULL PRIMARY KEY,
    version INTEGER NOT NULL,
    expires_at INTEGER,
    links TEXT,
    body TEXT NOT NULL
) STRICT;
CREATE INDEX "client_expiry" ON "client" (expires_at) WHERE expires_at IS NOT NULL;

CREATE TABLE "configuration" (
    key TEXT NOT NULL PRIMARY KEY,
    version INTEGER NOT NULL,
    expires_at INTEGER,
    links TEXT,
    body TEXT NOT NULL
) STRICT;
CREATE INDEX "configuration_expiry" ON "configuration" (expires_at) WHERE expires_at IS NOT NULL;

CREATE TABLE "consent" (
    key TEXT NOT NULL PRIMARY KEY,
    version INTEGER NOT NULL,
    expires_at INTEGER,
    links TEXT,
    body TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX "consent_expiry" ON "consent" (expires_at) WHERE expires_at IS NOT NULL;

CREATE TABLE "grant" (
    key TEXT NOT NULL PRIMARY KEY,
    version INTEGER NOT NULL,
    expires_at INTEGER,
    links TEXT,
    body TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX "grant_expiry" ON "grant" (expires_at) WHERE expires_at IS NOT NULL;

CREATE TABLE "interaction" (
    key TEXT NOT NULL PRIMARY KEY,
    version INTEGER NOT NULL,
    expires_at INTEGER,
    links TEXT,
    body TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX "interaction_expiry" ON "interaction" (expires_at) WHERE expires_at IS NOT NULL;

CREATE TABLE "refresh_token" (
    key TEXT NOT NULL PRIMARY KEY,
    version INTEGER NOT NULL,
    expires_at INTEGER,
    links TEXT,
    body TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX "refresh_token_expiry" ON "refresh_token" (expires_at) WHERE expires_at IS NOT NULL;

CREATE TABLE "script" (
    key TEXT NOT NULL PRIMARY KEY,
    version INTEGER NOT NULL,
    expires_at INTEGER,
    links TEXT,
    body TEXT NOT NULL
) STRICT;
CREATE INDEX "script_expiry" ON "script" (expires_at) WHERE expires_at IS NOT NULL;

CREATE TABLE "script_log" (
    key TEXT NOT NULL PRIMARY KEY,
    version INTEGER NOT NULL,
    expires_at INTEGER,
    links TEXT,
    body TEXT NOT NULL
) STRICT;
CREATE INDEX "script_log_expiry" ON "script_log" (expires_at) WHERE expires_at IS NOT NULL;

CREATE TABLE "seen_assertion" (
    key TEXT NOT NULL PRIMARY KEY,
    version INTEGER NOT NULL,
    expires_at INTEGER,
    links TEXT,
    body TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX "seen_assertion_expiry" ON "seen_assertion" (expires_at) WHERE expires_at IS NOT NULL;

CREATE TABLE "session" (
    key TEXT NOT NULL PRIMARY KEY,
    version INTEGER NOT NULL,
    expires_at INTEGER,
    links TEXT,
    body TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX "session_expiry" ON "session" (expires_at) WHERE expires_at IS NOT NULL;

CREATE TABLE "signing_key" (
    key TEXT NOT NULL PRIMARY KEY,
    version INTEGER NOT NULL,
    expires_at INTEGER,
    links TEXT,
    body TEXT NOT NULL
) STRICT;
CREATE INDEX "signing_key_expiry" ON "signing_key" (expires_at) WHERE expires_at IS NOT NULL;

CREATE TABLE "throttle" (
    key TEXT NOT NULL PRIMARY KEY,
    version INTEGER NOT NULL,
    expires_at INTEGER,
    links TEXT,
    body TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX "throttle_expiry" ON "throttle" (expires_at) WHERE expires_at IS NOT NULL;

CREATE TABLE "user" (
    key TEXT NOT NULL PRIMARY KEY,
    version INTEGER NOT NULL,
    expires_at INTEGER,
    links TEXT,
    body TEXT NOT NULL
) STRICT;
CREATE INDEX "user_expiry" ON "user" (expires_at) WHERE expires_at IS NOT NULL;

CREATE TABLE link (
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    key TEXT NOT NULL,
    is_unique INTEGER NOT NULL,
    PRIMARY KEY (kind, name, value, key)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX link_unique ON link (kind, name, value) WHERE is_unique = 1;

CREATE TABLE revision (
    value INTEGER NOT NULL
) STRICT;
INSERT INTO revision (value) VALUES (1);
