CREATE TABLE alarm (
    zone TEXT NOT NULL,
    code TEXT NOT NULL,
    scope TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (zone, code, scope)
) STRICT, WITHOUT ROWID;
CREATE TABLE incident (
    fingerprint TEXT PRIMARY KEY,
    body TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE silence (
    id TEXT PRIMARY KEY,
    until INTEGER NOT NULL,
    body TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE message (
    id INTEGER PRIMARY KEY,
    endpoint TEXT NOT NULL,
    incident TEXT NOT NULL,
    name TEXT NOT NULL,
    made INTEGER NOT NULL,
    due INTEGER NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    answer TEXT NOT NULL DEFAULT '',
    is_dead INTEGER NOT NULL DEFAULT 0,
    body TEXT NOT NULL,
    UNIQUE (endpoint, name)
) STRICT;
CREATE INDEX message_in_order ON message (endpoint, incident, is_dead, id);
CREATE INDEX message_by_due ON message (endpoint, is_dead, due, id);
CREATE TABLE endpoint (
    name TEXT PRIMARY KEY,
    target TEXT NOT NULL,
    disabled INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE errand (
    id INTEGER PRIMARY KEY,
    what TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT ''
) STRICT;
