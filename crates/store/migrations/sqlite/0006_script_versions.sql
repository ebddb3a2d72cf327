-- What scripts were before: one row for each save that changed something.

CREATE TABLE "script_version" (
    key TEXT NOT NULL PRIMARY KEY,
    version INTEGER NOT NULL,
    expires_at INTEGER,
    links TEXT,
    body TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX "script_version_expiry" ON "script_version" (expires_at) WHERE expires_at IS NOT NULL;
