-- What calls of a script's candidate add up to. The candidate itself is in the script's row,
-- its text in the history.

CREATE TABLE "candidate_figures" (
    key TEXT NOT NULL PRIMARY KEY,
    version INTEGER NOT NULL,
    expires_at INTEGER,
    links TEXT,
    body TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX "candidate_figures_expiry" ON "candidate_figures" (expires_at) WHERE expires_at IS NOT NULL;
