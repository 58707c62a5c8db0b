-- The control database: who the tenants are. Your application has such a table already.
CREATE TABLE tenants (
    slug   text PRIMARY KEY CHECK (slug ~ '^[a-z][a-z0-9_]*$'),
    plan   text NOT NULL DEFAULT 'standard',
    active boolean NOT NULL DEFAULT true
);

INSERT INTO tenants (slug, plan)
VALUES ('acme', 'trial'), ('globex', 'standard'), ('initech', 'standard'), ('umbrella', 'enterprise');
INSERT INTO tenants (slug, active) VALUES ('gone', false);
