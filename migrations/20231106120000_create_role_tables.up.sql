-- Who may do what: roles, the permissions they carry, and the users that have them.

CREATE TABLE IF NOT EXISTS roles (
    id          BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name        TEXT NOT NULL,
    description TEXT NOT NULL DEFAULT '',
    is_system   BOOLEAN NOT NULL DEFAULT FALSE,
    created_at  TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
    updated_at  TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT roles_name_key UNIQUE (name),
    CONSTRAINT roles_name_form CHECK (name ~ '^[a-z][a-z0-9_]{0,62}$'),
    CONSTRAINT roles_times CHECK (updated_at >= created_at)
);

COMMENT ON TABLE roles IS 'Named sets of permissions; users get permissions through roles only';
COMMENT ON COLUMN roles.is_system IS 'Shipped with the application: not to be renamed or deleted';

CREATE TABLE IF NOT EXISTS permissions (
    id          BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    resource    TEXT NOT NULL,
    action      TEXT NOT NULL,
    description TEXT NOT NULL DEFAULT '',
    CONSTRAINT permissions_resource_action_key UNIQUE (resource, action),
    CONSTRAINT permissions_resource_form CHECK (resource ~ '^[a-z][a-z0-9_]{0,62}$'),
    CONSTRAINT permissions_action_known CHECK (action IN ('read', 'create', 'update', 'delete'))
);

COMMENT ON TABLE permissions IS 'One thing that can be allowed: an action on a kind of resource';

CREATE TABLE IF NOT EXISTS role_permissions (
    role_id       BIGINT NOT NULL,
    permission_id BIGINT NOT NULL,
    granted_at    TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT role_permissions_pkey PRIMARY KEY (role_id, permission_id),
    CONSTRAINT role_permissions_role_fkey
        FOREIGN KEY (role_id) REFERENCES roles (id) ON DELETE CASCADE,
    CONSTRAINT role_permissions_permission_fkey
        FOREIGN KEY (permission_id) REFERENCES permissions (id) ON DELETE CASCADE
);

COMMENT ON TABLE role_permissions IS 'Which permissions a role carries';

-- Users live in the identity service, so user_id has no foreign key here.
CREATE TABLE IF NOT EXISTS user_roles (
    user_id    UUID NOT NULL,
    role_id    BIGINT NOT NULL,
    granted_at TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
    granted_by UUID,
    expires_at TIMESTAMPTZ,
    CONSTRAINT user_roles_pkey PRIMARY KEY (user_id, role_id),
    CONSTRAINT user_roles_role_fkey
        FOREIGN KEY (role_id) REFERENCES roles (id) ON DELETE RESTRICT,
    CONSTRAINT user_roles_expiry CHECK (expires_at IS NULL OR expires_at > granted_at)
);

COMMENT ON TABLE user_roles IS 'Which roles a user has, by whom and until when';
COMMENT ON COLUMN user_roles.granted_by IS 'NULL: granted by the application itself';
COMMENT ON COLUMN user_roles.expires_at IS 'NULL: until it is taken away';

INSERT INTO roles (name, description, is_system)
VALUES ('admin', 'Everything, granting roles included', TRUE),
       ('editor', 'Reads and writes content', TRUE),
       ('viewer', 'Reads content', TRUE)
ON CONFLICT (name) DO NOTHING;

INSERT INTO permissions (resource, action, description)
SELECT resource, action, initcap(action) || ' ' || resource
FROM unnest(ARRAY['roles', 'users', 'content']) AS resource,
     unnest(ARRAY['read', 'create', 'update', 'delete']) AS action
ON CONFLICT (resource, action) DO NOTHING;

INSERT INTO role_permissions (role_id, permission_id)
SELECT r.id, p.id
FROM roles AS r
JOIN permissions AS p
  ON r.name = 'admin'
  OR (r.name = 'editor' AND p.resource = 'content')
  OR (r.name = 'viewer' AND p.resource = 'content' AND p.action = 'read')
WHERE r.is_system
ON CONFLICT (role_id, permission_id) DO NOTHING;
