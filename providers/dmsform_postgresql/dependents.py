"""What hangs on a target's tables and goes when they are dropped: for the plan to name (G6)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from dmsform.catalog.model import TableName
from dmsform_postgresql.connect import Connection

_DEPENDENTS = """
WITH named AS (
  SELECT c.oid, n.nspname AS schema, c.relname AS name, c.relowner, c.relacl, c.relrowsecurity
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
   WHERE c.relkind IN ('r', 'p') AND (n.nspname, c.relname) IN (SELECT * FROM unnest(%s::text[], %s::text[]))
)
SELECT t.schema, t.name, d.words FROM named t CROSS JOIN LATERAL (
  SELECT 1 AS rank, 'partition ' || p.relid::regclass::text AS words
    FROM pg_partition_tree(t.oid) p WHERE p.relid <> t.oid
  UNION ALL
  SELECT 2, 'index ' || i.relname FROM pg_catalog.pg_index x JOIN pg_catalog.pg_class i ON i.oid = x.indexrelid
   WHERE x.indrelid = t.oid AND NOT x.indisprimary
  UNION ALL
  SELECT 3, CASE k.contype WHEN 'f' THEN 'foreign key ' WHEN 'c' THEN 'check ' ELSE 'constraint ' END || k.conname
    FROM pg_catalog.pg_constraint k WHERE k.conrelid = t.oid AND k.contype IN ('f', 'c', 'x')
  UNION ALL
  SELECT 4, 'trigger ' || g.tgname FROM pg_catalog.pg_trigger g WHERE g.tgrelid = t.oid AND NOT g.tgisinternal
  UNION ALL
  SELECT 5, 'rule ' || r.rulename FROM pg_catalog.pg_rewrite r WHERE r.ev_class = t.oid
  UNION ALL
  SELECT 6, 'row-level security policy ' || p.polname FROM pg_catalog.pg_policy p WHERE p.polrelid = t.oid
  UNION ALL
  SELECT 7, 'row-level security' WHERE t.relrowsecurity
  UNION ALL
  SELECT DISTINCT 8, 'grants to ' || CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(a.grantee)::text END
    FROM aclexplode(t.relacl) a WHERE a.grantee <> t.relowner
  UNION ALL
  SELECT 9, 'membership in publication ' || b.pubname
    FROM pg_catalog.pg_publication_rel m JOIN pg_catalog.pg_publication b ON b.oid = m.prpubid WHERE m.prrelid = t.oid
  UNION ALL
  SELECT 10, 'default of column ' || a.attname FROM pg_catalog.pg_attrdef f
    JOIN pg_catalog.pg_attribute a ON a.attrelid = f.adrelid AND a.attnum = f.adnum
   WHERE f.adrelid = t.oid AND a.attgenerated = ''
) d ORDER BY 1, 2, d.rank, d.words
"""


def dependents_of(connection: Connection, names: Sequence[TableName]) -> dict[TableName, tuple[str, ...]]:
    """Indexes, constraints, triggers, policies, grants ... of the named tables, in words; one query for all."""
    found: dict[TableName, list[str]] = defaultdict(list)
    for schema, name, words in connection.execute(_DEPENDENTS, [[n.schema for n in names], [n.name for n in names]]):
        found[TableName(schema, name)].append(words)
    return {name: tuple(words) for name, words in found.items()}
