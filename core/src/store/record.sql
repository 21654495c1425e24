-- The lines of a record that its SHA-256 is taken over; docs/report.md says how to do that without Telltale.
-- Values come as they are kept. Numbers of owners, hosts and verdicts are replaced by what they stand for.

SELECT json_array('session', id, start, ended, reason) FROM sessions
WHERE coalesce(ended, alive) >= coalesce(:since, coalesce(ended, alive)) AND start < coalesce(:until, start + 1)
ORDER BY id;

SELECT json_array('gap', start, stop, reason, lost) FROM gaps
WHERE stop >= coalesce(:since, stop) AND stop < coalesce(:until, stop + 1) ORDER BY id;

SELECT json_array('flow', f.id, f.start, f.last, f.protocol, hex(f.originator), f.originator_port, hex(f.responder),
    f.responder_port, f.pid, f.provenance, f.ech, f.candidates, f.country, f.asn, f.questions, f.bytes_up, f.bytes_down,
    f.packets_up, f.packets_down, f.close, f.application, f.hidden, f.tls_version, f.alpn, f.coverage,
    h.name, o.uid, o.packages, o.process, v.party, v.rule, v.category, v.tier, v.why, v.citation, v.expected)
FROM flows f CROSS JOIN owners o ON o.id = f.owner CROSS JOIN hosts h ON h.id = f.host
CROSS JOIN verdicts v ON v.id = f.verdict
WHERE f.start >= coalesce(:since, f.start) AND f.start < coalesce(:until, f.start + 1) ORDER BY f.id;

SELECT json_array('sum', r.hour, r.coverage, r.ech, r.provenance, r.flows, r.bytes_up, r.bytes_down, r.first, r.last,
    h.name, o.uid, o.packages, o.process, v.party, v.rule, v.category, v.tier, v.why, v.citation, v.expected)
FROM rollups r CROSS JOIN owners o ON o.id = r.owner CROSS JOIN hosts h ON h.id = r.host
CROSS JOIN verdicts v ON v.id = r.verdict
WHERE r.last >= coalesce(:since, r.last) AND r.first < coalesce(:until, r.first + 1)
ORDER BY r.hour, r.owner, r.host, r.verdict, r.coverage, r.ech;

SELECT json_array('evidence', e.id, e.flow, e.time, e.format, e.method, e.target, e.fields, hex(e.body), e.missing,
    e.decoded, h.name, o.uid, o.packages, o.process, v.party, v.rule, v.category, v.tier, v.why, v.citation, v.expected)
FROM evidence e CROSS JOIN owners o ON o.id = e.owner CROSS JOIN hosts h ON h.id = e.host
CROSS JOIN verdicts v ON v.id = e.verdict
WHERE e.time >= coalesce(:since, e.time) AND e.time < coalesce(:until, e.time + 1) ORDER BY e.id;

SELECT json_array('personal', p.evidence, p.kind, p.path, p.fingerprint)
FROM evidence e CROSS JOIN personal p ON p.evidence = e.id
WHERE e.time >= coalesce(:since, e.time) AND e.time < coalesce(:until, e.time + 1) ORDER BY e.id, p.rowid;

SELECT json_array('mark', time, kind, text, app) FROM marks
WHERE time >= coalesce(:since, time) AND time < coalesce(:until, time + 1) ORDER BY id;

SELECT json_array('experiment', id, claim, app, started, ended, plan, trials, outcome) FROM experiments
WHERE started >= coalesce(:since, started) AND started < coalesce(:until, started + 1) ORDER BY id;
