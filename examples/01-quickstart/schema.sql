-- A shop. Declared types are SQLite's usual ones; the file itself enforces few of them.
CREATE TABLE country (
  code CHAR(2) PRIMARY KEY,
  name TEXT NOT NULL,
  flag TEXT NOT NULL,
  euro BOOLEAN NOT NULL
) WITHOUT ROWID;

CREATE TABLE exchange_rate (
  currency CHAR(3) NOT NULL,
  day DATE NOT NULL,
  rate REAL NOT NULL,
  PRIMARY KEY (currency, day)
) WITHOUT ROWID;

-- Departments have managers, and managers have departments.
CREATE TABLE department (
  id INTEGER PRIMARY KEY,
  name VARCHAR(60) NOT NULL UNIQUE,
  manager INTEGER REFERENCES employee (id) DEFERRABLE INITIALLY DEFERRED
);

CREATE TABLE employee (
  id INTEGER PRIMARY KEY,
  badge UUID NOT NULL,
  name TEXT NOT NULL,
  department INTEGER NOT NULL REFERENCES department (id) DEFERRABLE INITIALLY DEFERRED,
  reports_to INTEGER REFERENCES employee (id),
  hired DATE NOT NULL,
  salary DECIMAL(10, 2) NOT NULL,
  initials TEXT GENERATED ALWAYS AS (substr(name, 1, 1)) VIRTUAL
);

CREATE TABLE store (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  country CHAR(2) NOT NULL REFERENCES country (code),
  opens TIME,
  closes TIME,
  latitude DOUBLE PRECISION NOT NULL,
  longitude DOUBLE PRECISION NOT NULL
);

CREATE TABLE category (
  id INTEGER PRIMARY KEY,
  parent INTEGER REFERENCES category (id),
  name TEXT NOT NULL COLLATE NOCASE
);

CREATE TABLE supplier (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  country CHAR(2) NOT NULL REFERENCES country (code),
  terms CLOB
);

CREATE TABLE product (
  sku VARCHAR(16) PRIMARY KEY,
  name TEXT NOT NULL,
  supplier INTEGER NOT NULL REFERENCES supplier (id),
  price NUMERIC(12, 4) NOT NULL CHECK (price >= 0),
  weight REAL,
  attributes JSON NOT NULL DEFAULT '{}',
  active BOOLEAN NOT NULL DEFAULT 1,
  changed_at TIMESTAMP NOT NULL
);

CREATE TABLE product_category (
  product VARCHAR(16) NOT NULL REFERENCES product (sku),
  category INTEGER NOT NULL REFERENCES category (id),
  PRIMARY KEY (product, category)
) WITHOUT ROWID;

CREATE TABLE product_image (
  product VARCHAR(16) NOT NULL REFERENCES product (sku),
  position SMALLINT NOT NULL,
  image BLOB NOT NULL,
  caption TEXT,
  PRIMARY KEY (product, position)
);

CREATE TABLE stock_level (
  store INTEGER NOT NULL REFERENCES store (id),
  product VARCHAR(16) NOT NULL REFERENCES product (sku),
  quantity INT NOT NULL,
  counted_at DATETIME,
  PRIMARY KEY (store, product)
) WITHOUT ROWID;

CREATE TABLE customer (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  email TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  born DATE,
  vip BOOLEAN NOT NULL,
  notes TEXT,
  preferences JSON,
  created_at DATETIME NOT NULL
);

CREATE TABLE address (
  customer INTEGER NOT NULL REFERENCES customer (id) ON DELETE CASCADE,
  number INTEGER NOT NULL,
  street TEXT NOT NULL,
  city TEXT NOT NULL,
  country CHAR(2) NOT NULL REFERENCES country (code),
  PRIMARY KEY (customer, number)
);

CREATE TABLE coupon (
  code TEXT PRIMARY KEY,
  percent DECIMAL(5, 2) NOT NULL,
  valid_from DATE,
  valid_to DATE
);

-- A reserved word for a name, and numbers with gaps.
CREATE TABLE "order" (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  customer INTEGER NOT NULL,
  ship_to INTEGER NOT NULL,
  store INTEGER REFERENCES store (id),
  coupon TEXT REFERENCES coupon (code),
  status TEXT NOT NULL,
  placed_at DATETIME NOT NULL,
  "comment" TEXT,
  FOREIGN KEY (customer, ship_to) REFERENCES address (customer, number)
);
CREATE INDEX order_by_day ON "order" (placed_at);

-- Mixed case.
CREATE TABLE "OrderLine" (
  "orderId" INTEGER NOT NULL REFERENCES "order" (id),
  "lineNo" INTEGER NOT NULL,
  product VARCHAR(16) NOT NULL REFERENCES product (sku),
  quantity INT NOT NULL,
  "unitPrice" NUMERIC(12, 4) NOT NULL,
  discount FLOAT NOT NULL,
  PRIMARY KEY ("orderId", "lineNo")
);

CREATE TABLE payment (
  id UUID PRIMARY KEY,
  "order" INTEGER NOT NULL REFERENCES "order" (id),
  amount DECIMAL(14, 2) NOT NULL,
  paid_at DATETIME,
  receipt JSON
);

CREATE TABLE shipment (
  id INTEGER PRIMARY KEY,
  "order" INTEGER NOT NULL REFERENCES "order" (id),
  tracking BIGINT NOT NULL,
  sent_at TIMESTAMP,
  label BLOB
);

CREATE TABLE review (
  product VARCHAR(16) NOT NULL REFERENCES product (sku),
  customer INTEGER NOT NULL REFERENCES customer (id),
  stars TINYINT NOT NULL,
  body TEXT,
  PRIMARY KEY (product, customer)
) WITHOUT ROWID;

-- No key, and rows that are equal to the last bit.
CREATE TABLE event_log (
  at DATETIME NOT NULL,
  name TEXT NOT NULL,
  payload JSON
);

CREATE TABLE setting (
  name TEXT PRIMARY KEY,
  value TEXT
);

-- What careless copying breaks, one row each.
CREATE TABLE extreme (
  id INTEGER PRIMARY KEY,
  what TEXT NOT NULL,
  whole BIGINT,
  approximate DOUBLE,
  exact NUMERIC,
  letters TEXT,
  bytes BLOB,
  moment DATETIME
);

CREATE VIEW open_order AS SELECT id, customer, placed_at FROM "order" WHERE status <> 'delivered';
CREATE TRIGGER order_payments AFTER DELETE ON "order" BEGIN DELETE FROM payment WHERE "order" = old.id; END;
