// The operations as functions in the database. Each call is one transaction.
//
// Whoever writes takes the namespace's lock first, and reads the time once it has it. Every
// statement of a function sees what was committed when it began, so also what the one before has
// written who had the lock. Ids are bytes: text of PostgreSQL's has no place for U+0000, and bytes
// are compared as OPS-4 has it.
#pragma once

namespace holdfast::conformance::postgres {

inline constexpr char kIsThere[] = "SELECT to_regprocedure('holdfast.empty(text,text)')";

/// Run by one client at a time.
inline constexpr char kSchema[] = R"(
CREATE SCHEMA holdfast;
CREATE TABLE holdfast.entry (
  directory text, namespace text, id bytea, record text NOT NULL,
  created_at bigint NOT NULL, expires_at bigint, PRIMARY KEY (directory, namespace, id));
CREATE INDEX entry_by_age ON holdfast.entry (directory, namespace, created_at, id);

CREATE FUNCTION holdfast.take_turn(p_directory text, p_namespace text, p_told bigint)
RETURNS bigint LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended(p_directory || '/' || p_namespace, 0));
  RETURN coalesce(p_told, floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint);
END $$;

CREATE FUNCTION holdfast.put(p_directory text, p_namespace text, p_id bytea, p_record text,
  p_ttl bigint, p_told bigint, p_cap bigint, p_only_if_absent boolean)
RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
  v_now bigint := holdfast.take_turn(p_directory, p_namespace, p_told);
  v_newest bigint;
BEGIN
  IF v_now > 9007199254740991 - p_ttl THEN
    RETURN -1;
  END IF;
  SELECT max(created_at) INTO v_newest FROM holdfast.entry
    WHERE directory = p_directory AND namespace = p_namespace;
  DELETE FROM holdfast.entry
    WHERE directory = p_directory AND namespace = p_namespace AND expires_at <= v_now;
  IF p_only_if_absent AND EXISTS (SELECT FROM holdfast.entry
      WHERE directory = p_directory AND namespace = p_namespace AND id = p_id) THEN
    RETURN 0;
  END IF;
  IF p_ttl = 0 THEN
    DELETE FROM holdfast.entry
      WHERE directory = p_directory AND namespace = p_namespace AND id = p_id;
  ELSE
    INSERT INTO holdfast.entry
      VALUES (p_directory, p_namespace, p_id, p_record, greatest(v_now, v_newest), v_now + p_ttl)
      ON CONFLICT (directory, namespace, id) DO UPDATE SET record = excluded.record,
        created_at = excluded.created_at, expires_at = excluded.expires_at;
  END IF;
  DELETE FROM holdfast.entry e
    WHERE e.directory = p_directory AND e.namespace = p_namespace AND e.id IN (
      SELECT id FROM holdfast.entry
        WHERE directory = p_directory AND namespace = p_namespace AND id <> p_id
        ORDER BY created_at, id
        LIMIT greatest(0, (SELECT count(*) FROM holdfast.entry
          WHERE directory = p_directory AND namespace = p_namespace) - p_cap));
  RETURN 1;
END $$;

CREATE FUNCTION holdfast.take(p_directory text, p_namespace text, p_id bytea, p_told bigint)
RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  v_now bigint := holdfast.take_turn(p_directory, p_namespace, p_told);
  v_record text;
BEGIN
  DELETE FROM holdfast.entry
    WHERE directory = p_directory AND namespace = p_namespace AND id = p_id
      AND (expires_at IS NULL OR expires_at > v_now)
    RETURNING record INTO v_record;
  RETURN v_record;
END $$;

CREATE FUNCTION holdfast.empty(p_directory text, p_namespace text)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM holdfast.take_turn(p_directory, p_namespace, 0);
  DELETE FROM holdfast.entry WHERE directory = p_directory AND namespace = p_namespace;
END $$;
)";

// Parameters: directory and namespace first.
inline constexpr char kPut[] = "SELECT holdfast.put($1, $2, $3, $4, $5, $6, $7, $8)";
inline constexpr char kTake[] = "SELECT holdfast.take($1, $2, $3, $4)";
inline constexpr char kEmpty[] = "SELECT holdfast.empty($1, $2)";
inline constexpr char kPeek[] =
    "SELECT record FROM holdfast.entry WHERE directory = $1 AND namespace = $2 AND id = $3"
    " AND (expires_at IS NULL OR expires_at > $4)";
inline constexpr char kDrop[] =
    "DELETE FROM holdfast.entry WHERE directory = $1 AND namespace = $2 AND id = $3";
inline constexpr char kList[] =
    "SELECT id, record, created_at, expires_at FROM holdfast.entry"
    " WHERE directory = $1 AND namespace = $2 AND (expires_at IS NULL OR expires_at > $3)"
    " ORDER BY created_at, id";

}  // namespace holdfast::conformance::postgres
