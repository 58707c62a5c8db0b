-- Cannot run in a transaction, and needs not: orders are written on while it builds.
CREATE INDEX CONCURRENTLY orders_customer_id_idx ON orders (customer_id);
