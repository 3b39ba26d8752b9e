"""The codes of action items. They are stable: reports of two days, and of two versions, can be compared."""

from dmsform.catalog.items import ItemCode, Verdict

_CHANGED, _WORK, _IMPOSSIBLE = Verdict.CHANGED, Verdict.NEEDS_WORK, Verdict.NOT_CONVERTIBLE

TYPE_CHANGED = ItemCode("SC101", "The column's type means something else on the target", _CHANGED, 5, 30)
TYPE_REFUSED = ItemCode("SC102", "The column cannot be on the target", _IMPOSSIBLE, 60, 60)
DEFAULT_LEFT_OUT = ItemCode("SC110", "The default has no translation", _WORK, 15, 30)
DEFAULT_CHANGED = ItemCode("SC111", "The default means something else on the target", _CHANGED, 5, 15)
ON_UPDATE_LEFT_OUT = ItemCode("SC112", "Nothing sets the column when its row changes", _WORK, 20, 60)
ON_UPDATE_TRIGGER = ItemCode("SC113", "A trigger sets the column when its row changes", _CHANGED, 5, 30)
GENERATED_AS_VALUES = ItemCode("SC114", "A generated column arrives as plain values", _WORK, 15, 30)
COLLATION_CHANGED = ItemCode("SC115", "Texts compare and sort otherwise on the target", _CHANGED, 15, 120)
DOMAIN_AS_BASE_TYPE = ItemCode("SC116", "A domain arrives as its base type", _CHANGED, 15, 30)
INVISIBLE_COLUMN = ItemCode("SC117", "An invisible column is visible on the target", _CHANGED, 5, 15)
COMMENT_LEFT_OUT = ItemCode("SC118", "The target keeps no such comment", _IMPOSSIBLE, 0)
IDENTITY_CHANGED = ItemCode("SC119", "The column numbers its rows otherwise on the target", _CHANGED, 10, 30)
COLUMN_OPTION_LEFT_OUT = ItemCode("SC120", "An option of the column does not arrive", _WORK, 10, 15)

INDEX_METHOD = ItemCode("SC201", "The target has no index of this kind", _WORK, 30, 120)
INDEX_EXPRESSION = ItemCode("SC202", "An expression of the index has no translation", _WORK, 30, 60)
INDEX_WIDENED = ItemCode("SC203", "A partial index covers all rows on the target", _CHANGED, 5, 30)
UNIQUE_CONDITION = ItemCode("SC204", "Uniqueness of a part of the rows has no counterpart", _WORK, 60, 120)
INDEX_PREFIX = ItemCode("SC205", "The index covers another part of its columns on the target", _CHANGED, 5, 30)
FULL_TEXT_INDEX = ItemCode("SC206", "Full-text search works otherwise on the target", _CHANGED, 60, 240)
INDEX_COLUMN_TYPE = ItemCode("SC207", "The target cannot index a column of this type", _WORK, 30, 60)
UNIQUE_CHANGED = ItemCode("SC208", "Uniqueness tells other values apart on the target", _CHANGED, 15, 60)
INDEX_OPTION_LEFT_OUT = ItemCode("SC209", "An option of the index does not arrive", _CHANGED, 5, 30)
EXCLUSION = ItemCode("SC210", "The target has no exclusion constraints", _IMPOSSIBLE, 120, 120)
INDEX_NOT_CARRIED = ItemCode("SC211", "The index does not arrive", _WORK, 15, 15)
CONSTRAINT_OPTION_LEFT_OUT = ItemCode("SC212", "An option of the constraint does not arrive", _CHANGED, 15, 60)

REFERENCED_NOT_MOVED = ItemCode("SC301", "A foreign key refers to a table that the task does not move", _WORK, 10, 15)
FOREIGN_KEY_ACTION = ItemCode("SC302", "The target has no such action of a foreign key", _WORK, 60, 60)
FOREIGN_KEY_TYPES = ItemCode("SC303", "The columns of a foreign key do not fit on the target", _WORK, 30, 30)
FOREIGN_KEY_NOT_CARRIED = ItemCode("SC304", "The foreign key does not arrive", _WORK, 15, 15)
FOREIGN_KEY_CHANGED = ItemCode("SC305", "The foreign key means something else on the target", _CHANGED, 15, 30)

CHECK_LEFT_OUT = ItemCode("SC401", "The check has no translation", _WORK, 30, 60)
CHECK_CHANGED = ItemCode("SC402", "The check means something else on the target", _CHANGED, 15, 30)

PARTITIONING = ItemCode("SC501", "The table arrives without its partitions", _WORK, 120, 240)
TRIGGER = ItemCode("SC502", "A trigger does not arrive", _WORK, 60, 240)
POLICY = ItemCode("SC503", "A row security policy does not arrive", _WORK, 60, 120)
RULE = ItemCode("SC504", "A rewrite rule does not arrive", _WORK, 60, 120)
TABLE_OPTION = ItemCode("SC505", "An option of the table does not arrive", _CHANGED, 10, 30)
VIEW_AS_TABLE = ItemCode("SC506", "A view arrives as a table of its rows", _CHANGED, 30, 30)
COLUMN_LEFT_OUT = ItemCode("SC507", "A column is left out", _WORK, 30, 30)
OTHER_NOT_CARRIED = ItemCode("SC508", "Something of the table does not arrive", _WORK, 30, 30)
TABLE_REFUSED = ItemCode("SC509", "The table cannot be on the target", _IMPOSSIBLE, 120, 60)

LOST_BY_RULES = ItemCode("SC601", "The task's rules leave no place for it", _WORK, 5)
RENAMED = ItemCode("SC602", "It has another name on the target", _CHANGED, 0)

CODES = (
    TYPE_CHANGED, TYPE_REFUSED, DEFAULT_LEFT_OUT, DEFAULT_CHANGED, ON_UPDATE_LEFT_OUT, ON_UPDATE_TRIGGER,
    GENERATED_AS_VALUES, COLLATION_CHANGED, DOMAIN_AS_BASE_TYPE, INVISIBLE_COLUMN, COMMENT_LEFT_OUT, IDENTITY_CHANGED,
    COLUMN_OPTION_LEFT_OUT, INDEX_METHOD, INDEX_EXPRESSION, INDEX_WIDENED, UNIQUE_CONDITION, INDEX_PREFIX,
    FULL_TEXT_INDEX, INDEX_COLUMN_TYPE, UNIQUE_CHANGED, INDEX_OPTION_LEFT_OUT, EXCLUSION, INDEX_NOT_CARRIED,
    CONSTRAINT_OPTION_LEFT_OUT, REFERENCED_NOT_MOVED, FOREIGN_KEY_ACTION, FOREIGN_KEY_TYPES, FOREIGN_KEY_NOT_CARRIED,
    FOREIGN_KEY_CHANGED, CHECK_LEFT_OUT, CHECK_CHANGED, PARTITIONING, TRIGGER, POLICY, RULE, TABLE_OPTION,
    VIEW_AS_TABLE, COLUMN_LEFT_OUT, OTHER_NOT_CARRIED, TABLE_REFUSED, LOST_BY_RULES, RENAMED,
)  # fmt: skip
