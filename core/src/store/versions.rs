//! The tables, version by version.

use rusqlite_migration::M;

use super::experiments;

/// From nothing to version 1, and so on.
pub(super) const MIGRATIONS: &[M<'_>] =
    &[M::up(VERSION_1), M::up(VERSION_2), M::up(VERSION_3), M::up(VERSION_4), M::up(experiments::TABLE)];

/// Times are milliseconds since 1970 UTC. What repeats is kept once and referred to by number.
const VERSION_1: &str = "
PRAGMA application_id = 0x54656c6c;

-- One run of the monitor. Its number is the upper half of its flows' ids, hence never used twice.
CREATE TABLE sessions (
    id     INTEGER PRIMARY KEY AUTOINCREMENT,
    start  INTEGER NOT NULL,
    alive  INTEGER NOT NULL,  -- last sign of life
    ended  INTEGER,           -- absent: runs, or was killed
    reason TEXT               -- of the gap that begins at `ended`
) STRICT;

-- Unknown is a row, too: all columns empty.
CREATE TABLE owners (
    id       INTEGER PRIMARY KEY,
    uid      INTEGER,
    packages TEXT NOT NULL,   -- JSON array
    process  TEXT
) STRICT;

-- Host names; the address itself where no name was read.
CREATE TABLE hosts (
    id   INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
) STRICT;

-- What the catalogue said. With `rule` it is a finding.
CREATE TABLE verdicts (
    id       INTEGER PRIMARY KEY,
    party    TEXT,
    rule     TEXT,
    category TEXT,
    tier     TEXT,
    why      TEXT,
    citation TEXT,
    expected TEXT
) STRICT;

-- A finding is a flow; it is only kept longer.
CREATE TABLE flows (
    id              INTEGER PRIMARY KEY,
    start           INTEGER NOT NULL,
    last            INTEGER NOT NULL,
    protocol        TEXT NOT NULL,
    originator      BLOB NOT NULL,  -- 4 or 16 bytes
    originator_port INTEGER NOT NULL,
    responder       BLOB NOT NULL,
    responder_port  INTEGER NOT NULL,
    owner           INTEGER NOT NULL REFERENCES owners,
    pid             INTEGER,
    host            INTEGER NOT NULL REFERENCES hosts,
    provenance      TEXT,           -- absent: no name was read
    ech             INTEGER NOT NULL,
    candidates      TEXT,           -- JSON array
    verdict         INTEGER NOT NULL REFERENCES verdicts,
    flagged         INTEGER NOT NULL,
    country         TEXT,
    asn             INTEGER,
    questions       TEXT,           -- JSON array
    bytes_up        INTEGER NOT NULL,
    bytes_down      INTEGER NOT NULL,
    packets_up      INTEGER NOT NULL,
    packets_down    INTEGER NOT NULL,
    close           TEXT NOT NULL
) STRICT;

CREATE INDEX flows_by_start ON flows (start);
CREATE INDEX flows_by_owner ON flows (owner, start);
CREATE INDEX flows_by_host ON flows (host, start);
-- For retention, which would otherwise step over every finding of a year to reach the next raw flow.
CREATE INDEX raw_flows_by_start ON flows (start) WHERE flagged = 0;

-- Kept for good. A flow counts whole in the hour in which it started.
CREATE TABLE rollups (
    hour       INTEGER NOT NULL,  -- hours since 1970
    owner      INTEGER NOT NULL REFERENCES owners,
    host       INTEGER NOT NULL REFERENCES hosts,
    verdict    INTEGER NOT NULL REFERENCES verdicts,
    provenance TEXT,              -- the strongest
    flows      INTEGER NOT NULL,
    bytes_up   INTEGER NOT NULL,
    bytes_down INTEGER NOT NULL,
    first      INTEGER NOT NULL,
    last       INTEGER NOT NULL,
    PRIMARY KEY (hour, owner, host, verdict)
) STRICT, WITHOUT ROWID;

-- The same over all hours, so that questions about the whole record stay quick as years go by.
CREATE TABLE totals (
    owner      INTEGER NOT NULL REFERENCES owners,
    host       INTEGER NOT NULL REFERENCES hosts,
    verdict    INTEGER NOT NULL REFERENCES verdicts,
    provenance TEXT,
    flows      INTEGER NOT NULL,
    bytes_up   INTEGER NOT NULL,
    bytes_down INTEGER NOT NULL,
    first      INTEGER NOT NULL,
    last       INTEGER NOT NULL,
    PRIMARY KEY (owner, host, verdict)
) STRICT, WITHOUT ROWID;

CREATE TABLE gaps (
    id     INTEGER PRIMARY KEY,
    start  INTEGER NOT NULL,
    stop   INTEGER NOT NULL,
    reason TEXT NOT NULL,
    lost   INTEGER NOT NULL
) STRICT;

CREATE INDEX gaps_by_start ON gaps (start);
";

/// What flows speak and hide, and how they came by their names: in their rows, and in the key of the sums, so that
/// shares of it outlive the flows.
///
/// Sums of version 1 are split by the flows that are still there. Of the others only the strongest provenance of a
/// sum is known: all of it is counted under that. Whether some of its flows had a weaker one, were look-ups, or
/// carried an encrypted name cannot be known any more.
const VERSION_2: &str = "
ALTER TABLE flows ADD COLUMN application TEXT;
ALTER TABLE flows ADD COLUMN hidden      TEXT;
ALTER TABLE flows ADD COLUMN tls_version TEXT;
ALTER TABLE flows ADD COLUMN alpn        TEXT;  -- JSON array; absent: no handshake was seen
ALTER TABLE flows ADD COLUMN coverage    TEXT NOT NULL DEFAULT 'none';

-- An address where a name should be has a colon, or ends in a number.
UPDATE flows SET coverage = CASE
    WHEN questions IS NOT NULL THEN 'look-up'
    WHEN provenance IS NULL THEN 'none'
    WHEN (SELECT name GLOB '*:*' OR name GLOB '*.[0-9]*' AND name NOT GLOB '*[^0-9.]*'
          FROM hosts WHERE hosts.id = flows.host) THEN 'none'
    WHEN provenance IN ('dns', 'http-dns') THEN 'dns'
    WHEN provenance = 'certificate' THEN 'certificate'
    ELSE 'flow' END;

ALTER TABLE rollups RENAME TO rollups_1;
CREATE TABLE rollups (
    hour       INTEGER NOT NULL,  -- hours since 1970
    owner      INTEGER NOT NULL REFERENCES owners,
    host       INTEGER NOT NULL REFERENCES hosts,
    verdict    INTEGER NOT NULL REFERENCES verdicts,
    coverage   TEXT NOT NULL,     -- how the flows came by their name
    ech        INTEGER NOT NULL,  -- whether they carried an encrypted one
    provenance TEXT,              -- the strongest
    flows      INTEGER NOT NULL,
    bytes_up   INTEGER NOT NULL,
    bytes_down INTEGER NOT NULL,
    first      INTEGER NOT NULL,
    last       INTEGER NOT NULL,
    PRIMARY KEY (hour, owner, host, verdict, coverage, ech)
) STRICT, WITHOUT ROWID;

INSERT INTO rollups
SELECT start / 3600000 - (start % 3600000 < 0), owner, host, verdict, coverage, ech, max(provenance),
    count(*), sum(bytes_up), sum(bytes_down), min(start), max(last)
FROM flows GROUP BY 1, 2, 3, 4, 5, 6;

INSERT INTO rollups
SELECT r.hour, r.owner, r.host, r.verdict,
    CASE WHEN r.provenance IS NULL THEN 'none' WHEN r.provenance IN ('dns', 'http-dns') THEN 'dns'
        WHEN r.provenance = 'certificate' THEN 'certificate' ELSE 'flow' END,
    0, r.provenance, r.flows - coalesce(sum(k.flows), 0), r.bytes_up - coalesce(sum(k.bytes_up), 0),
    r.bytes_down - coalesce(sum(k.bytes_down), 0), r.first, r.last
FROM rollups_1 r LEFT JOIN rollups k
    ON k.hour = r.hour AND k.owner = r.owner AND k.host = r.host AND k.verdict = r.verdict
GROUP BY r.hour, r.owner, r.host, r.verdict
HAVING r.flows > coalesce(sum(k.flows), 0)
ON CONFLICT DO UPDATE SET
    flows = flows + excluded.flows,
    bytes_up = bytes_up + excluded.bytes_up,
    bytes_down = bytes_down + excluded.bytes_down,
    first = min(first, excluded.first),
    last = max(last, excluded.last);
DROP TABLE rollups_1;

DROP TABLE totals;
CREATE TABLE totals (
    owner      INTEGER NOT NULL REFERENCES owners,
    host       INTEGER NOT NULL REFERENCES hosts,
    verdict    INTEGER NOT NULL REFERENCES verdicts,
    coverage   TEXT NOT NULL,
    ech        INTEGER NOT NULL,
    provenance TEXT,
    flows      INTEGER NOT NULL,
    bytes_up   INTEGER NOT NULL,
    bytes_down INTEGER NOT NULL,
    first      INTEGER NOT NULL,
    last       INTEGER NOT NULL,
    PRIMARY KEY (owner, host, verdict, coverage, ech)
) STRICT, WITHOUT ROWID;

INSERT INTO totals
SELECT owner, host, verdict, coverage, ech, max(provenance), sum(flows), sum(bytes_up), sum(bytes_down),
    min(first), max(last)
FROM rollups GROUP BY owner, host, verdict, coverage, ech;
";

/// Marked moments.
const VERSION_3: &str = "
CREATE TABLE marks (
    id   INTEGER PRIMARY KEY,
    time INTEGER NOT NULL,
    kind TEXT NOT NULL,
    text TEXT,
    app  TEXT  -- a package
) STRICT;

CREATE INDEX marks_by_time ON marks (time);
";

/// What flows sent in the clear. It outlives its flow, hence the columns that it shares with it.
const VERSION_4: &str = "
CREATE TABLE evidence (
    id      INTEGER PRIMARY KEY,
    flow    INTEGER NOT NULL,
    time    INTEGER NOT NULL,
    owner   INTEGER NOT NULL REFERENCES owners,
    host    INTEGER NOT NULL REFERENCES hosts,  -- whom the request names
    verdict INTEGER NOT NULL REFERENCES verdicts,
    format  TEXT NOT NULL,
    method  TEXT NOT NULL,
    target  TEXT NOT NULL,
    fields  TEXT NOT NULL,  -- JSON array of pairs
    body    BLOB NOT NULL,
    missing INTEGER NOT NULL,  -- bytes of it that were not kept
    decoded TEXT NOT NULL  -- JSON
) STRICT;

CREATE INDEX evidence_by_time ON evidence (time);
CREATE INDEX evidence_by_flow ON evidence (flow);

CREATE TABLE personal (
    evidence    INTEGER NOT NULL REFERENCES evidence ON DELETE CASCADE,
    kind        TEXT NOT NULL,
    path        TEXT NOT NULL,
    fingerprint TEXT  -- of an identifier: the same wherever the same one was sent
) STRICT;

CREATE INDEX personal_by_evidence ON personal (evidence);
CREATE INDEX personal_by_fingerprint ON personal (kind, fingerprint) WHERE fingerprint IS NOT NULL;

CREATE TABLE settings (
    name  TEXT PRIMARY KEY,
    value BLOB NOT NULL
) STRICT, WITHOUT ROWID;

INSERT INTO settings VALUES ('salt', randomblob(16));
";
