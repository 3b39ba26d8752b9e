"""Settings of AWS DMS's MySQL endpoints that dmsform does not honour: what takes their place, or why nothing does."""

from __future__ import annotations

NOT_HONOURED = {
    "after_connect_script": "sessions of dmsform have fixed settings, so that every value has one text",
    "clean_source_metadata_on_mismatch": "the catalogue is read anew for every plan",
    "database_name": "it is called database here",
    "events_poll_interval": "it is about reading the binary log, which a full load does not",
    "execute_timeout": "statements may take as long as they need, and connect_timeout bounds the login",
    "extra_connection_attributes": "give each attribute as an argument of its own, of those that the endpoint has",
    "initstmt": "sessions of dmsform have fixed settings; foreign keys are created after the load",
    "load_using_csv": "rows are always loaded by LOAD DATA LOCAL",
    "max_file_size": "rows are streamed, no files are made",
    "parallel_load_threads": "the task's parallel_tables says how much is loaded at a time",
    "server_name": "it is called host here",
    "server_timezone": "sessions are in UTC, and TIMESTAMP columns arrive as the moments that they are",
    "ssl_ca": "it is called ssl_root_cert here",
    "target_db_type": "schemas of the source are databases of the target, under the names that the mapping gives them",
    "user": "it is called username here",
}
"""In snake case, as arguments are written; with the words that tell why."""
