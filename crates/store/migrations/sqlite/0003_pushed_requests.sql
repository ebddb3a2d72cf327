-- Authorization requests that clients pushed and whose browsers are on their way.

CREATE TABLE "pushed_request" (
    key TEXT NOT NULL PRIMARY KEY,
    version INTEGER NOT NULL,
    expires_at INTEGER,
    links TEXT,
    body TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX "pushed_request_expiry" ON "pushed_request" (expires_at) WHERE expires_at IS NOT NULL;
