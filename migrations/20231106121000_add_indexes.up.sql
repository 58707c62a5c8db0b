-- The primary keys answer "which permissions has this role" and "which roles has this user"; these
-- answer the questions from the other side.
--
-- The tables are still small here. On a big one that is in use, CREATE INDEX would stop all writes
-- while it runs: take CREATE INDEX CONCURRENTLY then, in a migration of its own.

-- Who can do this?
CREATE INDEX IF NOT EXISTS role_permissions_permission_id_idx
    ON role_permissions (permission_id);

-- Who has this role? Asked before a role is deleted, too.
CREATE INDEX IF NOT EXISTS user_roles_role_id_idx
    ON user_roles (role_id);

-- What runs out next? Most rows never do, and are left out.
CREATE INDEX IF NOT EXISTS user_roles_expires_at_idx
    ON user_roles (expires_at)
    WHERE expires_at IS NOT NULL;
