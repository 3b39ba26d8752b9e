"""Makes the quickstart's source database: a shop of some 20 tables and 200,000 rows in an SQLite file.

The same seed gives the same rows. The values are awkward on purpose: what they are and how they are stored is what
copying tools get wrong.

    python generate.py [FILE] [--seed N]
"""

from __future__ import annotations

import argparse
import json
import random
import sqlite3
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, TypeAlias

HERE = Path(__file__).parent
Row: TypeAlias = tuple[Any, ...]
Rows: TypeAlias = Callable[[random.Random], Iterator[Row]]

COUNTRIES = (
    ("AT", "Österreich", True), ("BR", "Brasil", False), ("CI", "Côte d'Ivoire", False), ("DE", "Deutschland", True),
    ("EG", "مصر", False), ("FR", "France", True), ("GR", "Ελλάδα", True), ("IN", "भारत", False), ("JP", "日本", False),
    ("KR", "대한민국", False), ("MX", "México", False), ("PL", "Polska", False), ("TR", "Türkiye", False),
    ("UA", "Україна", False), ("US", "United States", False), ("ZA", "South Africa", False),
)  # fmt: skip
CURRENCIES = ("BRL", "EGP", "GBP", "INR", "JPY", "KRW", "MXN", "PLN", "TRY", "UAH", "USD", "ZAR")
FIRST = ("Ada", "Björn", "Chloé", "Đặng", "Émile", "Fatma", "Grace", "Håkon", "Ines", "José", "Ольга", "健", "Zoë")
LAST = (
    "Smith",
    "O'Brien",
    "Müller",
    "García",
    "Øster",
    "Łukasz",
    "van der Berg",
    "D\u2019Angelo",
    "王",
    "Çelik",
    "Nuñez",
)
WORDS = (
    "swift", "quiet", "blue", "tab\there", "line\nbreak", "C:\\temp\\new", "50 %", "'quoted'", '"double"', "naïve",
    "😀",    "👩‍👩‍👧", "a,b;c", "\\N", "NULL", "  spaced  ", "end\r\n", "null", "été", "straße",
)  # fmt: skip
STATUSES = ("new", "paid", "sent", "delivered", "returned")
EMPLOYEES, STORES, CATEGORIES, SUPPLIERS, PRODUCTS = 400, 25, 120, 300, 4_000
CUSTOMERS, ORDERS, COUPONS = 9_000, 30_000, 200
START = datetime(2019, 1, 1)  # noqa: DTZ001  the shop keeps local time without a zone, as most SQLite files do


def sku(number: int) -> str:
    """The key of the product of that number."""
    return f"SKU-{number:05d}"


def customer_id(number: int) -> int:
    """Every eleventh customer was deleted: AUTOINCREMENT leaves gaps."""
    return number + number // 10


def addresses_of(number: int) -> int:
    """How many addresses a customer has."""
    return 1 + number % 2


def phrase(draw: random.Random, most: int) -> str:
    """Some words, awkward ones among them."""
    return " ".join(draw.choice(WORDS) for _ in range(draw.randint(1, most)))


def moment(draw: random.Random, digits: int = 6) -> str:
    """A time since the shop opened, with up to that many digits of a second; midnight may stand as a date alone."""
    at = START + timedelta(seconds=draw.randrange(5 * 365 * 86_400))
    if draw.random() < 0.01:
        return at.strftime("%Y-%m-%d")
    fraction = f".{draw.randrange(10**digits):0{digits}d}" if digits and draw.random() < 0.5 else ""
    return f"{at:%Y-%m-%d}{'T' if draw.random() < 0.05 else ' '}{at:%H:%M:%S}{fraction}"


def identity(draw: random.Random) -> str:
    """A UUID, in capitals now and then."""
    text = str(uuid.UUID(int=draw.getrandbits(128), version=4))
    return text.upper() if draw.random() < 0.1 else text


