DROP INDEX IF EXISTS user_roles_expires_at_idx;
DROP INDEX IF EXISTS user_roles_role_id_idx;
DROP INDEX IF EXISTS role_permissions_permission_id_idx;
