"""The queries of introspection: seven for a whole database, however many tables it has.

Each starts from the same list of tables: plain and partitioned tables (not their partitions) and views, without what
belongs to the system, to extensions, or to dmsform. Materialized views and foreign tables are no sources.
Parameters: two arrays of schemas and names that narrow the list, or two NULLs.
"""
# ruff: noqa: S608  SQL is this module's trade: names are quoted by `quoting`, values are parameters or literals

CONTROL_SCHEMA = "dmsform_control"

_WANTED = f"""
WITH RECURSIVE wanted AS (
  SELECT c.oid, n.nspname AS schema, c.relname AS name, c.relkind, c.reltuples
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
   WHERE c.relkind IN ('r', 'p', 'v') AND c.relpersistence <> 't'
     AND n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', '{CONTROL_SCHEMA}')
     AND (NOT c.relispartition OR %(schemas)s::text[] IS NOT NULL)
     AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e
                      WHERE e.classid = 'pg_catalog.pg_class'::regclass AND e.objid = c.oid AND e.deptype = 'e')
     AND (%(schemas)s::text[] IS NULL
          OR (n.nspname, c.relname) IN (SELECT * FROM unnest(%(schemas)s::text[], %(names)s::text[])))
)
"""

RELATIONS = (
    _WANTED
    + """
SELECT w.oid, w.schema, w.name, w.relkind::text,
       CASE w.relkind WHEN 'v' THEN NULL WHEN 'r' THEN nullif(w.reltuples, -1)::bigint ELSE p.rows END,
       CASE w.relkind WHEN 'v' THEN NULL WHEN 'r' THEN pg_table_size(w.oid) ELSE p.bytes END,
       CASE w.relkind WHEN 'p' THEN pg_get_partkeydef(w.oid) END,
       obj_description(w.oid, 'pg_class')
  FROM wanted w
  LEFT JOIN LATERAL (
    SELECT CASE WHEN bool_and(leaf.reltuples >= 0) THEN sum(leaf.reltuples)::bigint END AS rows,
           sum(pg_table_size(leaf.oid))::bigint AS bytes
      FROM pg_partition_tree(w.oid) tree JOIN pg_catalog.pg_class leaf ON leaf.oid = tree.relid
     WHERE tree.isleaf AND leaf.relkind = 'r'
  ) p ON w.relkind = 'p'
 ORDER BY w.schema COLLATE "C", w.name COLLATE "C"
"""
)

COLUMNS = (
    _WANTED
    + """,
domains(domain, type, modifier) AS (
  SELECT oid, typbasetype, typtypmod FROM pg_catalog.pg_type WHERE typtype = 'd'
  UNION ALL
  SELECT d.domain, t.typbasetype, t.typtypmod
    FROM domains d JOIN pg_catalog.pg_type t ON t.oid = d.type WHERE t.typtype = 'd'
)
SELECT a.attrelid, a.attname, a.attnotnull, a.attidentity::text, a.attgenerated::text,
       pg_get_expr(f.adbin, f.adrelid) AS expression, s.sequence IS NOT NULL AS numbered,
       format_type(t.oid, coalesce(d.modifier, a.atttypmod)) AS declared,
       t.typname, n.nspname, coalesce(d.modifier, a.atttypmod) AS modifier,
       CASE WHEN t.typtype = 'e' THEN ARRAY(SELECT e.enumlabel::text FROM pg_catalog.pg_enum e
                                             WHERE e.enumtypid = t.oid ORDER BY e.enumsortorder) END AS labels,
       CASE WHEN d.domain IS NOT NULL THEN format_type(a.atttypid, a.atttypmod) END AS domain,
       CASE WHEN a.attcollation <> t.typcollation AND d.domain IS NULL THEN c.collname END AS collation,
       c.collnamespace = 'pg_catalog'::regnamespace AND c.collname IN ('C', 'POSIX', 'ucs_basic') AS common,
       (SELECT array_agg(DISTINCT pg_describe_object(x.refclassid, x.refobjid, 0)) FROM pg_catalog.pg_depend x
         WHERE x.classid = 'pg_catalog.pg_attrdef'::regclass AND x.objid = f.oid AND x.refobjid <> a.attrelid) AS needs,
       col_description(a.attrelid, a.attnum) AS comment
  FROM wanted w
  JOIN pg_catalog.pg_attribute a ON a.attrelid = w.oid AND a.attnum > 0 AND NOT a.attisdropped
  LEFT JOIN domains d ON d.domain = a.atttypid
       AND NOT EXISTS (SELECT FROM pg_catalog.pg_type b WHERE b.oid = d.type AND b.typtype = 'd')
  JOIN pg_catalog.pg_type t ON t.oid = coalesce(d.type, a.atttypid)
  JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
  LEFT JOIN pg_catalog.pg_collation c ON c.oid = a.attcollation
  LEFT JOIN pg_catalog.pg_attrdef f ON f.adrelid = a.attrelid AND f.adnum = a.attnum
  LEFT JOIN LATERAL (
    SELECT q.oid AS sequence FROM pg_catalog.pg_depend p
      JOIN pg_catalog.pg_class q ON q.oid = p.refobjid AND q.relkind = 'S'
     WHERE p.classid = 'pg_catalog.pg_attrdef'::regclass AND p.objid = f.oid
       AND p.refclassid = 'pg_catalog.pg_class'::regclass AND pg_get_expr(f.adbin, f.adrelid) ~ '^nextval\\('
     LIMIT 1
  ) s ON true
 ORDER BY a.attrelid, a.attnum
"""
)

