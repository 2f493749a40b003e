// The operations as functions in the database. Each call is one transaction.
//
// Whoever writes takes the namespace's lock first, and reads the time once it has it. Every
// statement of a function sees what was committed when it began, so also what the one before has
// written who had the lock. Ids are bytes: text of PostgreSQL's has no place for U+0000, and bytes
// are compared as OPS-4 has it.
//
// The functions stand in a schema that is named by what they say, and are found by the search path.
// So drivers of two versions that share a cluster each have their own.
#pragma once

namespace holdfast::conformance::postgres {

/// Parameter: kSchema. Answers the name of its schema, which is the one in use from then on.
inline constexpr char kUseSchema[] =
    "SELECT set_config('search_path',"
    " 'holdfast_' || to_hex(hashtextextended($1, 0)), false)";
inline constexpr char kIsThere[] = "SELECT to_regprocedure('empty(text,text)')";

/// Run in a new schema, by one client at a time.
inline constexpr char kSchema[] = R"(
CREATE TABLE entry (
  directory text, namespace text, id bytea, record text NOT NULL,
  created_at bigint NOT NULL, expires_at bigint, PRIMARY KEY (directory, namespace, id));
CREATE INDEX entry_by_age ON entry (directory, namespace, created_at, id);

CREATE FUNCTION take_turn(p_directory text, p_namespace text, p_told bigint)
RETURNS bigint LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended(p_directory || '/' || p_namespace, 0));
  RETURN coalesce(p_told, floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint);
END $$;

CREATE FUNCTION put(p_directory text, p_namespace text, p_id bytea, p_record text,
  p_ttl bigint, p_told bigint, p_cap bigint, p_only_if_absent boolean)
RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
  v_now bigint := take_turn(p_directory, p_namespace, p_told);
  v_newest bigint;
BEGIN
  IF v_now > 9007199254740991 - p_ttl THEN
    RETURN -1;
  END IF;
  SELECT max(created_at) INTO v_newest FROM entry
    WHERE directory = p_directory AND namespace = p_namespace;
  DELETE FROM entry
    WHERE directory = p_directory AND namespace = p_namespace AND expires_at <= v_now;
  IF p_only_if_absent AND EXISTS (SELECT FROM entry
      WHERE directory = p_directory AND namespace = p_namespace AND id = p_id) THEN
    RETURN 0;
  END IF;
  IF p_ttl = 0 THEN
    DELETE FROM entry
      WHERE directory = p_directory AND namespace = p_namespace AND id = p_id;
  ELSE
    INSERT INTO entry
      VALUES (p_directory, p_namespace, p_id, p_record, greatest(v_now, v_newest), v_now + p_ttl)
      ON CONFLICT (directory, namespace, id) DO UPDATE SET record = excluded.record,
        created_at = excluded.created_at, expires_at = excluded.expires_at;
  END IF;
  DELETE FROM entry e
    WHERE e.directory = p_directory AND e.namespace = p_namespace AND e.id IN (
      SELECT id FROM entry
        WHERE directory = p_directory AND namespace = p_namespace AND id <> p_id
        ORDER BY created_at, id
        LIMIT greatest(0, (SELECT count(*) FROM entry
          WHERE directory = p_directory AND namespace = p_namespace) - p_cap));
  RETURN 1;
END $$;

CREATE FUNCTION take(p_directory text, p_namespace text, p_id bytea, p_told bigint)
RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  v_now bigint := take_turn(p_directory, p_namespace, p_told);
  v_record text;
BEGIN
  DELETE FROM entry
    WHERE directory = p_directory AND namespace = p_namespace AND id = p_id
      AND (expires_at IS NULL OR expires_at > v_now)
    RETURNING record INTO v_record;
  RETURN v_record;
END $$;

CREATE FUNCTION empty(p_directory text, p_namespace text)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM take_turn(p_directory, p_namespace, 0);
  DELETE FROM entry WHERE directory = p_directory AND namespace = p_namespace;
END $$;
)";

// Parameters: directory and namespace first.
inline constexpr char kPut[] = "SELECT put($1, $2, $3, $4, $5, $6, $7, $8)";
inline constexpr char kTake[] = "SELECT take($1, $2, $3, $4)";
inline constexpr char kEmpty[] = "SELECT empty($1, $2)";
inline constexpr char kPeek[] =
    "SELECT record FROM entry WHERE directory = $1 AND namespace = $2 AND id = $3"
    " AND (expires_at IS NULL OR expires_at > $4)";
inline constexpr char kDrop[] =
    "DELETE FROM entry WHERE directory = $1 AND namespace = $2 AND id = $3";
inline constexpr char kList[] =
    "SELECT id, record, created_at, expires_at FROM entry"
    " WHERE directory = $1 AND namespace = $2 AND (expires_at IS NULL OR expires_at > $3)"
    " ORDER BY created_at, id";

}  // namespace holdfast::conformance::postgres