def countries(_: random.Random) -> Iterator[Row]:
    """A flag is made of two characters outside of the basic plane."""
    for code, name, euro in COUNTRIES:
        yield code, name, "".join(chr(0x1F1E6 + ord(c) - ord("A")) for c in code), euro


def exchange_rates(draw: random.Random) -> Iterator[Row]:
    """Floats with all their digits."""
    for currency in CURRENCIES:
        rate = draw.uniform(0.5, 200)
        for day in range(400):
            rate *= draw.uniform(0.98, 1.02)
            yield currency, (date(2023, 1, 1) + timedelta(days=day)).isoformat(), rate


def departments(_: random.Random) -> Iterator[Row]:
    """Each has a manager but the last."""
    for number in range(1, 13):
        yield number, f"Department {number}", number * 3 if number < 12 else None


def employees(draw: random.Random) -> Iterator[Row]:
    """A tree of superiors; the first has none."""
    for number in range(1, EMPLOYEES + 1):
        hired = (date(1999, 1, 1) + timedelta(days=draw.randrange(9_000))).isoformat()
        name = f"{draw.choice(FIRST)} {draw.choice(LAST)}"
        salary = draw.randint(2_000_000, 20_000_000) / 100
        yield number, identity(draw), name, number % 12 + 1, number // 4 or None, hired, salary


def stores(draw: random.Random) -> Iterator[Row]:
    """The last is a web shop, which never closes."""
    for number in range(1, STORES + 1):
        hours = (None, None) if number == STORES else (f"{draw.randint(6, 10):02d}:30", "19:59:59.5")
        yield (
            number,
            f"Store {number}",
            COUNTRIES[number % 16][0],
            *hours,
            draw.uniform(-90, 90),
            draw.uniform(-180, 180),
        )


def categories(draw: random.Random) -> Iterator[Row]:
    """A tree that refers to its own table."""
    for number in range(1, CATEGORIES + 1):
        yield number, number // 5 or None, f"{draw.choice(WORDS).strip()} {number}"


def suppliers(draw: random.Random) -> Iterator[Row]:
    """Terms are long, empty or missing."""
    for number in range(1, SUPPLIERS + 1):
        terms = (None, "", phrase(draw, 60))[number % 3]
        yield number, f"{draw.choice(LAST)} & {draw.choice(LAST)}", COUNTRIES[number % 16][0], terms


def products(draw: random.Random) -> Iterator[Row]:
    """Prices as integers and floats in one column, as NUMERIC stores them."""
    for number in range(1, PRODUCTS + 1):
        price = draw.choice((draw.randint(1, 900), draw.randint(1, 9_000_000) / 10_000, 0))
        weight = None if number % 9 == 0 else draw.choice((0.1, 1 / 3, 5e-324, 1.5, 2.0, 1e-7, 12345.678)) * number
        attributes = json.dumps({"size": draw.randint(1, 60), "tags": [draw.choice(WORDS)], "eco": number % 3 == 0})
        supplier = draw.randint(1, SUPPLIERS)
        yield sku(number), phrase(draw, 4), supplier, price, weight, attributes, number % 13 != 0, moment(draw)


def product_categories(draw: random.Random) -> Iterator[Row]:
    """Two or three each."""
    for number in range(1, PRODUCTS + 1):
        for category in draw.sample(range(1, CATEGORIES + 1), 2 + number % 2):
            yield sku(number), category


def product_images(draw: random.Random) -> Iterator[Row]:
    """Bytes of every value, an empty blob among them."""
    for number in range(1, PRODUCTS + 1, 2):
        image = b"\x89PNG\r\n\x1a\n\x00" + draw.randbytes(draw.randrange(400)) if number % 101 else b""
        yield sku(number), number % 3, image, None if number % 4 == 1 else phrase(draw, 3)


def stock_levels(draw: random.Random) -> Iterator[Row]:
    """Some are negative: sold before they were counted."""
    for store in range(1, STORES + 1):
        for number in sorted(draw.sample(range(1, PRODUCTS + 1), 400)):
            yield store, sku(number), draw.randint(-3, 500), moment(draw, 3) if number % 3 else None


