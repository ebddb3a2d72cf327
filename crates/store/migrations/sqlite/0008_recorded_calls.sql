-- Calls of scripts that can be made again: the last ones of each script that is recorded.

CREATE TABLE "recorded_call" (
    key TEXT NOT NULL PRIMARY KEY,
    version INTEGER NOT NULL,
    expires_at INTEGER,
    links TEXT,
    body TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX "recorded_call_expiry" ON "recorded_call" (expires_at) WHERE expires_at IS NOT NULL;
