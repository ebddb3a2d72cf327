-- Who is logged in to which client, and who is to hear of which logout.
--
-- Sessions say when they were last used from here on; one from before ends now:
-- its user logs in again.

DELETE FROM link WHERE kind = 'session';
DELETE FROM "session";

CREATE TABLE "client_session" (
    key TEXT NOT NULL PRIMARY KEY,
    version INTEGER NOT NULL,
    expires_at INTEGER,
    links TEXT,
    body TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX "client_session_expiry" ON "client_session" (expires_at) WHERE expires_at IS NOT NULL;

CREATE TABLE "logout_notice" (
    key TEXT NOT NULL PRIMARY KEY,
    version INTEGER NOT NULL,
    expires_at INTEGER,
    links TEXT,
    body TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX "logout_notice_expiry" ON "logout_notice" (expires_at) WHERE expires_at IS NOT NULL;
