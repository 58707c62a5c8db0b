CREATE TABLE strings (
    a text DEFAULT 'semi; colon', b text DEFAULT E'it\'s; \\', c text DEFAULT 'C:\dir\',
    d text DEFAULT U&'\0041;', e text DEFAULT 'over
several; lines', f text DEFAULT 'one'
    ' and two;', g text DEFAULT '{{ name }} ${HOME} $1 :var %s');
COMMENT ON TABLE strings IS 'größer; 日本';