PRIMARY_KEYS = (
    _WANTED
    + """
SELECT k.conrelid, k.conname,
       ARRAY(SELECT a.attname::text FROM unnest(k.conkey) WITH ORDINALITY u(number, place)
               JOIN pg_catalog.pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.number ORDER BY u.place)
  FROM wanted w JOIN pg_catalog.pg_constraint k ON k.conrelid = w.oid AND k.contype = 'p'
"""
)

# What newer versions have is asked of the row as JSON, so that older ones answer with NULL.
INDEXES = (
    _WANTED
    + """
SELECT i.indrelid, c.relname, i.indisunique, k.oid IS NOT NULL AS constraint, m.amname, i.indnkeyatts,
       ARRAY(SELECT CASE WHEN i.indkey[n] <> 0 THEN
                      (SELECT a.attname::text FROM pg_catalog.pg_attribute a
                        WHERE a.attrelid = i.indrelid AND a.attnum = i.indkey[n]) END
               FROM generate_series(0, i.indnatts - 1) n ORDER BY n) AS columns,
       ARRAY(SELECT CASE WHEN i.indkey[n] = 0 THEN pg_get_indexdef(i.indexrelid, n + 1, false) END
               FROM generate_series(0, i.indnkeyatts - 1) n ORDER BY n) AS expressions,
       ARRAY(SELECT i.indoption[n]::int FROM generate_series(0, i.indnkeyatts - 1) n ORDER BY n) AS options,
       ARRAY(SELECT concat_ws(' ',
                      CASE WHEN i.indcollation[n] <> 0 AND i.indcollation[n] <> coalesce(a.attcollation, 0)
                             AND (i.indkey[n] <> 0 OR l.collname <> 'default') THEN
                        'COLLATE ' || quote_ident(ln.nspname) || '.' || quote_ident(l.collname) END,
                      CASE WHEN NOT o.opcdefault THEN
                        CASE WHEN os.nspname = 'pg_catalog' THEN '' ELSE quote_ident(os.nspname) || '.' END
                        || quote_ident(o.opcname) END,
                      (SELECT '(' || array_to_string(p.attoptions, ', ') || ')' FROM pg_catalog.pg_attribute p
                        WHERE p.attrelid = i.indexrelid AND p.attnum = n + 1 AND p.attoptions IS NOT NULL))
               FROM generate_series(0, i.indnkeyatts - 1) n
               LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[n]
               JOIN pg_catalog.pg_opclass o ON o.oid = i.indclass[n]
               JOIN pg_catalog.pg_namespace os ON os.oid = o.opcnamespace
               LEFT JOIN pg_catalog.pg_collation l ON l.oid = i.indcollation[n]
               LEFT JOIN pg_catalog.pg_namespace ln ON ln.oid = l.collnamespace ORDER BY n) AS words,
       pg_get_expr(i.indpred, i.indrelid) AS condition,
       coalesce((to_jsonb(i) ->> 'indnullsnotdistinct')::boolean, false) AS nulls_equal,
       coalesce(k.condeferrable, false), coalesce(k.condeferred, false),
       array_to_string(c.reloptions, ', ') AS storage,
       (SELECT array_agg(DISTINCT pg_describe_object(x.refclassid, x.refobjid, 0)) FROM pg_catalog.pg_depend x
         WHERE x.classid = 'pg_catalog.pg_class'::regclass AND x.objid = i.indexrelid AND x.refobjid <> i.indrelid
           AND x.refclassid NOT IN ('pg_catalog.pg_constraint'::regclass, 'pg_catalog.pg_class'::regclass)) AS needs,
       coalesce((to_jsonb(k) ->> 'conperiod')::boolean, false) AS period,
       obj_description(i.indexrelid, 'pg_class')
  FROM wanted w
  JOIN pg_catalog.pg_index i ON i.indrelid = w.oid AND NOT i.indisprimary AND NOT i.indisexclusion
  JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
  JOIN pg_catalog.pg_am m ON m.oid = c.relam
  LEFT JOIN pg_catalog.pg_constraint k ON k.conindid = i.indexrelid AND k.contype = 'u'
 ORDER BY i.indrelid, c.relname COLLATE "C"
"""
)