def customers(draw: random.Random) -> Iterator[Row]:
    """NULL, the empty text and a blank are three different notes."""
    for number in range(1, CUSTOMERS + 1):
        born = None if number % 17 == 0 else (date(1924, 2, 29) + timedelta(days=draw.randrange(31_000))).isoformat()
        notes = draw.choice((None, "", " ", phrase(draw, 12)))
        preferences = None if number % 3 else json.dumps({"news": bool(number % 2), "words": phrase(draw, 2)})
        name = f"{draw.choice(FIRST)} {draw.choice(LAST)}"
        yield (
            customer_id(number),
            f"c{number}@example.org",
            name,
            born,
            number % 50 == 0,
            notes,
            preferences,
            moment(draw),
        )


def addresses(draw: random.Random) -> Iterator[Row]:
    """Numbered per customer."""
    for number in range(1, CUSTOMERS + 1):
        for place in range(1, addresses_of(number) + 1):
            street = f"{draw.randint(1, 200)} {draw.choice(WORDS).strip()} st."
            yield customer_id(number), place, street, draw.choice(LAST), COUNTRIES[draw.randrange(16)][0]


def coupon_code(number: int) -> str:
    """Keys with blanks, quotes and line breaks."""
    return f"{WORDS[number % len(WORDS)]} {number}"


def coupons(draw: random.Random) -> Iterator[Row]:
    """Some are valid for ever, as people write it."""
    for number in range(COUPONS):
        until = None if number % 5 == 0 else "9999-12-31"
        yield coupon_code(number), draw.randint(1, 9_999) / 100, "2019-01-01", until


def orders(draw: random.Random) -> Iterator[Row]:
    """Every hundredth number was never used."""
    for number in range(1, ORDERS + 1):
        customer = draw.randint(1, CUSTOMERS)
        ship_to = draw.randint(1, addresses_of(customer))
        store = draw.randint(1, STORES) if number % 4 else None
        coupon = coupon_code(draw.randrange(COUPONS)) if number % 20 == 0 else None
        comment = phrase(draw, 6) if number % 6 == 0 else None
        yield (
            order_id(number),
            customer_id(customer),
            ship_to,
            store,
            coupon,
            draw.choice(STATUSES),
            moment(draw),
            comment,
        )


def order_id(number: int) -> int:
    """The key of the order of that number."""
    return number + number // 99


def order_lines(draw: random.Random) -> Iterator[Row]:
    """One to three per order."""
    for number in range(1, ORDERS + 1):
        for line in range(1, 2 + number % 3):
            price = draw.randint(1, 9_000_000) / 10_000
            yield order_id(number), line, sku(draw.randint(1, PRODUCTS)), draw.randint(1, 9), price, draw.random()


def payments(draw: random.Random) -> Iterator[Row]:
    """Keyed by UUID."""
    for number in range(1, ORDERS + 1, 2):
        amount = draw.choice((draw.randint(1, 10**14), draw.randint(1, 10**6))) / 100
        receipt = (
            json.dumps({"order": number, "text": phrase(draw, 2)}, ensure_ascii=False) if number % 5 == 0 else None
        )
        yield identity(draw), order_id(number), amount, moment(draw) if number % 3 else None, receipt


def shipments(draw: random.Random) -> Iterator[Row]:
    """Tracking numbers use all 64 bits."""
    for number in range(1, ORDERS + 1, 3):
        tracking = draw.randrange(-(2**63), 2**63)
        yield number, order_id(number), tracking, moment(draw, 0), draw.randbytes(8) if number % 2 else None


def reviews(draw: random.Random) -> Iterator[Row]:
    """Long and short, of all scripts."""
    for number in range(1, PRODUCTS + 1):
        for customer in sorted(draw.sample(range(1, CUSTOMERS + 1), 2)):
            yield sku(number), customer_id(customer), draw.randint(1, 5), phrase(draw, 30) if number % 7 else None


