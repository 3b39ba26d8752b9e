-- What the example's source looks like: values that copying tools get wrong.
CREATE TABLE customer (
  id bigint unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
  name varchar(60) CHARACTER SET latin1 NOT NULL,
  kind enum('person', 'company') NOT NULL DEFAULT 'person',
  interests set('books', 'music', 'films'),
  newsletter tinyint(1) NOT NULL,
  flags bit(12) NOT NULL,
  last_seen date NOT NULL,
  balance decimal(20,4) NOT NULL,
  photo blob,
  KEY by_name (name)
) DEFAULT CHARACTER SET utf8mb4;

CREATE TABLE orders (
  id int unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
  customer bigint unsigned NOT NULL,
  placed_at timestamp(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
  took time(3),
  note text,
  weight float,
  place point,
  CONSTRAINT of_customer FOREIGN KEY (customer) REFERENCES customer (id)
) DEFAULT CHARACTER SET utf8mb4;

CREATE TABLE tmp_import (line text) DEFAULT CHARACTER SET utf8mb4;

INSERT INTO customer VALUES
  (1, 'Zoë Müller', 'person', 'books,films', 1, b'101010101010', '2024-02-29', 12.5000, x'00FF5C0A09'),
  (2, '', 'company', '', 0, b'000000000000', '0000-00-00', -9999999999999999.9999, NULL),
  (18446744073709551614, 'last', 'person', NULL, 1, b'111111111111', '1999-12-31', 0, '');

INSERT INTO orders VALUES
  (1, 1, '2023-12-31 23:59:59.999999', '01:02:03.5', 'before the filter', 0.1, NULL),
  (2, 1, '2024-01-01 00:00:00', '-838:59:59', 'tab\there, \\N is no NULL 😀', 16777216, ST_GeomFromText('POINT(1 2)')),
  (7, 2, '2024-06-01 12:00:00.25', NULL, NULL, -1.5e-30, NULL);
