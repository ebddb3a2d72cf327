-- What scripts were asked and what they answered; what their calls add up to.

CREATE TABLE "journal_entry" (
    key TEXT NOT NULL PRIMARY KEY,
    version INTEGER NOT NULL,
    expires_at INTEGER,
    links TEXT,
    body TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX "journal_entry_expiry" ON "journal_entry" (expires_at) WHERE expires_at IS NOT NULL;

CREATE TABLE "script_figures" (
    key TEXT NOT NULL PRIMARY KEY,
    version INTEGER NOT NULL,
    expires_at INTEGER,
    links TEXT,
    body TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX "script_figures_expiry" ON "script_figures" (expires_at) WHERE expires_at IS NOT NULL;