def events(draw: random.Random) -> Iterator[Row]:
    """Every fourth is the same row."""
    for number in range(12_000):
        if number % 4 == 0:
            yield "2024-02-29 12:00:00", "heartbeat", None
        else:
            yield moment(draw), draw.choice(STATUSES), json.dumps([number, 1.10, None, phrase(draw, 1)])


def settings(_: random.Random) -> Iterator[Row]:
    """Texts that look like something else."""
    yield from (("version", "007"), ("empty", ""), ("missing", None), ("number", "1e5"), ("null", "NULL"), ("n", "\\N"))


def extremes(_: random.Random) -> Iterator[Row]:
    """The ends of every range."""
    everything = "".join(map(chr, (*range(1, 0x180), 0xFFFD, 0x1F600, 0x10FFFF)))
    rows: tuple[tuple[Any, ...], ...] = (
        (
            "largest",
            2**63 - 1,
            1.7976931348623157e308,
            2**63 - 1,
            everything,
            bytes(range(256)),
            "9999-12-31 23:59:59.999999",
        ),
        ("smallest", -(2**63), -1.7976931348623157e308, -(2**63), "", b"", "0001-01-01 00:00:00"),
        ("tiny", 0, 5e-324, 1e-20, " ", b"\x00", "2024-02-29"),
        ("zero", 0, -0.0, 0, "0", b"0", "1970-01-01 00:00"),
        ("infinite", 1, float("inf"), 0.1, "Infinity", b"inf", "2000-02-29T00:00:00.5"),
        ("minus infinite", -1, float("-inf"), -0.1, "-Infinity", None, None),
        ("long", 2**53 + 1, 0.1 + 0.2, 12345678.9, "x" * 200_000, b"\xff" * 100_000, "2038-01-19 03:14:08"),
        ("nothing", None, None, None, None, None, None),
    )
    for number, row in enumerate(rows, start=1):
        yield number, *row


TABLES: tuple[tuple[str, Rows], ...] = (
    ("country", countries), ("exchange_rate", exchange_rates), ("department", departments), ("employee", employees),
    ("store", stores), ("category", categories), ("supplier", suppliers), ("product", products),
    ("product_category", product_categories), ("product_image", product_images), ("stock_level", stock_levels),
    ("customer", customers), ("address", addresses), ("coupon", coupons), ("order", orders),
    ("OrderLine", order_lines), ("payment", payments), ("shipment", shipments), ("review", reviews),
    ("event_log", events), ("setting", settings), ("extreme", extremes),
)  # fmt: skip


def generate(path: Path, seed: int) -> int:
    """Write the database beside its final place and move it there; the number of rows."""
    draft = path.with_name(path.name + ".draft")
    draft.unlink(missing_ok=True)
    with closing(sqlite3.connect(draft)) as connection:
        connection.executescript(f"PRAGMA journal_mode = OFF; BEGIN; {(HERE / 'schema.sql').read_text()}")
        for table, rows in TABLES:
            # A table's rows depend on the seed and its own name, not on the other tables.
            columns = connection.execute("SELECT count(*) FROM pragma_table_info(?)", [table]).fetchone()[0]
            marks = ", ".join("?" * columns)
            draw = random.Random(f"{seed} {table}")
            connection.executemany(f'INSERT INTO "{table}" VALUES ({marks})', rows(draw))  # noqa: S608  our own names
        total = connection.total_changes
        connection.execute("COMMIT")
        connection.executescript("ANALYZE; PRAGMA journal_mode = WAL;")
    draft.replace(path)
    return total


def main() -> None:
    """Read the command line and generate."""
    parser = argparse.ArgumentParser(description="Make the quickstart's source database.")
    parser.add_argument("file", nargs="?", type=Path, default=HERE / "shop.db", help="where to (default: shop.db here)")
    parser.add_argument("--seed", type=int, default=1, help="another seed makes other rows (default: 1)")
    arguments = parser.parse_args()
    total = generate(arguments.file, arguments.seed)
    print(f"{arguments.file}: {len(TABLES)} tables, {total:,} rows, {arguments.file.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