_NAMES = """
ARRAY(SELECT a.attname::text FROM unnest({numbers}) WITH ORDINALITY u(number, place)
        JOIN pg_catalog.pg_attribute a ON a.attrelid = {table} AND a.attnum = u.number ORDER BY u.place)"""

FOREIGN_KEYS = (
    _WANTED
    + f"""
SELECT k.conrelid, k.conname, {_NAMES.format(numbers="k.conkey", table="k.conrelid")}, n.nspname, r.relname,
       {_NAMES.format(numbers="k.confkey", table="k.confrelid")}, k.confupdtype::text, k.confdeltype::text,
       ARRAY(SELECT a.attname::text
               FROM jsonb_array_elements_text(
                      CASE jsonb_typeof(to_jsonb(k) -> 'confdelsetcols') WHEN 'array'
                      THEN to_jsonb(k) -> 'confdelsetcols' ELSE '[]' END) s(number)
               JOIN pg_catalog.pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = s.number::int),
       k.confmatchtype = 'f', k.condeferrable, k.condeferred, k.convalidated,
       coalesce((to_jsonb(k) ->> 'conenforced')::boolean, true)
         AND NOT coalesce((to_jsonb(k) ->> 'conperiod')::boolean, false) AS plain
  FROM wanted w
  JOIN pg_catalog.pg_constraint k ON k.conrelid = w.oid AND k.contype = 'f' AND k.conparentid = 0
  JOIN pg_catalog.pg_class r ON r.oid = k.confrelid
  JOIN pg_catalog.pg_namespace n ON n.oid = r.relnamespace
 ORDER BY k.conrelid, k.conname COLLATE "C"
"""
)

CHECKS = (
    _WANTED
    + """
SELECT k.conrelid, k.conname, pg_get_expr(k.conbin, k.conrelid), k.convalidated,
       coalesce((to_jsonb(k) ->> 'conenforced')::boolean, true),
       (SELECT array_agg(DISTINCT pg_describe_object(x.refclassid, x.refobjid, 0)) FROM pg_catalog.pg_depend x
         WHERE x.classid = 'pg_catalog.pg_constraint'::regclass AND x.objid = k.oid
           AND x.refobjid <> k.conrelid) AS needs
  FROM wanted w
  JOIN pg_catalog.pg_constraint k ON k.conrelid = w.oid AND k.contype = 'c'
 ORDER BY k.conrelid, k.conname COLLATE "C"
"""
)

NOT_CARRIED = (
    _WANTED
    + """
SELECT k.conrelid AS table, 'exclusion constraint ' || k.conname AS words
  FROM wanted w JOIN pg_catalog.pg_constraint k ON k.conrelid = w.oid AND k.contype = 'x'
UNION ALL
SELECT g.tgrelid, 'trigger ' || g.tgname
  FROM wanted w JOIN pg_catalog.pg_trigger g ON g.tgrelid = w.oid AND NOT g.tgisinternal
UNION ALL
SELECT p.polrelid, 'row security policy ' || p.polname
  FROM wanted w JOIN pg_catalog.pg_policy p ON p.polrelid = w.oid
UNION ALL
SELECT r.ev_class, 'rule ' || r.rulename
  FROM wanted w JOIN pg_catalog.pg_rewrite r ON r.ev_class = w.oid AND r.rulename <> '_RETURN'
 ORDER BY 1, 2
"""
)
